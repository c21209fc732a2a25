"""Who is appointed to what when the year begins: the framework of F4 to F7 everywhere, and the personas' roles."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from daicho.demo.script.group import OUTSIDE, PARENT, Group, Unit
from daicho.demo.script.places import staff
from daicho.personas import PERSONAS
from shared.events.hr import PiType, Role, RoleAppointed, RoleScope

APPOINTED: Final = date(2016, 3, 1)
SYSTEMS: Final = ("crm-system", "learning-platform")
"""The internal systems that call the REST API in their own names."""

_OFFICES: Final = (Role.PIPA, Role.PPOM, Role.CHIEF_AUDITOR, Role.AUDITOR, Role.PIP_OFFICE)
"""Roles that the parent's holder has for the parent and for the whole group."""


def appointments(group: Group) -> tuple[RoleAppointed, ...]:
    return (*_of_personas(group), *_systems(), *_of_companies(group), *_of_divisions(group))


def _of_personas(group: Group) -> Iterator[RoleAppointed]:
    unit = next(each.unit_id for each in group.members if each.person_id == PERSONAS["manager"].person_id)
    division = unit[: len("C01-D01")]
    for name, persona in PERSONAS.items():
        role = Role(persona.role)
        if role not in {Role.EMPLOYEE, Role.SUPPLIER_EMPLOYEE}:
            for scope in _scopes(role, division):
                yield _given(persona.person_id, role, scope, outside=name in OUTSIDE)


def _scopes(role: Role, division: str) -> tuple[RoleScope, ...]:
    match role:
        case Role.DIV_MANAGER | Role.PROMOTER | Role.PROJECT_MANAGER:
            return (RoleScope(company_id=PARENT, org_unit_id=division),)
        case Role.PI_MANAGER | Role.PI_STAFF:
            kinds = (PiType.CUSTOMER, PiType.EMPLOYEE)
            return tuple(RoleScope(company_id=PARENT, org_unit_id=division, pi_type=kind) for kind in kinds)
        case Role.LEGAL_MANAGER:
            return (RoleScope(company_id="C31"),)
        case _ if role in _OFFICES:
            return (RoleScope(), RoleScope(company_id=PARENT))
        case _:
            return (RoleScope(),)


def _given(person: str, role: Role, scope: RoleScope, *, outside: bool = False) -> RoleAppointed:
    return RoleAppointed(
        person_id=None if outside else person,
        outside_person_id=person if outside else None,
        role=role,
        scope=scope,
        effective_date=APPOINTED,
        appointed_by=PERSONAS["admin"].person_id if role is Role.PPOM else None,
    )


def _systems() -> Iterator[RoleAppointed]:
    """For the whole group."""
    for name in SYSTEMS:
        yield RoleAppointed(client_id=name, role=Role.INTERNAL_SYSTEM, scope=RoleScope(), effective_date=APPOINTED)


def _of_companies(group: Group) -> Iterator[RoleAppointed]:
    """Every domestic company but the parent has its own Administrator and, where it can, another as auditor (F8)."""
    for company in group.companies:
        people = group.members_of.get(company.company_id, ())
        if company.domestic and company.company_id != PARENT and people:
            scope = RoleScope(company_id=company.company_id)
            yield _given(people[0].person_id, Role.PIPA, scope)
            if len(people) > 1:
                yield _given(people[1].person_id, Role.CHIEF_AUDITOR, scope)


def _of_divisions(group: Group) -> Iterator[RoleAppointed]:
    """A manager and a promoter in every division with people to spare (F7)."""
    people_of = staff(group)
    for unit in group.divisions:
        people = people_of.get(unit.unit_id, [])
        if people:
            yield _given(people[-1].person_id, Role.DIV_MANAGER, _scope(unit))
            yield _given(people[-2 % len(people)].person_id, Role.PROMOTER, _scope(unit))


def _scope(unit: Unit) -> RoleScope:
    return RoleScope(company_id=unit.company_id, org_unit_id=unit.unit_id)
