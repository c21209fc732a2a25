"""When an incident must be reported, to whom it is not said here: the clocks and head counts of each body of rules.

Keys are `<REGIME>.<what>`: `due` is the last good day (or hour), `soft_due` the day of the warning, `due_improper` the
last good day where the purpose was improper, `rolls` whether a closed last day moves to the next open one. A regime
without `due` has no fixed deadline. `<CATEGORY>.more_than` is a number of persons that must be exceeded.
"""

from datetime import date
from typing import Final

from shared.law.parameters import Parameter, count, days, flag, hours


def _in_force(since: date, until: date | None, *parameters: Parameter) -> tuple[Parameter, ...]:
    return tuple(parameter.between(parameter.since or since, parameter.until or until) for parameter in parameters)


def _preliminary(regime: str) -> tuple[Parameter, ...]:
    """Warned on day 3, due on day 5 of a guide of "roughly 3–5 days" (PPC general guideline 3-5-3-3)."""
    return days(f"{regime}.soft_due", 3), days(f"{regime}.due", 5), flag(f"{regime}.rolls", value=False)


def _final(regime: str, *, rolls: bool) -> tuple[Parameter, ...]:
    """Thirty days, sixty where the purpose was improper, also when other categories apply too."""
    return days(f"{regime}.due", 30), days(f"{regime}.due_improper", 60), flag(f"{regime}.rolls", value=rolls)


_APPI_REPORTS: Final = date(2022, 4, 1)
_APPI_WIDENED: Final = date(2024, 4, 1)

# Before reports were mandatory: the group reported to the ministry and adopted the clocks of the rules of 2022 for it.
HOUSE_2016: Final = _in_force(
    date(2016, 4, 1),
    _APPI_REPORTS,
    *_preliminary("MINISTRY_PRE2022_PRELIM"),
    *_final("MINISTRY_PRE2022", rolls=True),
    count("HOUSE-4.more_than", 1000),
)

# Act on the Protection of Personal Information, Art. 26; Enforcement Rules, Arts 7 and 8.
APPI_2022: Final = _in_force(
    _APPI_REPORTS,
    None,
    *_preliminary("APPI26_PRELIM"),
    *_final("APPI26_FINAL", rolls=True),
    *_preliminary("CONSIGNOR_NOTICE"),  # a trustee that tells its consignor need not report itself
    count("APPI-4.more_than", 1000),
    flag("APPI-3.includes_data_being_acquired", value=False).between(None, _APPI_WIDENED),
    flag("APPI-3.includes_data_being_acquired", value=True).between(_APPI_WIDENED),
)

# My Number Act: "serious situations" until March 2022 without a dated deadline, Art. 29-4 since.
MY_NUMBER_2016: Final = _in_force(date(2016, 1, 1), _APPI_REPORTS, count("MN-4.more_than", 100))
MY_NUMBER_2022: Final = _in_force(
    _APPI_REPORTS,
    None,
    *_preliminary("MN_PRELIM"),
    *_final("MN_FINAL", rolls=True),
    count("MN-4.more_than", 100),
)

# Contract of the PrivacyMark: every accident, from its discovery; the contract has no roll over closed days.
PMARK_2022: Final = _in_force(_APPI_REPORTS, None, *_preliminary("PMARK_PRELIM"), *_final("PMARK_FINAL", rolls=False))

# General Data Protection Regulation, Art. 33(1): continuous hours from the instant of awareness.
GDPR_2018: Final = _in_force(date(2018, 5, 25), None, hours("GDPR33.due", 72))

INCIDENTS: Final[tuple[Parameter, ...]] = (
    *HOUSE_2016,
    *APPI_2022,
    *MY_NUMBER_2016,
    *MY_NUMBER_2022,
    *PMARK_2022,
    *GDPR_2018,
)
