"""One person looked at on one day: where he stands, and since when he is of those who are asked. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol

from shared.law.due_dates import Opening
from shared.organisation.person import PersonSpell, at

InScope = Callable[[PersonSpell, date], bool]
"""Whether somebody in post is of those who are asked, on a day."""


class Campaign(Opening, Protocol):
    """What is asked of everybody in a fiscal year."""

    @property
    def open(self) -> bool: ...


@dataclass(frozen=True)
class Look:
    person_id: str
    spells: Sequence[PersonSpell]
    in_scope: InScope
    today: date

    @cached_property
    def spell(self) -> PersonSpell | None:
        return at(self.spells, self.today)

    @cached_property
    def since(self) -> date | None:
        """The first day of the unbroken time in post and in scope that today belongs to; None when he is not in it."""
        if self.spell is None or not self._asked(self.spell, self.today):
            return None
        entered = self.today
        begun = (spell for spell in self.spells if spell.begins <= self.today)
        for spell in sorted(begun, key=lambda each: each.begins, reverse=True):
            if not self._asked(spell, spell.begins):
                break
            entered = spell.begins
        return entered

    def _asked(self, spell: PersonSpell, day: date) -> bool:
        return spell.employed and self.in_scope(spell, day)

    def runs(self, campaign: Campaign) -> bool:
        return campaign.open and self.today <= campaign.period_end
