"""What becomes of people within the year: hires, transfers, concurrent posts, leave, leavings, a merged division.

Whatever happens happens on the day of one of the year's moments and is told at it or before, except for the few
mishaps of `planted`.
"""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Final

from daicho.demo.script.chance import chance
from daicho.demo.script.deck import Deck, at_home, merged_unit, open_workplaces, succeeding_unit
from daicho.demo.script.group import CONTRACTORS, Group, Member, recruit
from daicho.demo.script.loading import told_of
from daicho.demo.script.moments import EXTENDED, OPENS
from daicho.demo.script.news import Told
from shared.events.hr import (
    ConcurrentPostEnded,
    EmployeeLeaveEnded,
    EmployeeLeaveStarted,
    EmployeeLeft,
    EmployeeTransferred,
    HrEvent,
    OrgUnitMerged,
    PersonKind,
    Place,
    SupplierWorkerReleased,
    TransferKind,
)

REORGANISED: Final = EXTENDED
APRIL_NEXT: Final = date(2017, 4, 1)
SPRING: Final = date(2016, 3, 15)
ANNOUNCED: Final = date(2016, 9, 15)
"""HR tells of October's transfers and the merger."""
_NEW: Final = 700_000
"""Around here begin the numbers of people hired within the year, a hundred thousand for each kind of them."""


def lives(group: Group, deck: Deck) -> Iterator[Told]:
    yield from _april_hires(group)
    yield from _later_hires(group)
    yield from _transfers(group, deck)
    yield from _concurrent_posts(group, deck)
    yield from _leave(group, deck)
    yield from _leavings(group, deck)
    yield from _suppliers(group)
    yield from _merger(group)


def _count(group: Group, per_thousand: int) -> int:
    return max(1, group.size * per_thousand // 1000)


def ahead(group: Group, event: HrEvent, day: date) -> Told:
    """Told at the last moment before the day."""
    return Told(event, group.calendar.before(day))


def _april_hires(group: Group) -> Iterator[Told]:
    for member in _newcomers(group, chance(group.seed, "april"), _NEW, _count(group, 40), (OPENS,)):
        yield told_of(member, group.calendar.before(OPENS))


def _later_hires(group: Group) -> Iterator[Told]:
    """One in four is told only on the day itself."""
    luck = chance(group.seed, "hires")
    for member in _newcomers(group, luck, _NEW + 100_000, _count(group, 30), group.calendar.days):
        late = luck.random() < 0.25
        told_at = group.calendar.on if late else group.calendar.before
        yield told_of(member, told_at(member.since))


def _newcomers(group: Group, luck: Random, first: int, count: int, days: tuple[date, ...]) -> Iterator[Member]:
    """They are hired where people are already: large companies hire more."""
    places = [member.company_id for member in group.members]
    for number in range(first, first + count):
        unit = luck.choice(open_workplaces(group, luck.choice(places)))
        yield recruit(group, luck, number, unit, luck.choice(days))


def _transfers(group: Group, deck: Deck) -> Iterator[Told]:
    """Most in October, announced in September; a few in other months, and the first of the next year's."""
    luck, calendar = chance(group.seed, "transfers"), group.calendar
    for member in deck.deal(60, at_home):
        yield Told(transfer(group, luck, member, REORGANISED), calendar.on(ANNOUNCED))
    for member in deck.deal(10, at_home):
        day = luck.choice(calendar.days)
        yield ahead(group, transfer(group, luck, member, day), day)
    for member in deck.deal(5, at_home):
        yield Told(transfer(group, luck, member, APRIL_NEXT), calendar.on(date(2017, 3, 15)))


def transfer(group: Group, luck: Random, member: Member, day: date) -> EmployeeTransferred:
    """To another unit, within the company or to another one at home."""
    domestic = [company.company_id for company in group.companies if company.domestic]
    company = luck.choice(domestic) if luck.random() < 0.3 else member.company_id
    choices = [unit for unit in open_workplaces(group, company) if unit.unit_id != member.unit_id]
    choices = choices or [unit for unit in open_workplaces(group, domestic[0]) if unit.unit_id != member.unit_id]
    unit = luck.choice(choices)
    kind = TransferKind.TRANSFER if unit.company_id == member.company_id else TransferKind.SECONDMENT
    return _posted(member, Place(company_id=unit.company_id, org_unit_id=unit.unit_id), day, kind)


def _posted(member: Member, to: Place, day: date, kind: TransferKind) -> EmployeeTransferred:
    origin = Place(company_id=member.company_id, org_unit_id=member.unit_id)
    return EmployeeTransferred.model_validate(
        {"person_id": member.person_id, "origin": origin, "to": to, "effective_date": day, "kind": kind}
    )


def _concurrent_posts(group: Group, deck: Deck) -> Iterator[Told]:
    """Half of them end within the year."""
    luck = chance(group.seed, "concurrent")
    for member in deck.deal(20, at_home):
        began, ended = sorted(luck.sample(group.calendar.days, 2))
        moved = transfer(group, luck, member, began)
        yield ahead(group, moved.model_copy(update={"kind": TransferKind.CONCURRENT}), began)
        if luck.random() < 0.5:
            unit = moved.to.org_unit_id
            end = ConcurrentPostEnded(person_id=member.person_id, org_unit_id=unit, effective_date=ended)
            yield ahead(group, end, ended)


def _leave(group: Group, deck: Deck) -> Iterator[Told]:
    """Some are away already when the campaign opens, and some are not back when the year ends."""
    luck = chance(group.seed, "leave")
    for place, member in enumerate(deck.deal(25)):
        start, end = sorted(luck.sample(group.calendar.days, 2))
        start = group.calendar.on(SPRING).day if place % 4 == 0 else start
        leave = EmployeeLeaveStarted(person_id=member.person_id, start=start, expected_end=end)
        yield ahead(group, leave, start)
        if place % 5:
            yield ahead(group, EmployeeLeaveEnded(person_id=member.person_id, end=end), end)


def _leavings(group: Group, deck: Deck) -> Iterator[Told]:
    luck = chance(group.seed, "leavings")
    for member in deck.deal(30):
        day = luck.choice(group.calendar.days)
        yield ahead(group, EmployeeLeft(person_id=member.person_id, effective_date=day), day)


def _suppliers(group: Group) -> Iterator[Told]:
    """New workers come, and some of those who were there are released."""
    luck = chance(group.seed, "supplier turnover")
    for newcomer in _newcomers(group, luck, _NEW - 100_000, _count(group, 5), group.calendar.days):
        unit = luck.choice(open_workplaces(group, group.companies[0].company_id))
        worker = Member(
            newcomer.person_id, PersonKind.SUPPLIER, unit.company_id, unit.unit_id, newcomer.since, "JP", CONTRACTORS[1]
        )
        yield told_of(worker, group.calendar.before(worker.since))
    there = [member for member in group.members if member.contractor_id and not member.person_id.startswith("P-")]
    for member in there[: _count(group, 4)]:
        day = luck.choice(group.calendar.days)
        released = SupplierWorkerReleased(
            person_id=member.person_id,
            contractor_id=member.contractor_id or "",
            host_org_unit_id=member.unit_id,
            end=day,
        )
        yield ahead(group, released, day)


def _merger(group: Group) -> Iterator[Told]:
    """The parent's last unit goes up in the one before; its people are transferred with it (F25)."""
    old, new = merged_unit(group), succeeding_unit(group)
    announced = group.calendar.on(ANNOUNCED)
    yield Told(OrgUnitMerged(org_unit_id=old.unit_id, successors=(new.unit_id,), effective_date=REORGANISED), announced)
    to = Place(company_id=new.company_id, org_unit_id=new.unit_id)
    for member in group.members:
        if member.unit_id == old.unit_id and member.contractor_id is None:
            yield Told(_posted(member, to, REORGANISED, TransferKind.TRANSFER), announced)
