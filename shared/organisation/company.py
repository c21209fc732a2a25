"""A company's history as spells: is it in the group, at home or abroad, what is it called, who carries it on."""

from dataclasses import dataclass, replace
from datetime import date

from shared.events.hr import CompanyJoinedGroup, CompanyLeftGroup, CompanyMerged
from shared.organisation.history import Fact, History
from shared.organisation.stretches import stretches


@dataclass(frozen=True, kw_only=True)
class CompanyState:
    """What is so of a company on one day; one that is gone keeps its last name and country."""

    in_group: bool = False
    domestic: bool | None = None
    country: str | None = None
    name: str = ""
    name_en: str | None = None
    successor_id: str | None = None
    final: bool = False
    """Merged: it can not join again (F25)."""


@dataclass(frozen=True, kw_only=True)
class CompanySpell(CompanyState):
    """The days [begins, ends) in which nothing changed for a company; without `ends` it still goes on."""

    begins: date
    ends: date | None
    because: tuple[str, ...]


def company_spells(facts: History) -> tuple[CompanySpell, ...]:
    """A company's spells without a gap, from the first thing known of it on."""
    return tuple(
        CompanySpell(begins=each.begins, ends=each.ends, because=each.because, **vars(each.state))
        for each in stretches(facts, CompanyState(), _step)
    )


def _step(state: CompanyState, fact: Fact) -> CompanyState:
    match fact.event:
        case _ if state.final:
            return state
        case CompanyJoinedGroup() as joined:
            return _joined(joined)
        case CompanyMerged(successor_id=successor):
            return replace(state, in_group=False, successor_id=successor, final=True)
        case CompanyLeftGroup(successor_id=successor):
            return replace(state, in_group=False, successor_id=successor)
        case _:
            return state


def _joined(joined: CompanyJoinedGroup) -> CompanyState:
    return CompanyState(
        in_group=True,
        domestic=joined.domestic,
        country=joined.country,
        name=joined.name,
        name_en=joined.name_en,
    )
