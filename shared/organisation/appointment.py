"""Who held which role for which scope, when: appointments, cut by what became of the person."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, dropwhile, groupby, takewhile
from typing import Final, Protocol

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


class Tree(Protocol):
    """How units and companies hang together; the whole organisation knows, a single history does not."""

    def ancestors(self, unit: str, day: date) -> tuple[str, ...]:
        """From the top down to the unit itself."""

    def carriers(self, place: str) -> frozenset[str]:
        """The ids of `unit/<id>` or `company/<id>` and of whatever carries it on after mergers."""


class Unconnected:
    """Every place stands alone."""

    def ancestors(self, unit: str, day: date) -> tuple[str, ...]:  # noqa: ARG002 - the interface of Tree
        return (unit,)

    def carriers(self, place: str) -> frozenset[str]:
        return frozenset({place.partition("/")[2]})


UNCONNECTED: Final = Unconnected()


def appointments(facts: History, tree: Tree = UNCONNECTED) -> tuple[Appointment, ...]:
    """Every stretch in which a role was held, by whomever the history names.

    An appointment ends when relieved, at its `until`, on leaving, and on transfer out of its scope; who comes back
    later does not get it back. It pauses on leave, and waits for somebody who is not yet in post. A merger of the
    scope's unit carries it over (F25).
    """
    told = corrected(facts)
    terms = (term for term in _terms(told) if term.ends is None or term.begins < term.ends)
    return tuple(held for term in terms for held in _served(term, _life(told, term), tree))


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


def _served(term: Appointment, life: Sequence[PersonSpell], tree: Tree) -> Iterator[Appointment]:
    """The stretches of a term in which its holder was there to serve."""
    if term.outside and not life:
        yield term
        return
    turns = {spell.begins: spell.because for spell in life}
    for serving, run in groupby(_in_place(term, life, tree), key=lambda spell: not spell.on_leave):
        if serving:
            yield _clipped(term, list(run), turns)


def _in_place(term: Appointment, life: Sequence[PersonSpell], tree: Tree) -> list[PersonSpell]:
    """The spells from the first in post to the last before he left, or was transferred out of the scope."""
    meanwhile = (spell for spell in life if _overlap(term, spell))
    there = list(dropwhile(lambda spell: not spell.employed, meanwhile))
    return list(takewhile(lambda spell: spell.employed and _stays(term, there[0], spell, tree), there))


def _stays(term: Appointment, first: PersonSpell, now: PersonSpell, tree: Tree) -> bool:
    """In the scope still; or, where the scope was never his own place, in the place he was appointed from."""
    if term.scope.company_id is None and term.scope.org_unit_id is None:
        return True
    if _inside(term.scope, now, now.begins, tree):
        return True
    return _post(term.scope, first) == _post(term.scope, now) and not _inside(
        term.scope, first, max(first.begins, term.begins), tree
    )


def _inside(scope: RoleScope, spell: PersonSpell, day: date, tree: Tree) -> bool:
    if scope.org_unit_id is None:
        return spell.company_id in tree.carriers(f"company/{scope.company_id}")
    lines = (tree.ancestors(unit, day) for unit in spell.units)
    return not tree.carriers(f"unit/{scope.org_unit_id}").isdisjoint(chain.from_iterable(lines))


def _post(scope: RoleScope, spell: PersonSpell) -> str | None:
    return spell.org_unit_id if scope.org_unit_id else spell.company_id


def _clipped(term: Appointment, run: list[PersonSpell], turns: dict[date, tuple[str, ...]]) -> Appointment:
    begins = max(term.begins, run[0].begins)
    ends = min((day for day in (term.ends, run[-1].ends) if day is not None), default=None)
    began = turns.get(begins, ()) if begins > term.begins else ()
    ended = turns.get(ends, ()) if ends is not None and ends != term.ends else ()
    return replace(term, begins=begins, ends=ends, because=(*term.because, *began, *ended))


def _overlap(term: Appointment, spell: PersonSpell) -> bool:
    return (term.ends is None or spell.begins < term.ends) and (spell.ends is None or term.begins < spell.ends)
