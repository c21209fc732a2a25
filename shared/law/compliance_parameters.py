"""The numbers of the compliance rules C01–C34 and of the work they judge, as the standard rule pack has them.

Source: the facts (F…) where the organisation fixed the number itself, else our decision; "regular" without a number is
twelve months. A rule without a number has only its threshold. A share is of the subjects a rule counts.
"""

from typing import Final

from shared.law.parameters import (
    Parameter,
    count,
    count_at_most,
    days,
    flag,
    months,
    percent,
    report_only,
    share_at_least,
    text,
)

_SLIPS: Final = (
    share_at_least("C01", 100),
    months("C01.interval", 12),  # F32
    text("C01.mode", "rolling"),  # "once a year": rolling months, or `fiscal` = once in each fiscal year
    days("C01.lead", 30),  # the inspection's window opens so long before it is due
    share_at_least("C02", 100),
    months("C02.interval", 6),  # F33
    text("C02.mode", "rolling"),
    days("C02.notice", 30),  # a raised priority leaves at least this much time
    share_at_least("C03", 100),
    count("C03.persons", 1),  # in charge of the numbers and still in post
    share_at_least("C25", 100),
    days("C25.due", 14),  # emergency inspection after the incident is confirmed
    flag("C25.resets_regular_cycle", value=False),
    share_at_least("C30", 100),
    days("C30.within", 30),  # disposal after the end of retention
)

_TRAINING: Final = (
    share_at_least("C04", 100),
    days("C04.grace", 30),  # after a hire
    share_at_least("C05", 100),
    days("C05.grace", 30),
    share_at_least("C06", 100),
    count("C06.sessions", 4),  # F15, in each fiscal year and company group
    share_at_least("C06b", 90),
    count("C06b.sessions", 1),  # that a promoter attends in the fiscal year
    share_at_least("C07", 100),
    days("C07.within", 30),  # handbook and introduction after a hire or transfer
    share_at_least("C08", 100),
    days("C08.within", 60),  # from the request to the campaign's completion
    percent("C08.completion", 95),
)

_PLEDGES: Final = (
    share_at_least("C09", 100),
    days("C09.grace", 30),  # after a hire
    share_at_least("C10", 100),
    days("C10.grace", 30),
    share_at_least("C11", 100),
    months("C11.validity", 12),
    report_only("C29"),
)

_CONTRACTORS: Final = (
    share_at_least("C12", 100),
    days("C12.lead", 30),
    share_at_least("C13", 100),
    share_at_least("C14", 100),
    months("C14.validity", 12),
    days("C14.lead", 30),
    share_at_least("C15", 100),
    share_at_least("C28a", 100),
    months("C28a.review", 12),  # "about once a year", APPI Art. 28
    days("C28a.lead", 30),
    share_at_least("C28b", 100),
    months("C28b.review", 12),
    months("provision.retention", 36),  # records of provision, APPI Arts 29, 30
    months("provision.retention_by_contract", 12),
)

_MONITORING: Final = (
    share_at_least("C16", 100),
    share_at_least("C17", 100),
    days("C17.approval", 30),  # of an improvement plan, after the non-compliance was found
    share_at_least("C18a", 100),
    report_only("C18b"),
    report_only("C26"),
    days("C26.evaluation", 60),  # after the fiscal year ends
    report_only("C31"),
    share_at_least("C32", 100),
    share_at_least("C33", 100),
    share_at_least("C34", 100),
)

_FRAMEWORK: Final = (
    share_at_least("C19", 100),
    days("C19.vacancy", 30),  # tolerated; bad from the day after
    report_only("C27"),
    share_at_least("C27b", 100),  # renewals applied for inside the window
    months("C27b.opens", 8),  # before the certificate expires
    months("C27b.closes", 4),
    days("C27b.reminder", 14),  # before the window closes
)

_INCIDENTS: Final = (
    share_at_least("C20", 95),
    days("C20.within", 0),  # both acknowledgements on the day of the report
    share_at_least("C21", 100),
    share_at_least("C22", 100),
    count_at_most("C23", 0),
    count_at_most("C24", 0),
)

_EVERYWHERE: Final = (
    days("custodian.vacancy_reminder", 14),
    days("entry.backdated_after", 30),  # a later entry is flagged and needs a reason
)

COMPLIANCE: Final[tuple[Parameter, ...]] = (
    *_SLIPS,
    *_TRAINING,
    *_PLEDGES,
    *_CONTRACTORS,
    *_MONITORING,
    *_FRAMEWORK,
    *_INCIDENTS,
    *_EVERYWHERE,
)
