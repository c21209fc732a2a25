"""Who must hear of an incident, and by when: from what is known of it and the rules of its day. Pure.

An incident is judged by the rule packs in force on the day the first department knew.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from shared.events.incidents import (
    Affected,
    Anchor,
    Category,
    Flags,
    IncidentKind,
    Recipient,
    Regime,
    RightsRisk,
)
from shared.law.calendar import business_date, day_n, end_of_day, next_open_day, start_of_day
from shared.law.parameters import Unit
from shared.law.rule_pack import RulePack, rule_pack

LEAKS: Final = frozenset({IncidentKind.LOSS, IncidentKind.OUTFLOW, IncidentKind.LEAK, IncidentKind.DAMAGE})
"""Only these are reportable under APPI Art. 26; unlawful use and provision are too under the My Number Act."""

EEA: Final = frozenset({
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT"),
    *("LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
})  # fmt: skip
HOUSE, APPI, PMARK, GDPR = map(rule_pack, ("house-2016", "appi-2022", "pmark-2022", "gdpr-2018"))
MY_NUMBER: Final = tuple(map(rule_pack, ("my-number-2016", "my-number-2022")))
PACKS: Final[Mapping[str, tuple[RulePack, ...]]] = {
    "MINISTRY": (HOUSE,), "APPI": (APPI,), "MN": MY_NUMBER, "PMARK": (PMARK,), "GDPR": (GDPR,)
}  # fmt: skip
"""By the word that a regime's name begins with."""
FROM_DISCOVERY: Final = frozenset({Regime.PMARK_PRELIM, Regime.PMARK_FINAL})
"""The contract of the PrivacyMark counts from when it was discovered, the laws from when a department knew."""

RECIPIENTS: Final = {
    Regime.MINISTRY_PRE2022_PRELIM: Recipient.MINISTRY,
    Regime.MINISTRY_PRE2022: Recipient.MINISTRY,
    Regime.APPI26_SUBJECTS: Recipient.SUBJECTS,
    Regime.MN_SUBJECTS: Recipient.SUBJECTS,
    Regime.PMARK_PRELIM: Recipient.PMARK_BODY,
    Regime.PMARK_FINAL: Recipient.PMARK_BODY,
    Regime.GDPR33: Recipient.SUPERVISORY_AUTHORITY,
    Regime.GDPR34: Recipient.SUBJECTS,
}
"""Everything else goes to the commission."""


@dataclass(frozen=True)
class Count:
    """How many persons were thought affected from an instant on."""

    at: datetime
    affected: Affected


@dataclass(frozen=True)
class Situation:
    """All that decides which duties there are."""

    kind: IncidentKind
    flags: Flags
    discovered_at: datetime
    aware_at: datetime
    counts: tuple[Count, ...]
    rights_risk: RightsRisk
    jurisdictions: tuple[str, ...]
    pmark: bool

    @property
    def day(self) -> date:
        return business_date(self.aware_at)

    @property
    def exempt(self) -> bool:
        """Nobody can read it, or nobody did: no leak in the sense of the law."""
        return self.flags.encrypted or self.flags.recovered_unseen


@dataclass(frozen=True)
class Reason:
    """Why an incident is reportable, and since when that is known: the duty of a number opens at its crossing."""

    category: Category
    anchor: Anchor
    at: datetime


@dataclass(frozen=True)
class Deadline:
    soft_due_at: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True)
class Duty:
    regime: Regime
    anchor: Anchor
    anchor_at: datetime
    deadline: Deadline
    rule_pack: str

    @property
    def recipient(self) -> Recipient:
        return RECIPIENTS.get(self.regime, Recipient.PPC)


def duties(situation: Situation) -> tuple[Duty, ...]:
    """Everybody who must hear, in the order of the bodies of rules."""
    return tuple(_duty(situation, *each) for each in _regimes(situation))


def categories(situation: Situation) -> tuple[Category, ...]:
    """Why it is reportable, under whatever rules."""
    return tuple(reason.category for reason in (*_house(situation), *_appi(situation), *_my_number(situation)))


def deadline(regime: Regime, anchor_at: datetime, day: date, *, improper: bool) -> Deadline:
    """By when, by the pack of the incident's `day`; empty where no date is fixed."""
    pack = _pack_of(regime, day)
    if pack is None:
        return Deadline()
    first = business_date(anchor_at)
    soft = f"{regime}.soft_due"
    warned = start_of_day(day_n(first, pack.days(soft, day))) if pack.has(soft, day) else None
    return Deadline(warned, _due(pack, regime, anchor_at, day, improper=improper))


def _due(pack: RulePack, regime: Regime, anchor_at: datetime, day: date, *, improper: bool) -> datetime | None:
    key, longer = f"{regime}.due", f"{regime}.due_improper"
    if not pack.has(key, day):
        return None
    if pack.param(key, day).unit is Unit.HOURS:
        return anchor_at + timedelta(hours=pack.hours(key, day))
    days = pack.days(longer if improper and pack.has(longer, day) else key, day)
    last = day_n(business_date(anchor_at), days)
    return end_of_day(next_open_day(last, pack.calendar) if pack.flag(f"{regime}.rolls", day) else last)


def _duty(situation: Situation, regime: Regime, reasons: tuple[Reason, ...]) -> Duty:
    anchor, anchor_at = _anchored(situation, regime, reasons)
    by = deadline(regime, anchor_at, situation.day, improper=situation.flags.improper_purpose)
    pack = _pack_of(regime, situation.day)
    return Duty(regime, anchor, anchor_at, by, pack.name if pack else "none")


def _anchored(situation: Situation, regime: Regime, reasons: tuple[Reason, ...]) -> tuple[Anchor, datetime]:
    """It runs from awareness or discovery, unless nothing but a number found later makes it a duty."""
    if reasons and all(reason.anchor is Anchor.CROSSING for reason in reasons):
        return Anchor.CROSSING, min(reason.at for reason in reasons)
    if regime in FROM_DISCOVERY:
        return Anchor.DISCOVERY, situation.discovered_at
    return Anchor.AWARENESS, situation.aware_at


def _regimes(situation: Situation) -> Iterator[tuple[Regime, tuple[Reason, ...]]]:
    house, appi, numbers = (tuple(find(situation)) for find in (_house, _appi, _my_number))
    for regime in (Regime.MINISTRY_PRE2022_PRELIM, Regime.MINISTRY_PRE2022) if house else ():
        yield regime, house
    for regime in (Regime.APPI26_PRELIM, Regime.APPI26_FINAL, Regime.APPI26_SUBJECTS) if appi else ():
        yield regime, appi
    yield from _about_numbers(situation, numbers)
    if situation.pmark and situation.kind is not IncidentKind.NEAR_MISS and _in_force(PMARK, situation):
        for regime in (Regime.PMARK_PRELIM, Regime.PMARK_FINAL) if appi or numbers else (Regime.PMARK_FINAL,):
            yield regime, () if regime is Regime.PMARK_FINAL else (*appi, *numbers)
    yield from ((regime, ()) for regime in _european(situation))


def _about_numbers(situation: Situation, found: tuple[Reason, ...]) -> Iterator[tuple[Regime, tuple[Reason, ...]]]:
    """Until 2022 a serious situation had no dated report; what is no duty should be reported with an effort."""
    if found and _pack_of(Regime.MN_PRELIM, situation.day) is MY_NUMBER[-1]:
        yield from ((regime, found) for regime in (Regime.MN_PRELIM, Regime.MN_FINAL, Regime.MN_SUBJECTS))
    elif found:
        yield Regime.MN_FINAL, found
    elif _concerns_numbers(situation):
        yield Regime.MN_VOLUNTARY, ()


def _european(situation: Situation) -> tuple[Regime, ...]:
    concerned = situation.kind is not IncidentKind.NEAR_MISS and not EEA.isdisjoint(situation.jurisdictions)
    if not concerned or situation.rights_risk is RightsRisk.UNLIKELY or not _in_force(GDPR, situation):
        return ()
    high = situation.rights_risk is RightsRisk.HIGH
    return (Regime.GDPR33, Regime.GDPR34) if high else (Regime.GDPR33,)


def _house(situation: Situation) -> Iterator[Reason]:
    return _four(situation, "HOUSE", HOUSE)


def _appi(situation: Situation) -> Iterator[Reason]:
    return _four(situation, "APPI", APPI)


def _four(situation: Situation, code: str, pack: RulePack) -> Iterator[Reason]:
    """The four categories of the Enforcement Rules, Art. 7; the house had adopted the same."""
    if situation.kind not in LEAKS or situation.exempt or not _in_force(pack, situation):
        return
    flags = situation.flags
    for number, holds in enumerate((flags.sensitive, flags.property_damage, flags.improper_purpose), 1):
        if holds:
            yield Reason(Category(f"{code}-{number}"), Anchor.AWARENESS, situation.aware_at)
    yield from _crossing(situation, Category(f"{code}-4"), pack)


def _my_number(situation: Situation) -> Iterator[Reason]:
    pack = _pack_of(Regime.MN_FINAL, situation.day)
    if pack is None or not _concerns_numbers(situation):
        return
    flags = situation.flags
    for category, holds in ((Category.MN_2, flags.improper_purpose), (Category.MN_3, flags.viewable_by_public)):
        if holds:
            yield Reason(category, Anchor.AWARENESS, situation.aware_at)
    yield from _crossing(situation, Category.MN_4, pack)


def _concerns_numbers(situation: Situation) -> bool:
    """Unlawful use and provision count too."""
    in_force = any(_in_force(pack, situation) for pack in MY_NUMBER)
    real = situation.kind is not IncidentKind.NEAR_MISS and not situation.exempt
    return in_force and real and situation.flags.specific_pi


def _crossing(situation: Situation, category: Category, pack: RulePack) -> Iterator[Reason]:
    """When the most that may be affected first exceeded the bound; a lower number later undoes nothing."""
    bound = pack.count(f"{category}.more_than", situation.day)
    first = next((index for index, count in enumerate(situation.counts) if count.affected.most > bound), None)
    if first == 0:
        yield Reason(category, Anchor.AWARENESS, situation.aware_at)
    elif first is not None:
        yield Reason(category, Anchor.CROSSING, situation.counts[first].at)


def _pack_of(regime: Regime, day: date) -> RulePack | None:
    packs = PACKS[regime.partition("_")[0].rstrip("0123456789")]
    return next((pack for pack in packs if _begun(pack, day)), None)


def _in_force(pack: RulePack, situation: Situation) -> bool:
    return _begun(pack, situation.day)


def _begun(pack: RulePack, day: date) -> bool:
    """A pack of one body of rules is in force as long as any of its numbers is."""
    return any(pack.has(parameter.key, day) for parameter in pack.parameters)
