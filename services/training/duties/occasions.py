"""The hires and transfers after which somebody is introduced (F16). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.training.duties.look import Look
from shared.events.training import AssignmentCause
from shared.law.fiscal_year import fiscal_year_of
from shared.organisation.person import PersonSpell


@dataclass(frozen=True, order=True)
class Occasion:
    since: date
    cause: AssignmentCause
    hired_on: date
    """The first day of the employment it belongs to."""

    def lasts(self, look: Look) -> bool:
        """Whether he is in post and in scope still, in the same employment."""
        return look.since is not None and look.spell is not None and look.spell.hired_on == self.hired_on


def occasions(look: Look) -> list[Occasion]:
    """Those up to today, of this fiscal year and of the year before.

    Nothing reaches further back: what HR corrects in old years introduces nobody any more, and whoever is looked at
    costs no more than his last moves.
    """
    first = fiscal_year_of(look.today).previous.start
    begun = (spell for spell in look.spells if first <= spell.begins <= look.today)
    return sorted({each for spell in begun if look.in_scope(spell, spell.begins) for each in _begun_by(spell)})


def _begun_by(spell: PersonSpell) -> Iterator[Occasion]:
    """A hire that is no initial load; a main post that came later than the hire."""
    if not spell.employed or spell.hired_on is None or spell.placed_on is None:
        return
    if spell.begins == spell.hired_on and not spell.initial_load:
        yield Occasion(spell.begins, AssignmentCause.HIRE, spell.hired_on)
    if spell.begins == spell.placed_on > spell.hired_on:
        yield Occasion(spell.begins, AssignmentCause.TRANSFER, spell.hired_on)
