"""A seat of the framework: when somebody has to sit in it, and who does."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.audit.domain.context import Context
from services.audit.domain.days import common
from services.audit.domain.history import History, history_of, hr_facts, refs
from services.audit.domain.interval import EventRef
from services.audit.domain.rulebook import SubjectKind
from services.audit.domain.succession import heirs
from services.audit.domain.tree import AskedTree
from shared.events.hr import (
    CompanyMerged,
    OrgUnitAbolished,
    OrgUnitMerged,
    OrgUnitSplit,
    Role,
    RoleAppointed,
    RoleRelieved,
    UnitKind,
)
from shared.organisation.appointment import Appointment, appointments


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """The days [begins, ends) on which a seat of a unit and a company must be filled; a company's own has no unit."""

    begins: date
    ends: date | None
    unit: str
    company: str
    because: tuple[EventRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Somebody sits in it on the days [begins, ends)."""

    begins: date
    ends: date | None
    holder: str
    because: tuple[EventRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatSpells:
    id: str
    needs: tuple[Need, ...]
    holdings: tuple[Holding, ...]


def seat_spells(subject: str, history: History, context: Context) -> SeatSpells:
    """Who held the same seat of a place that was merged into this one holds this one from then on (F25)."""
    _, kind, place, role = subject.split("/")
    needs = _needs_of_unit(place, context) if kind == "unit" else _needs_of_company(place, context)
    holdings = _holdings(_Seat(kind, place, Role(role)), history, context, frozenset())
    return SeatSpells(
        id=subject,
        needs=tuple(_unbroken(needs)),
        holdings=tuple(sorted(holdings, key=lambda each: (each.begins, each.holder, each.ends or date.max))),
    )


SEAT = SubjectKind("seat", seat_spells)


def _unbroken(needs: Iterable[Need]) -> Iterator[Need]:
    """A new name or parent begins no new need."""
    last: Need | None = None
    for need in needs:
        if last is not None and (last.ends, last.company) == (need.begins, need.company):
            last = replace(last, ends=need.ends)
            continue
        if last is not None:
            yield last
        last = need
    if last is not None:
        yield last


def _needs_of_company(company: str, context: Context) -> Iterator[Need]:
    known = refs(context.history(f"company/{company}"))
    for spell in context.company(company):
        if spell.in_group and spell.domestic:
            because = tuple(known[each] for each in spell.because)
            yield Need(begins=spell.begins, ends=spell.ends, unit="", company=company, because=because)


def _needs_of_unit(unit: str, context: Context) -> Iterator[Need]:
    """While it exists as a division of a domestic company of the group, or of whatever carried that company on."""
    known = refs(context.history(f"unit/{unit}"))
    for spell in context.unit(unit):
        if spell.exists and spell.kind is UnitKind.DIVISION and spell.company_id:
            because = tuple(known[each] for each in spell.because)
            line = list(heirs(spell.company_id, spell.begins, spell.ends, context.successor_of_company))
            ends = [*(begins for begins, _ in line[1:]), spell.ends]
            for (begins, company), end in zip(line, ends, strict=True):
                need = Need(begins=begins, ends=end, unit=unit, company=company, because=because)
                yield from _while_domestic(need, context)


def _while_domestic(need: Need, context: Context) -> Iterator[Need]:
    for spell in context.company(need.company):
        days = common((need.begins, need.ends), (spell.begins, spell.ends))
        if spell.in_group and spell.domestic and days is not None:
            yield replace(need, begins=days[0], ends=days[1])


@dataclass(frozen=True, slots=True)
class _Seat:
    kind: str
    place: str
    role: Role

    @property
    def subject(self) -> str:
        return f"seat/{self.kind}/{self.place}/{self.role}"

    def is_of(self, given: RoleAppointed | RoleRelieved | Appointment) -> bool:
        """A role for one type of personal information fills no seat."""
        scope = given.scope
        if given.role is not self.role or scope.pi_type is not None:
            return False
        if self.kind == "unit":
            return scope.org_unit_id == self.place
        return scope.org_unit_id is None and scope.company_id == self.place


def _holdings(seat: _Seat, history: History, context: Context, seen: frozenset[str]) -> Iterator[Holding]:
    """Who was appointed to it; and who was to one that was merged into it, from that day on."""
    yield from _own(seat, history, context)
    successor = context.successor_of_unit if seat.kind == "unit" else context.successor_of_company
    for place in _merged_places(history) - seen:
        merged = successor(place)
        if merged is not None and merged[1] == seat.place:
            before = replace(seat, place=place)
            held = _holdings(before, context.history(before.subject), context, seen | {seat.place})
            yield from _since(merged[0], held)


def _own(seat: _Seat, history: History, context: Context) -> Iterator[Holding]:
    told = [each.recorded.event for each in history]
    given = [event for event in told if isinstance(event, RoleAppointed | RoleRelieved) and seat.is_of(event)]
    for principal in sorted({event.principal for event in given}):
        life = history_of((*context.history(principal), *history))
        known = refs(life)
        for held in appointments(hr_facts(life), AskedTree(context)):
            if held.principal == principal and seat.is_of(held):
                because = tuple(known[each] for each in held.because)
                yield Holding(begins=held.begins, ends=held.ends, holder=principal, because=because)


def _merged_places(history: History) -> frozenset[str]:
    """The places whose end was told to this seat."""
    events = [each.recorded.event for each in history]
    units = {
        event.org_unit_id for event in events if isinstance(event, OrgUnitMerged | OrgUnitSplit | OrgUnitAbolished)
    }
    return frozenset(units | {event.company_id for event in events if isinstance(event, CompanyMerged)})


def _since(day: date, held: Iterable[Holding]) -> Iterator[Holding]:
    for each in held:
        days = common((each.begins, each.ends), (day, None))
        if days is not None:
            yield replace(each, begins=days[0], ends=days[1])
