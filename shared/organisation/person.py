"""A person's history as spells: in post or not, where, as what, since when, on leave or not."""

from dataclasses import dataclass, replace
from datetime import date

from shared.events.hr import (
    ConcurrentPostEnded,
    EmployeeHired,
    EmployeeLeaveEnded,
    EmployeeLeaveStarted,
    EmployeeLeft,
    EmployeeTransferred,
    PersonKind,
    SupplierWorkerAssigned,
    SupplierWorkerReleased,
    TransferKind,
)
from shared.organisation.history import Fact, History, corrected
from shared.organisation.stretches import at, changes, stretches

__all__ = ["PersonSpell", "PersonState", "at", "changes", "spells"]


@dataclass(frozen=True, kw_only=True)
class PersonState:
    """What is so of a person on one day.

    Who has left keeps his last kind and place, so that it can be told who answers for what he left behind. A
    supplier's worker is of the company of his unit; only his contractor is named here.
    """

    employed: bool = False
    person_kind: PersonKind | None = None
    company_id: str | None = None
    contractor_id: str | None = None
    org_unit_id: str | None = None
    concurrent_units: tuple[str, ...] = ()
    on_leave: bool = False
    hired_on: date | None = None
    """The first day of the present employment."""
    placed_on: date | None = None
    """The first day in the present main post."""
    initial_load: bool = False
    locale: str = "ja"
    manager_person_id: str | None = None
    handles_my_number: bool = False

    @property
    def units(self) -> tuple[str, ...]:
        """Every unit where he is in post, the main one first."""
        if not self.employed or self.org_unit_id is None:
            return ()
        return (self.org_unit_id, *self.concurrent_units)


@dataclass(frozen=True, kw_only=True)
class PersonSpell(PersonState):
    """The days [begins, ends) in which nothing changed for a person; without `ends` it still goes on."""

    begins: date
    ends: date | None
    because: tuple[str, ...]


NOBODY = PersonState()


def spells(facts: History) -> tuple[PersonSpell, ...]:
    """A person's spells without a gap, from his first day on; what comes before any hire has no effect."""
    return tuple(
        PersonSpell(begins=each.begins, ends=each.ends, because=each.because, **vars(each.state))
        for each in stretches(corrected(facts), NOBODY, _step)
    )


def _step(state: PersonState, fact: Fact) -> PersonState:
    match fact.event:
        case EmployeeHired() as hired:
            return _hired(state, hired, fact.effective)
        case SupplierWorkerAssigned() as assigned:
            return _assigned(state, assigned, fact.effective)
        case _:
            return _while_in_post(state, fact) if state.employed else state


def _while_in_post(state: PersonState, fact: Fact) -> PersonState:
    match fact.event:
        case EmployeeTransferred() as transferred:
            return _transferred(state, transferred, fact.effective)
        case ConcurrentPostEnded(org_unit_id=unit):
            return replace(state, concurrent_units=_without(state.concurrent_units, unit))
        case EmployeeLeaveStarted() | EmployeeLeaveEnded() as leave:
            return replace(state, on_leave=isinstance(leave, EmployeeLeaveStarted))
        case SupplierWorkerReleased() as released:
            return _released(state, released, fact.effective)
        case EmployeeLeft():
            return _left(state)
        case _:
            return state


def _hired(state: PersonState, hired: EmployeeHired, day: date) -> PersonState:
    """A hire by the same employer renews the contract; by another one it begins a new employment."""
    renewed = state.employed and (state.company_id, state.contractor_id) == (
        hired.employer_company_id,
        hired.contractor_id,
    )
    before = state if renewed else PersonState(hired_on=day, initial_load=hired.initial_load)
    taken_on = replace(
        before,
        employed=True,
        person_kind=hired.person_kind,
        company_id=hired.employer_company_id,
        contractor_id=hired.contractor_id,
        locale=hired.locale,
        handles_my_number=hired.handles_my_number,
    )
    return replace(_moved(taken_on, hired.org_unit_id, day), manager_person_id=hired.manager_person_id)


def _transferred(state: PersonState, transferred: EmployeeTransferred, day: date) -> PersonState:
    if transferred.kind is TransferKind.CONCURRENT:
        return _also_in(state, transferred.to.org_unit_id)
    return _moved(replace(state, company_id=transferred.to.company_id), transferred.to.org_unit_id, day)


def _assigned(state: PersonState, assigned: SupplierWorkerAssigned, day: date) -> PersonState:
    """A further assignment by the same contractor is one more post."""
    if state.employed and state.contractor_id == assigned.contractor_id:
        return _also_in(state, assigned.host_org_unit_id)
    return PersonState(
        employed=True,
        person_kind=PersonKind.SUPPLIER,
        contractor_id=assigned.contractor_id,
        org_unit_id=assigned.host_org_unit_id,
        hired_on=day,
        placed_on=day,
        locale=state.locale,
    )


def _released(state: PersonState, released: SupplierWorkerReleased, day: date) -> PersonState:
    """The last release ends the engagement; released from his main post, somebody goes on in the next."""
    if state.contractor_id != released.contractor_id or released.host_org_unit_id not in state.units:
        return state
    remaining = _without(state.units, released.host_org_unit_id)
    return _moved(state, remaining[0], day) if remaining else _left(state)


def _moved(state: PersonState, unit: str, day: date) -> PersonState:
    """The main post is elsewhere now; whoever was the superior there is so no longer."""
    if unit == state.org_unit_id:
        return state
    elsewhere = _without(state.concurrent_units, unit)
    return replace(state, org_unit_id=unit, placed_on=day, concurrent_units=elsewhere, manager_person_id=None)


def _also_in(state: PersonState, unit: str) -> PersonState:
    if unit in state.units:
        return state
    return replace(state, concurrent_units=tuple(sorted((*state.concurrent_units, unit))))


def _left(state: PersonState) -> PersonState:
    return replace(
        state,
        employed=False,
        on_leave=False,
        concurrent_units=(),
        manager_person_id=None,
        hired_on=None,
        placed_on=None,
    )


def _without(units: tuple[str, ...], unit: str) -> tuple[str, ...]:
    return tuple(each for each in units if each != unit)
