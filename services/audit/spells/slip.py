"""A management slip as the rules read it: where it belongs, since when its cycle runs, who is in charge."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from services.audit.domain.context import Context
from services.audit.domain.history import History, Told
from services.audit.domain.interval import EventRef
from services.audit.domain.places import carried_on
from services.audit.domain.rulebook import SubjectKind
from shared.events.ledger import (
    InspectionCompleted,
    InspectionKind,
    Priority,
    SlipAmended,
    SlipCustodianAssigned,
    SlipCustodianReleased,
    SlipCustodianVacated,
    SlipDisposed,
    SlipPriorityChanged,
    SlipRegistered,
    SlipStorageSet,
    SlipTransferred,
    SlipWithdrawn,
)


@dataclass(frozen=True, slots=True)
class Cycle:
    """The present cycle of regular inspections: it began with the last one completed, or with the registration."""

    basis: date
    because: EventRef


@dataclass(frozen=True, slots=True)
class Urgency:
    """The priority, since when it is so, and by which event."""

    priority: Priority
    since: date
    because: EventRef


@dataclass(frozen=True, slots=True)
class Custody:
    """Who is in charge of the holding from a day on."""

    person: str
    since: date
    because: EventRef


@dataclass(frozen=True, slots=True)
class Numbers:
    """Whether it holds National ID numbers, the event that says which unit stores them, and who is in charge (F23)."""

    specific_pi: bool
    stored: EventRef | None
    custodians: tuple[Custody, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipSpell:
    """The days [begins, ends) in which nothing changed for a slip."""

    begins: date
    ends: date | None
    unit: str
    company: str
    cycle: Cycle
    urgency: Urgency
    numbers: Numbers
    registered: EventRef


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipSpells:
    id: str
    spells: tuple[SlipSpell, ...]
    completions: tuple[Cycle, ...]
    """Every regular inspection, with its day."""


def slip_spells(subject: str, history: History, context: Context) -> SlipSpells:
    """One that was withdrawn should never have been there: it has no spells at all. Nothing follows a disposal."""
    spells = () if _told_of_withdrawal(history) else tuple(_spells(history))
    return SlipSpells(
        id=subject,
        spells=tuple(piece for spell in spells for piece in _carried_on(spell, context)),
        completions=tuple(_completions(history)),
    )


SLIP = SubjectKind("slip", slip_spells)


def _told_of_withdrawal(history: History) -> bool:
    return any(isinstance(told.recorded.event, SlipWithdrawn) for told in history)


def _spells(history: History) -> Iterator[SlipSpell]:
    """By days: what counts is how things stood at a day's end."""
    spell: SlipSpell | None = None
    for day, told in groupby(history, key=lambda each: each.day):
        events = list(told)
        after = _after(spell, day, events)
        disposed = any(isinstance(each.recorded.event, SlipDisposed) for each in events)
        if spell is not None and (disposed or after != spell):
            if spell.begins < day:
                yield replace(spell, ends=day)
            after = replace(after, begins=day) if after else None
        if disposed:
            return
        spell = after
    if spell is not None:
        yield spell


def _after(spell: SlipSpell | None, day: date, events: Sequence[Told]) -> SlipSpell | None:
    for told in events:
        match told.recorded.event:
            case SlipRegistered() as registered if spell is None:
                spell = _registered(registered, day, told.ref)
            case _ if spell is not None:
                spell = _changed(spell, told)
    return spell


def _registered(registered: SlipRegistered, day: date, because: EventRef) -> SlipSpell:
    details = registered.details
    return SlipSpell(
        begins=day,
        ends=None,
        unit=registered.org_unit_id,
        company=registered.company_id,
        cycle=Cycle(day, because),
        urgency=Urgency(details.priority, day, because),
        numbers=Numbers(
            specific_pi=details.specific_pi,
            stored=because if details.storage else None,
            custodians=tuple(Custody(each.person_id, max(each.since, day), because) for each in details.custodians),
        ),
        registered=because,
    )


def _changed(spell: SlipSpell, told: Told) -> SlipSpell:
    match told.recorded.event:
        case SlipTransferred(to_unit=unit, company_id=company):
            return replace(spell, unit=unit, company=company)
        case InspectionCompleted(kind=InspectionKind.REGULAR):
            return replace(spell, cycle=Cycle(told.day, told.ref))
        case SlipPriorityChanged(new=new) if new is not spell.urgency.priority:
            return replace(spell, urgency=Urgency(new, told.day, told.ref))
        case SlipAmended(changed=changed) if "specific_pi" in changed:
            return replace(spell, numbers=replace(spell.numbers, specific_pi=changed["specific_pi"].new is True))
        case SlipStorageSet():
            return replace(spell, numbers=replace(spell.numbers, stored=told.ref))
        case SlipCustodianAssigned() | SlipCustodianReleased() | SlipCustodianVacated():
            return replace(spell, numbers=_custody_changed(spell.numbers, told))
        case _:
            return spell


def _custody_changed(numbers: Numbers, told: Told) -> Numbers:
    """Who is in charge already changes only his role."""
    match told.recorded.event:
        case SlipCustodianAssigned(person_id=person, since=since):
            if any(each.person == person for each in numbers.custodians):
                return numbers
            custody = Custody(person, max(since, told.day), told.ref)
            return replace(numbers, custodians=(*numbers.custodians, custody))
        case SlipCustodianReleased(person_id=person) | SlipCustodianVacated(person_id=person):
            return replace(numbers, custodians=tuple(each for each in numbers.custodians if each.person != person))
        case _:
            return numbers


def _completions(history: History) -> Iterator[Cycle]:
    for told in history:
        event = told.recorded.event
        if isinstance(event, InspectionCompleted) and event.kind is InspectionKind.REGULAR:
            yield Cycle(told.day, told.ref)


def _carried_on(spell: SlipSpell, context: Context) -> Iterator[SlipSpell]:
    for each in carried_on((spell.begins, spell.ends), spell.unit, spell.company, context):
        company = each.company or spell.company
        yield replace(spell, begins=each.begins, ends=each.ends, unit=each.unit, company=company)
