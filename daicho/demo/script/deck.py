"""People dealt out to what will become of them in the year; nobody is dealt twice, so the lives stay simple.

Who answers for a holding of personal information stays where he is: what he does in the year is another matter.
"""

from collections.abc import Callable

from daicho.demo.script.chance import chance
from daicho.demo.script.group import HOME, PARENT, Group, Member, Unit
from daicho.demo.script.places import places
from daicho.personas import PERSONAS


class Deck:
    """The group's own people, shuffled; without personas, stewards, and the people of the unit that will be merged."""

    def __init__(self, group: Group) -> None:
        self.group = group
        staying = {persona.person_id for persona in PERSONAS.values()}
        staying |= {person for place in places(group) for person in place.stewards}
        merged = merged_unit(group).unit_id
        self._left = [
            member
            for member in group.members
            if member.contractor_id is None and member.person_id not in staying and member.unit_id != merged
        ]
        chance(group.seed, "deck").shuffle(self._left)

    def deal(self, per_thousand: int, where: Callable[[Member], bool] = lambda _: True) -> list[Member]:
        """So many of the group's people, at least one, of whom `where` is true."""
        wanted = max(1, self.group.size * per_thousand // 1000)
        dealt = [member for member in self._left if where(member)][:wanted]
        gone = {member.person_id for member in dealt}
        self._left = [member for member in self._left if member.person_id not in gone]
        return dealt


def at_home(member: Member) -> bool:
    return member.country == HOME


def merged_unit(group: Group) -> Unit:
    """The parent's last unit: in October it is merged into the one before."""
    return group.workplaces[PARENT][-1]


def succeeding_unit(group: Group) -> Unit:
    return group.workplaces[PARENT][-2]


def open_workplaces(group: Group, company_id: str) -> tuple[Unit, ...]:
    """Where somebody can be posted to without being merged away."""
    merged = merged_unit(group)
    return tuple(unit for unit in group.workplaces[company_id] if unit != merged)
