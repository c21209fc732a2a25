"""A unit's history as spells: does it exist, where does it belong, what is it called, who carries it on."""

from dataclasses import dataclass, replace
from datetime import date

from shared.events.hr import (
    OrgUnitAbolished,
    OrgUnitCreated,
    OrgUnitMerged,
    OrgUnitMoved,
    OrgUnitRenamed,
    OrgUnitSplit,
    UnitKind,
)
from shared.organisation.history import Fact, History
from shared.organisation.stretches import stretches


@dataclass(frozen=True, kw_only=True)
class UnitState:
    """What is so of a unit on one day; one that is gone keeps its last name and place."""

    exists: bool = False
    company_id: str | None = None
    parent_id: str | None = None
    kind: UnitKind | None = None
    name: str = ""
    name_en: str | None = None
    successors: tuple[str, ...] = ()
    final: bool = False
    """Merged, split up or abolished: nothing told later brings it back (F25)."""


@dataclass(frozen=True, kw_only=True)
class UnitSpell(UnitState):
    """The days [begins, ends) in which nothing changed for a unit; without `ends` it still goes on."""

    begins: date
    ends: date | None
    because: tuple[str, ...]


def unit_spells(facts: History) -> tuple[UnitSpell, ...]:
    """A unit's spells without a gap, from the first thing known of it on."""
    return tuple(
        UnitSpell(begins=each.begins, ends=each.ends, because=each.because, **vars(each.state))
        for each in stretches(facts, UnitState(), _step)
    )


def _step(state: UnitState, fact: Fact) -> UnitState:
    match fact.event:
        case _ if state.final:
            return state
        case OrgUnitCreated() as created:
            return _created(created)
        case OrgUnitMerged(successors=successors) | OrgUnitAbolished(successors=successors):
            return replace(state, exists=False, successors=successors, final=True)
        case OrgUnitSplit(successors=successors, org_unit_id=unit) if unit not in successors:
            return replace(state, exists=False, successors=successors, final=True)
        case _:
            return _while_there(state, fact) if state.exists else state


def _while_there(state: UnitState, fact: Fact) -> UnitState:
    match fact.event:
        case OrgUnitSplit(successors=successors):
            return replace(state, successors=successors)
        case OrgUnitRenamed(name=name, name_en=name_en):
            return replace(state, name=name, name_en=name_en)
        case OrgUnitMoved(parent_id=parent, company_id=company):
            return replace(state, parent_id=parent, company_id=company or state.company_id)
        case _:
            return state


def _created(created: OrgUnitCreated) -> UnitState:
    return UnitState(
        exists=True,
        company_id=created.company_id,
        parent_id=created.parent_id,
        kind=created.kind,
        name=created.name,
        name_en=created.name_en,
    )
