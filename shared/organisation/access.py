"""Who may do what where: each service's rules are a table, this is how a table is read.

What a caller may do on a day follows from the appointments and posts of that very day, so a transfer takes effect at
once. Single answers and list filters come from the same scope and can not disagree.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from shared.events.hr import PersonKind, PiType, Role
from shared.organisation.appointment import Appointment
from shared.organisation.person import PersonSpell
from shared.organisation.stretches import covers

ANYONE: Final = "ANYONE"
"""Everybody in post, of whatever kind."""

Seat: TypeAlias = Role | Literal["ANYONE"]


class Relation(StrEnum):
    """How far a right reaches from where the role is held."""

    SELF = "SELF"  # what is about the caller himself
    UNIT = "UNIT"  # the unit and all below it; of a role held for more than a unit, all it is held for
    COMPANY = "COMPANY"  # the company; of a role held for the group, the group
    GROUP = "GROUP"  # everything


class Decision(StrEnum):
    ALLOWED = "ALLOWED"
    FORBIDDEN = "FORBIDDEN"
    """He sees it and may not do that (403)."""
    HIDDEN = "HIDDEN"
    """For him it does not exist (404)."""


@dataclass(frozen=True)
class Allow:
    """One line of a service's table; an action is `<noun>:<verb>`, and `<noun>:read` is what makes visible."""

    action: str
    role: Seat
    within: Relation


@dataclass(frozen=True)
class Caller:
    """Who asks: `person/<id>` or `client/<id>`, the roles held, and the spell he is in, if he is a person of ours."""

    principal: str
    appointments: tuple[Appointment, ...] = ()
    person: PersonSpell | None = None


@dataclass(frozen=True)
class Resource:
    """What is asked for: whom it is about, and where it belongs; `org_unit_ids` from the top unit down to its own."""

    person_id: str | None = None
    company_id: str | None = None
    org_unit_ids: tuple[str, ...] = ()
    pi_type: PiType | None = None


@dataclass(frozen=True)
class Scope:
    """What a caller may reach: the group, or companies, units with all below them, and people.

    `typed` are the reaches of roles held for one type of personal information: they count for resources of that
    type, and for resources that have none.
    """

    group: bool = False
    companies: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    typed: tuple[tuple[PiType, "Scope"], ...] = ()

    @property
    def reach(self) -> tuple[bool, list[str], list[str], list[str]]:
        """As a query takes it: the whole group or not, people, units, companies.

        What counts for one type only is in it too: `covers` then looks at each row's type.
        """
        parts = (self, *(part for _, part in self.typed))
        persons = sorted({name for part in parts for name in part.persons})
        units = sorted({name for part in parts for name in part.units})
        companies = sorted({name for part in parts for name in part.companies})
        return any(part.group for part in parts), persons, units, companies

    def covers(self, resource: Resource) -> bool:
        here = (
            self.group
            or resource.company_id in self.companies
            or not self.units.isdisjoint(resource.org_unit_ids)
            or resource.person_id in self.persons
        )
        return here or any(
            scope.covers(resource) for pi_type, scope in self.typed if resource.pi_type in {None, pi_type}
        )


def decide(table: Iterable[Allow], caller: Caller, action: str, resource: Resource, day: date) -> Decision:
    """Whether a caller may act on a resource on a day; what he may do he also sees."""
    rows = tuple(table)
    if visible_scope(rows, caller, action, day).covers(resource):
        return Decision.ALLOWED
    sight = f"{action.partition(':')[0]}:read"
    seen = visible_scope(rows, caller, sight, day).covers(resource)
    return Decision.FORBIDDEN if seen else Decision.HIDDEN


def visible_scope(table: Iterable[Allow], caller: Caller, action: str, day: date) -> Scope:
    """Everything a caller may do an action on, for filtering lists."""
    reaches = [reach for row in table if row.action == action for reach in _reaches(row, caller, day)]
    types = sorted({pi_type for pi_type, _ in reaches if pi_type})
    typed = ((pi_type, _joined(scope for of, scope in reaches if of is pi_type)) for pi_type in types)
    plain = _joined(scope for of, scope in reaches if of is None)
    return Scope(plain.group, plain.companies, plain.units, plain.persons, tuple(typed))


def _joined(scopes: Iterable[Scope]) -> Scope:
    parts = list(scopes)
    return Scope(
        group=any(part.group for part in parts),
        companies=frozenset().union(*(part.companies for part in parts)),
        units=frozenset().union(*(part.units for part in parts)),
        persons=frozenset().union(*(part.persons for part in parts)),
    )


Reach: TypeAlias = tuple[PiType | None, Scope]


def _reaches(row: Allow, caller: Caller, day: date) -> Iterator[Reach]:
    """How far one line of the table carries a caller: once by his post, once by each appointment."""
    person = caller.person if caller.person and covers(caller.person, day) else None
    if person is not None and person.employed and row.role in _by_post(person):
        yield None, _from_post(row.within, caller, person)
    for held in caller.appointments:
        if held.role is row.role and covers(held, day):
            yield held.scope.pi_type, _from_seat(row.within, caller, held)


def _by_post(person: PersonSpell) -> tuple[Seat, ...]:
    """The roles nobody is appointed to: who is in post has them."""
    supplier = person.person_kind is PersonKind.SUPPLIER
    return (ANYONE, Role.SUPPLIER_EMPLOYEE if supplier else Role.EMPLOYEE)


def _from_post(within: Relation, caller: Caller, person: PersonSpell) -> Scope:
    match within:
        case Relation.SELF:
            return _himself(caller)
        case Relation.UNIT:
            return Scope(units=frozenset(person.units))
        case Relation.COMPANY:
            return Scope(companies=_some(person.company_id))
        case Relation.GROUP:
            return Scope(group=True)


def _from_seat(within: Relation, caller: Caller, held: Appointment) -> Scope:
    """A role held for more than the relation asks reaches as far as it is held.

    A unit's company is not guessed: a scope that does not name it reaches no company.
    """
    unit, company = held.scope.org_unit_id, held.scope.company_id
    match within:
        case Relation.SELF:
            return _himself(caller)
        case Relation.UNIT if unit:
            return Scope(units=frozenset({unit}))
        case Relation.UNIT | Relation.COMPANY if company:
            return Scope(companies=frozenset({company}))
        case Relation.COMPANY if unit:
            return Scope()
        case _:
            return Scope(group=True)


def _himself(caller: Caller) -> Scope:
    kind, _, name = caller.principal.partition("/")
    return Scope(persons=frozenset({name})) if kind == "person" else Scope()


def _some(name: str | None) -> frozenset[str]:
    return frozenset({name}) if name else frozenset()
