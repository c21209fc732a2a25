"""What personal information the group holds: a slip for each holding, and when it is entered in the ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Final

from daicho.demo.script.chance import chance
from daicho.demo.script.deck import merged_unit
from daicho.demo.script.group import PARENT, Group
from daicho.demo.script.moments import OPENS, Calendar, Moment
from daicho.demo.script.places import Place, places
from daicho.demo.script.plants import Plant
from shared.events.hr import PiType
from shared.events.ledger import CountBand, Priority

SLIPS: Final = {"tiny": 12, "small": 100, "medium": 2_000, "full": 20_000}
HIGH_PER_HUNDRED: Final = 20
NUMBERS_PER_HUNDRED: Final = 5
"""Of a hundred slips, those of high priority, and those of them that hold National ID numbers."""

ENTERED: Final = (date(2016, 3, 15), date(2016, 3, 28))
"""Almost everything is entered in the same month: so almost everything is due in the same month a year later."""
LATER: Final = (date(2016, 5, 10), date(2016, 7, 15), date(2016, 10, 7), date(2016, 11, 30))
LATE_BEGUN: Final = date(2016, 11, 10)
LATE_ENTERED: Final = date(2017, 1, 20)

_WHAT: Final[Mapping[PiType, Sequence[tuple[str, tuple[str, ...]]]]] = {
    PiType.CUSTOMER: (
        ("Applications for the customer club", ("postal address", "date of birth")),
        ("Repair orders", ("telephone number", "serial number of the device")),
        ("Recordings of the call centre", ("voice", "account")),
        ("Camera images of the showroom", ("image",)),
    ),
    PiType.EMPLOYEE: (
        ("Personnel files", ("career", "salary group")),
        ("Entry cards", ("photograph", "times of entry")),
    ),
    PiType.BUSINESS_PARTNER: (("Business cards", ("company", "telephone number")),),
    PiType.SHAREHOLDER: (("Register of shareholders", ("postal address", "number of shares")),),
    PiType.APPLICANT: (("Applications for work", ("career", "certificates")),),
}
_NUMBERS: Final = ("National ID numbers for the year-end tax adjustment", ("National ID number",))


@dataclass(frozen=True, slots=True)
class Holding:
    """`entered` is the day meant for it; `begun` the one on which it really began, where it is entered later."""

    slip_id: str
    unit_id: str
    place: Place
    title: str
    items: tuple[str, ...]
    pi_type: PiType
    priority: Priority
    count_band: CountBand
    custodian: str
    entered: date
    numbers: bool = False
    begun: date | None = None


@dataclass(frozen=True)
class Holdings:
    """Everything, and the slips that play a part: leaked, left by their custodian, merged away, entered late."""

    all: tuple[Holding, ...]
    bad: Place
    leaked: Holding
    alone: Holding
    merged: Holding
    late: Holding
    calendar: Calendar

    def at(self, moment: Moment) -> list[Holding]:
        return [each for each in self.all if self.moment_of(each) == moment]

    def moment_of(self, holding: Holding) -> Moment:
        """When it is entered."""
        return self.calendar.on(holding.entered)

    @property
    def of_bad(self) -> tuple[Holding, ...]:
        """What the bad division holds since March."""
        return tuple(each for each in self.all if each.place == self.bad and each.entered < OPENS)


def make_holdings(group: Group, plants: frozenset[Plant], leaving: str) -> Holdings:
    """`leaving` is who will leave his charge of National ID numbers behind."""
    where = places(group)
    bad = next(place for place in where if place.company_id != PARENT)
    ordinary = tuple(_ordinary(group, where))
    leaked = _special("LEAKED", where[0], PiType.CUSTOMER, count_band=CountBand.UP_TO_10000)
    alone = _special("NUMBERS", _of_personas(where), PiType.EMPLOYEE, numbers=True, custodian=leaving)
    unit = merged_unit(group).unit_id
    merged = replace(_special("MERGED", _place_of(where, unit), PiType.BUSINESS_PARTNER), unit_id=unit)
    late = replace(_special("LATE", where[0], PiType.CUSTOMER), entered=LATE_ENTERED, begun=LATE_BEGUN)
    high = replace(_special("BAD-HIGH", bad, PiType.CUSTOMER), priority=Priority.HIGH)
    planted = (late,) if Plant.LATE_SLIP in plants else ()
    everything = (*ordinary, leaked, alone, merged, high, _special("BAD-NORMAL", bad, PiType.CUSTOMER), *planted)
    return Holdings(everything, bad, leaked, alone, merged, late, group.calendar)


def _of_personas(where: Iterable[Place]) -> Place:
    """Where the demo's manager of personal information can step in."""
    return next(place for place in where if place.division == f"{PARENT}-D02")


def _place_of(where: Iterable[Place], unit_id: str) -> Place:
    return next(place for place in where if unit_id.startswith(place.division))


def _ordinary(group: Group, where: Sequence[Place]) -> Iterator[Holding]:
    luck, merged = chance(group.seed, "holdings"), _place_of(where, merged_unit(group).unit_id)
    for number in range(1, SLIPS[group.scale] + 1):
        place = where[number % len(where)]
        entered = luck.choice(LATER) if luck.random() < 0.05 else luck.choice(ENTERED)
        yield _drawn(luck, f"S-{number:05}", place, ENTERED[0] if place == merged else entered)


def _drawn(luck: Random, slip_id: str, place: Place, entered: date) -> Holding:
    lot = luck.random() * 100
    numbers = lot < NUMBERS_PER_HUNDRED
    pi_type = PiType.EMPLOYEE if numbers else luck.choice(tuple(_WHAT))
    title, items = _NUMBERS if numbers else luck.choice(_WHAT[pi_type])
    return Holding(
        slip_id=slip_id,
        unit_id=place.division,
        place=place,
        title=title,
        items=items,
        pi_type=pi_type,
        priority=Priority.HIGH if lot < HIGH_PER_HUNDRED else Priority.NORMAL,
        count_band=luck.choice(tuple(CountBand)),
        custodian=place.custodian,
        entered=entered,
        numbers=numbers,
    )


def _special(
    name: str,
    place: Place,
    pi_type: PiType,
    *,
    numbers: bool = False,
    count_band: CountBand = CountBand.UP_TO_1000,
    custodian: str | None = None,
) -> Holding:
    title, items = _NUMBERS if numbers else _WHAT[pi_type][0]
    return Holding(
        slip_id=f"S-{name}",
        unit_id=place.division,
        place=place,
        title=title,
        items=items,
        pi_type=pi_type,
        priority=Priority.HIGH if numbers else Priority.NORMAL,
        count_band=count_band,
        custodian=custodian or place.custodian,
        entered=ENTERED[0],
        numbers=numbers,
    )
