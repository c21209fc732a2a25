"""Who held which role for which scope, when: appointments, cut by what became of the person."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import dropwhile, groupby, takewhile
from typing import Final, TypeAlias

from shared.events.hr import Role, RoleAppointed, RoleRelieved, RoleScope
from shared.organisation.history import Fact, History, corrected
from shared.organisation.person import PersonSpell, spells
from shared.organisation.stretches import covers

OUTSIDE: Final = frozenset({Role.EXT_AUDITOR, Role.CONTRACTOR_REP})
"""Roles for which nobody needs to be in post with us."""


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """A role held by a principal (`person/<id>`, `client/<id>`) on the days [begins, ends)."""

    principal: str
    role: Role
    scope: RoleScope
    begins: date
    ends: date | None
    on_behalf_of: str | None = None
    outside: bool = False
    because: tuple[str, ...] = ()


Parts: TypeAlias = Callable[[str], frozenset[str]]
"""From a unit's or company's id to all ids that lie inside it: itself, what is below it, what carries it on."""


def itself(place: str) -> frozenset[str]:
    """All there is to know of a place without the rest of the organisation."""
    return frozenset({place})


def appointments(facts: History, parts: Parts = itself) -> tuple[Appointment, ...]:
    """Every stretch in which a role was held, by whomever the history names.

    An appointment ends when relieved, at its `until`, on leaving, and on transfer out of its scope; who comes back
    later does not get it back. It pauses on leave, and waits for somebody who is not yet in post.
    """
    told = corrected(facts)
    terms = (term for term in _terms(told) if term.ends is None or term.begins < term.ends)
    return tuple(held for term in terms for held in _served(term, _life(told, term), parts))


def in_post(held: Iterable[Appointment], day: date) -> tuple[Appointment, ...]:
    """The appointments in force on a day."""
    return tuple(appointment for appointment in held if covers(appointment, day))


def _terms(facts: History) -> Iterator[Appointment]:
    """What was given and taken, whoever was there to hold it; a new appointment for the same scope replaces the old."""
    running: dict[tuple[str, Role, RoleScope], Appointment] = {}
    for fact in facts:
        if isinstance(fact.event, RoleAppointed | RoleRelieved):
            seat = (fact.event.principal, fact.event.role, fact.event.scope)
            if seat in running:
                yield _ended(running.pop(seat), fact)
            if isinstance(fact.event, RoleAppointed):
                running[seat] = _given(fact, fact.event)
    yield from running.values()


def _given(fact: Fact, given: RoleAppointed) -> Appointment:
    return Appointment(
        principal=given.principal,
        role=given.role,
        scope=given.scope,
        begins=fact.effective,
        ends=given.until,
        on_behalf_of=given.on_behalf_of,
        outside=given.person_id is None or given.role in OUTSIDE,
        because=fact.because,
    )


def _ended(term: Appointment, fact: Fact) -> Appointment:
    if term.ends is not None and term.ends <= fact.effective:
        return term
    return replace(term, ends=fact.effective, because=(*term.because, *fact.because))


def _life(facts: History, term: Appointment) -> tuple[PersonSpell, ...]:
    person = term.principal.removeprefix("person/")
    return spells(tuple(fact for fact in facts if getattr(fact.event, "person_id", None) == person))


def _served(term: Appointment, life: Sequence[PersonSpell], parts: Parts) -> Iterator[Appointment]:
    """The stretches of a term in which its holder was there to serve."""
    if term.outside and not life:
        yield term
        return
    turns = {spell.begins: spell.because for spell in life}
    for serving, run in groupby(_in_place(term, life, parts), key=lambda spell: not spell.on_leave):
        if serving:
            yield _clipped(term, list(run), turns)


def _in_place(term: Appointment, life: Sequence[PersonSpell], parts: Parts) -> list[PersonSpell]:
    """The spells from the first in post to the last before he left, or was transferred out of the scope."""
    meanwhile = (spell for spell in life if _overlap(term, spell))
    there = list(dropwhile(lambda spell: not spell.employed, meanwhile))
    return list(takewhile(lambda spell: spell.employed and _stays(term.scope, there[0], spell, parts), there))


def _stays(scope: RoleScope, first: PersonSpell, now: PersonSpell, parts: Parts) -> bool:
    """In the scope still; or, where the scope was never his own place, in the place he was appointed from."""
    place = scope.org_unit_id or scope.company_id
    if place is None:
        return True
    inside = parts(place)
    if not inside.isdisjoint(_posts(scope, now)):
        return True
    return inside.isdisjoint(_posts(scope, first)) and _posts(scope, first)[:1] == _posts(scope, now)[:1]


def _posts(scope: RoleScope, spell: PersonSpell) -> tuple[str | None, ...]:
    return spell.units if scope.org_unit_id else (spell.company_id,)


def _clipped(term: Appointment, run: list[PersonSpell], turns: dict[date, tuple[str, ...]]) -> Appointment:
    begins = max(term.begins, run[0].begins)
    ends = min((day for day in (term.ends, run[-1].ends) if day is not None), default=None)
    began = turns.get(begins, ()) if begins > term.begins else ()
    ended = turns.get(ends, ()) if ends is not None and ends != term.ends else ()
    return replace(term, begins=begins, ends=ends, because=(*term.because, *began, *ended))


def _overlap(term: Appointment, spell: PersonSpell) -> bool:
    return (term.ends is None or spell.begins < term.ends) and (spell.ends is None or term.begins < spell.ends)
