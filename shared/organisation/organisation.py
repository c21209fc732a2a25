"""The organisation as the HR feed tells it: built from any set of rows, asked for any day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Final

from shared.events.hr import PersonDataCorrected, Role, RoleAppointed, RoleRelieved, RoleScope
from shared.organisation.access import Caller
from shared.organisation.appointment import OUTSIDE, Appointment, appointments, in_post
from shared.organisation.company import CompanySpell, company_spells
from shared.organisation.history import Fact, History, from_json, order
from shared.organisation.person import PersonSpell, spells
from shared.organisation.references import introduced, named
from shared.organisation.row import SubjectRow
from shared.organisation.stretches import at
from shared.organisation.unit import UnitSpell, unit_spells

NOTHING: Final = "[]"
"""The history of whom nothing is known of."""


@lru_cache(1_000)
def _person(told: str) -> tuple[PersonSpell, ...]:
    return spells(from_json(told))


@lru_cache(10_000)
def _unit(told: str) -> tuple[UnitSpell, ...]:
    """Those of every unit, of a large group too: each of them is asked about with everybody in it."""
    return unit_spells(from_json(told))


@lru_cache(1_000)
def _company(told: str) -> tuple[CompanySpell, ...]:
    return company_spells(from_json(told))


@dataclass(frozen=True)
class Waiting:
    """A fact of a history that names somebody or something not known yet; it is kept, and listed until it is."""

    subject: str
    fact: Fact
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Organisation:
    """It knows what its rows know: asked about a place without a row it answers for that place alone."""

    rows: Mapping[str, SubjectRow]
    _read: dict[str, History] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, rows: Iterable[SubjectRow]) -> "Organisation":
        return cls({row.subject: row for row in rows})

    def history(self, subject: str) -> History:
        """What is known of `person/<id>`, `unit/<id>`, `company/<id>`; read once."""
        if subject not in self._read:
            self._read[subject] = self.rows[subject].facts if subject in self.rows else ()
        return self._read[subject]

    def person(self, person_id: str) -> tuple[PersonSpell, ...]:
        return _person(self._told(f"person/{person_id}"))

    def unit(self, org_unit_id: str) -> tuple[UnitSpell, ...]:
        return _unit(self._told(f"unit/{org_unit_id}"))

    def company(self, company_id: str) -> tuple[CompanySpell, ...]:
        return _company(self._told(f"company/{company_id}"))

    def _told(self, subject: str) -> str:
        return self.rows[subject].facts_json if subject in self.rows else NOTHING

    def ancestors(self, unit: str, day: date) -> tuple[str, ...]:
        """From the top down to the unit itself, as things stood on the day (a unit that is gone: as it last stood)."""
        line = [unit]
        while (parent := self._parent(line[-1], day)) is not None and parent not in line:
            line.append(parent)
        return tuple(reversed(line))

    def _parent(self, unit: str, day: date) -> str | None:
        spell = at(self.unit(unit), day)
        return spell.parent_id if spell else None

    def carriers(self, place: str) -> frozenset[str]:
        """The ids of `unit/<id>` or `company/<id>` and of whatever carries it on after mergers (F25)."""
        return frozenset(self._heirs(place, date.max))

    def heir(self, place: str, day: date) -> str:
        """The id of what `unit/<id>` or `company/<id>` has become by the day: only a sole successor takes its place."""
        return list(self._heirs(place, day))[-1]

    def _heirs(self, place: str, day: date) -> dict[str, None]:
        kind, _, current = place.partition("/")
        line = dict.fromkeys([current])
        while (following := self._successor(kind, current, day)) is not None and following not in line:
            line[following] = None
            current = following
        return line

    def _successor(self, kind: str, current: str, day: date) -> str | None:
        if kind == "company":
            company = at(self.company(current), day)
            return company.successor_id if company and company.final else None
        unit = at(self.unit(current), day)
        return unit.successors[0] if unit and len(unit.successors) == 1 else None

    def company_of(self, org_unit_id: str | None, day: date) -> str | None:
        """The company a unit belongs to; None where the unit has no row."""
        spell = at(self.unit(org_unit_id), day) if org_unit_id else None
        return spell.company_id if spell else None

    @cached_property
    def _seats(self) -> dict[str, tuple[str, ...]]:
        """From a principal to the subjects whose histories appoint it."""
        seats: dict[str, tuple[str, ...]] = {}
        for row in self.rows.values():
            for principal in row.principals:
                seats[principal] = (*seats.get(principal, ()), row.subject)
        return seats

    def appointments(self, principal: str) -> tuple[Appointment, ...]:
        """Every stretch in which `person/<id>` or `client/<id>` held a role, wherever the feed told it."""
        told = dict.fromkeys([principal, *self._seats.get(principal, ())])
        facts = sorted((fact for subject in told for fact in self.history(subject)), key=order)
        return tuple(held for held in appointments(tuple(facts), self) if held.principal == principal)

    def in_post(self, principal: str, day: date) -> tuple[Appointment, ...]:
        """The appointments in force on a day, for the places as they are then."""
        return tuple(self._carried_over(held, day) for held in in_post(self.appointments(principal), day))

    def _carried_over(self, held: Appointment, day: date) -> Appointment:
        unit, company = held.scope.org_unit_id, held.scope.company_id
        moved = {
            "org_unit_id": unit and self.heir(f"unit/{unit}", day),
            "company_id": company and self.heir(f"company/{company}", day),
        }
        return replace(held, scope=held.scope.model_copy(update=moved))

    def holders(self, role: Role, scope: RoleScope, day: date) -> tuple[Appointment, ...]:
        """Who sits in one seat on a day."""
        seated = {principal for row in self.rows.values() if role in row.roles for principal in row.principals}
        everybody = (held for principal in sorted(seated) for held in self.in_post(principal, day))
        return tuple(held for held in everybody if held.role is role and held.scope == scope)

    def caller(self, principal: str, day: date) -> Caller:
        """Who asks: what he holds on the day, and where he is in post, each with the company its unit belongs to."""
        kind, _, name = principal.partition("/")
        spell = at(self.person(name), day) if kind == "person" else None
        held = tuple(self._with_company(each, day) for each in self.in_post(principal, day))
        return Caller(principal, held, self._in_company(spell, day) if spell else None)

    def _with_company(self, held: Appointment, day: date) -> Appointment:
        company = self.company_of(held.scope.org_unit_id, day) or held.scope.company_id
        return replace(held, scope=held.scope.model_copy(update={"company_id": company}))

    def _in_company(self, spell: PersonSpell, day: date) -> PersonSpell:
        """A supplier's worker is in the company of his unit."""
        return replace(spell, company_id=spell.company_id or self.company_of(spell.org_unit_id, day))

    def waiting(self) -> tuple[Waiting, ...]:
        """What names people, units, companies or corrected events that no row knows; ask it of all rows."""
        known = {name for _, fact in self._facts() if (name := introduced(fact.event))}
        told = {(fact.source, fact.id) for _, fact in self._facts()}
        found = ((subject, fact, _missing(fact, known, told)) for subject, fact in self._facts())
        return tuple(Waiting(subject, fact, missing) for subject, fact, missing in found if missing)

    def _facts(self) -> Iterator[tuple[str, Fact]]:
        for subject in sorted(self.rows):
            yield from ((subject, fact) for fact in self.history(subject))


def _missing(fact: Fact, known: set[str], told: set[tuple[str, str]]) -> tuple[str, ...]:
    names = set(named(fact.event)) - known
    match fact.event:
        case PersonDataCorrected(corrects_event_id=corrected) if (fact.source, corrected) not in told:
            names.add(f"event/{corrected}")
        case RoleAppointed(role=role) | RoleRelieved(role=role) if role in OUTSIDE:
            names -= {fact.event.principal}
    return tuple(sorted(names))
