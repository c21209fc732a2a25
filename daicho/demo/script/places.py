"""Where personal information is held: divisions with people enough to manage, to promote and to be in charge."""

from collections.abc import Iterator
from dataclasses import dataclass

from daicho.demo.script.group import Group, Member
from daicho.personas import PERSONAS

_DIVISION = len("C01-D01")
NEEDED = 4
"""People: a manager, a promoter, somebody in charge, and somebody whose life may go on."""


@dataclass(frozen=True, slots=True)
class Place:
    """A division and three of its people, who stay where they are for the whole year."""

    division: str
    company_id: str
    manager: str
    promoter: str
    custodian: str

    @property
    def stewards(self) -> tuple[str, ...]:
        return (self.manager, self.promoter, self.custodian)


def division_of(unit_id: str) -> str:
    return unit_id[:_DIVISION]


def staff(group: Group) -> dict[str, list[Member]]:
    """By division its own people, personas apart, in a fixed order."""
    personas = {persona.person_id for persona in PERSONAS.values()}
    found: dict[str, list[Member]] = {}
    for member in group.members:
        if member.contractor_id is None and member.person_id not in personas:
            found.setdefault(division_of(member.unit_id), []).append(member)
    return found


def places(group: Group) -> tuple[Place, ...]:
    """At home, in the order of the divisions."""
    return tuple(_places(group))


def _places(group: Group) -> Iterator[Place]:
    people = staff(group)
    for unit in group.divisions:
        there = people.get(unit.unit_id, [])
        if len(there) >= NEEDED and group.company[unit.company_id].domestic:
            manager, promoter, custodian = (member.person_id for member in (there[-1], there[-2], there[-3]))
            yield Place(unit.unit_id, unit.company_id, manager, promoter, custodian)
