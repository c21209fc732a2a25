"""C19 once more, slowly and by other means: each day from the events themselves, with no spell and no interval.

It knows the stories it is for: one company that may leave and come back, one division, people hired into it at first.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from shared.events.codec import Recorded
from shared.events.hr import (
    CompanyJoinedGroup,
    CompanyLeftGroup,
    EmployeeHired,
    EmployeeLeaveEnded,
    EmployeeLeaveStarted,
    EmployeeLeft,
    EmployeeTransferred,
    OrgUnitAbolished,
    OrgUnitCreated,
    Role,
    RoleAppointed,
    RoleRelieved,
)

DAY = timedelta(days=1)
_RANKS: dict[Any, int] = {
    EmployeeLeft: 0,
    CompanyLeftGroup: 0,
    EmployeeHired: 1,
    OrgUnitCreated: 1,
    CompanyJoinedGroup: 1,
    EmployeeTransferred: 2,
}
"""Who is appointed on the day of his transfer is appointed from his new place."""


def filled(events: Iterable[Recorded], first: date, last: date) -> dict[date, str]:
    """How the seat of D1's manager stands, on each day on which somebody must sit in it."""
    ordered = sorted(
        events, key=lambda each: (each.event.business_date, _RANKS.get(type(each.event), 3), each.recorded_at)
    )
    told = [each.event for each in ordered]
    world, answer, empty_for, day = _World(), {}, 0, first
    while day <= last:
        for event in told:
            if event.business_date == day:
                world.hear(event)
        needed, taken = world.member and world.stands, any(world.serves(person) for person in world.holding)
        empty_for = empty_for + 1 if needed and not taken else 0
        if needed:
            answer[day] = "FILLED" if taken else ("VACANT" if empty_for > 30 else "VACANT_WITHIN_GRACE")
        day += DAY
    return answer


class _World:
    """How things stand at the end of a day."""

    def __init__(self) -> None:
        self.member = self.stands = self.gone = False
        self.place: dict[str, str] = {}
        self.away: set[str] = set()
        self.holding: set[str] = set()

    def serves(self, person: str) -> bool:
        return person in self.place and person not in self.away

    def hear(self, event: Any) -> None:
        match event:
            case CompanyJoinedGroup() | CompanyLeftGroup():
                self.member = isinstance(event, CompanyJoinedGroup)
            case OrgUnitCreated():
                self.stands = not self.gone
            case OrgUnitAbolished():
                self.stands, self.gone = False, True
            case RoleAppointed(role=Role.DIV_MANAGER, person_id=str(person)):
                self.holding.add(person)
            case RoleRelieved(role=Role.DIV_MANAGER, person_id=str(person)):
                self.holding.discard(person)
            case EmployeeHired(person_id=person, org_unit_id=unit):
                self.place[person] = unit
            case _ if getattr(event, "person_id", None) in self.place:
                self._live(event.person_id, event)

    def _live(self, person: str, event: Any) -> None:
        match event:
            case EmployeeTransferred(to=to):
                if self.place[person] == "D1" != to.org_unit_id:
                    self.holding.discard(person)
                self.place[person] = to.org_unit_id
            case EmployeeLeaveStarted():
                self.away.add(person)
            case EmployeeLeaveEnded():
                self.away.discard(person)
            case EmployeeLeft():
                del self.place[person]
                self.away.discard(person)
                self.holding.discard(person)
