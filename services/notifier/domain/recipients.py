"""Who is told, as things stand on a day: from an audience and a place to people in post. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from services.notifier.domain.ladder import Audience
from shared.events.hr import Role, RoleScope
from shared.organisation.organisation import Organisation
from shared.organisation.person import PersonSpell, at


@dataclass(frozen=True)
class Concern:
    """Whom a matter is about, where it belongs, and who is in charge of it, each since when."""

    person_id: str | None = None
    company_id: str | None = None
    org_unit_id: str | None = None
    in_charge: tuple[tuple[str, str], ...] = ()
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recipient:
    """`as_role` is the seat he is told as; None where it is about himself or what he is in charge of."""

    person_id: str
    as_role: Role | None = None


SEATS: Final = {
    Audience.DIV_MANAGER: Role.DIV_MANAGER,
    Audience.PROMOTER: Role.PROMOTER,
    Audience.PPOM: Role.PPOM,
    Audience.PIP_OFFICE: Role.PIP_OFFICE,
    Audience.PIPA: Role.PIPA,
    Audience.CISO_OFFICE: Role.CISO_OFFICE,
}
INSTEAD: Final = {
    Audience.IN_CHARGE: Audience.DIV_MANAGER,
    Audience.PROMOTER: Audience.DIV_MANAGER,
    Audience.DIV_MANAGER: Audience.PPOM,
}
"""Who is told where nobody is in post: a seat that is vacant keeps no news from the line."""


@dataclass(frozen=True)
class Staffing:
    """Who sits where on one day; found out once for all steps of the day."""

    organisation: Organisation
    day: date
    _lines: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    def recipients(self, audience: Audience, concern: Concern) -> tuple[Recipient, ...]:
        found = tuple(dict.fromkeys(self._found(audience, concern)))
        if found or audience not in INSTEAD:
            return found
        return self.recipients(INSTEAD[audience], concern)

    def still(self, told: Recipient, concern: Concern, *, in_charge: bool) -> bool:
        """Whether somebody who was to be told would be told today too. Who is not known here has not left."""
        if told.as_role is not None:
            return any(person == told.person_id for person, _ in self._near(told.as_role, concern))
        if in_charge:
            return told.person_id in self._in_charge(concern)
        return not self.gone(told.person_id)

    def gone(self, person_id: str) -> bool:
        spell = at(self.organisation.person(person_id), self.day)
        return spell is not None and not spell.employed

    def _found(self, audience: Audience, concern: Concern) -> Iterator[Recipient]:
        match audience:
            case Audience.PERSON:
                people: Iterable[str] = [concern.person_id] if concern.person_id else []
                yield from (Recipient(person) for person in people if not self.gone(person))
            case Audience.NAMED:
                yield from (Recipient(person) for person in concern.named if not self.gone(person))
            case Audience.IN_CHARGE:
                yield from map(Recipient, self._in_charge(concern))
            case _:
                role = SEATS[audience]
                yield from (Recipient(person, role) for person in self._nearest(role, concern))

    def _in_charge(self, concern: Concern) -> Iterator[str]:
        """In post, and either not moved since he took charge or still in the matter's line."""
        for person, since in concern.in_charge:
            spell = at(self.organisation.person(person), self.day)
            if spell is None or (spell.employed and not spell.on_leave and self._stays(spell, since, concern)):
                yield person

    def _stays(self, spell: PersonSpell, since: str, concern: Concern) -> bool:
        if spell.placed_on is None or spell.placed_on <= date.fromisoformat(since):
            return True
        return any(concern.org_unit_id in self._line(unit) for unit in spell.units)

    def _nearest(self, role: Role, concern: Concern) -> list[str]:
        """Of the nearest unit up the line that has one; else of the company; else of the group."""
        near = list(self._near(role, concern))
        closest = min((distance for _, distance in near), default=0)
        return [person for person, distance in near if distance == closest]

    def _near(self, role: Role, concern: Concern) -> Iterator[tuple[str, int]]:
        """Who holds the role for the matter's place, and how far from it."""
        line = self._line(concern.org_unit_id)[::-1] if concern.org_unit_id else ()
        company = concern.company_id or self.organisation.company_of(concern.org_unit_id, self.day)
        for person, scope in self._seated.get(role, ()):
            if scope.org_unit_id in line:
                yield person, line.index(scope.org_unit_id)
            elif scope.org_unit_id is None and scope.company_id == company and company:
                yield person, len(line)
            elif scope.org_unit_id is None and scope.company_id is None:
                yield person, len(line) + 1

    def _line(self, unit: str) -> tuple[str, ...]:
        """From the top down to what has become of the unit."""
        if unit not in self._lines:
            self._lines[unit] = self.organisation.ancestors(self.organisation.heir(f"unit/{unit}", self.day), self.day)
        return self._lines[unit]

    @cached_property
    def _seated(self) -> dict[Role, list[tuple[str, RoleScope]]]:
        """People in post by role; programs are nobody to tell."""
        seated: dict[Role, list[tuple[str, RoleScope]]] = {}
        principals = {each for row in self.organisation.rows.values() for each in row.principals}
        for principal in sorted(each for each in principals if each.startswith("person/")):
            for held in self.organisation.in_post(principal, self.day):
                seated.setdefault(held.role, []).append((principal.removeprefix("person/"), held.scope))
        return seated
