"""The generator's own reading of what it told: plain on purpose, and shared with nothing that it is held against."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from daicho.demo.script.news import Told
from shared.events.hr import (
    EmployeeHired,
    EmployeeLeaveEnded,
    EmployeeLeaveStarted,
    EmployeeLeft,
    EmployeeTransferred,
    PersonDataCorrected,
    SupplierWorkerAssigned,
    SupplierWorkerReleased,
    TransferKind,
)

CUT_SHORT = (EmployeeLeft, SupplierWorkerReleased)
BEGUN = (EmployeeHired, SupplierWorkerAssigned)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands at the end of a day; `back` is his last day of coming back from leave."""

    in_post: bool = False
    away: bool = False
    supplier: bool = False
    company_id: str | None = None
    unit_id: str | None = None
    since: date | None = None
    back: date | None = None


NOWHERE = Standing()


def told_by_person(told: Iterable[Told]) -> dict[str, list[Told]]:
    """What was told of each person, roles apart, in the order of the days it took effect."""
    lives: dict[str, list[Told]] = {}
    for each in told:
        person = getattr(each.event, "person_id", None)
        if person and not hasattr(each.event, "role"):
            lives.setdefault(person, []).append(each)
    for life in lives.values():
        life.sort(key=lambda each: (each.day, _rank(each), each.at.at))
    return lives


def _rank(told: Told) -> int:
    return 0 if isinstance(told.event, CUT_SHORT) else 1 if isinstance(told.event, BEGUN) else 2


def standing(life: Sequence[Told], day: date, known: datetime | None = None) -> Standing:
    """Where somebody stands at the end of `day`, by what had been told until `known` (all of it without)."""
    state = NOWHERE
    for each in life:
        if each.day <= day and (known is None or each.at.at <= known):
            state = _after(state, each)
    return state


def _after(state: Standing, told: Told) -> Standing:
    match told.event:
        case EmployeeHired(employer_company_id=company, org_unit_id=unit):
            return Standing(in_post=True, company_id=company, unit_id=unit, since=told.day)
        case SupplierWorkerAssigned(host_org_unit_id=unit):
            company = unit.partition("-")[0]
            return Standing(in_post=True, supplier=True, company_id=company, unit_id=unit, since=told.day)
        case _ if not state.in_post:
            return state
        case EmployeeTransferred(to=to, kind=kind) if kind is not TransferKind.CONCURRENT:
            return replace(state, company_id=to.company_id, unit_id=to.org_unit_id)
        case EmployeeLeaveStarted():
            return replace(state, away=True)
        case EmployeeLeaveEnded():
            return replace(state, away=False, back=told.day)
        case PersonDataCorrected(org_unit_id=unit):  # the company is the same, and nobody asks for days gone by
            return replace(state, unit_id=unit)
        case EmployeeLeft() | SupplierWorkerReleased():
            return replace(state, in_post=False, away=False)
        case _:
            return state


def in_post(lives: Mapping[str, Sequence[Told]], day: date, known: datetime | None = None) -> dict[str, Standing]:
    """Everybody in post at the end of a day, on leave or not."""
    found = ((person, standing(life, day, known)) for person, life in lives.items())
    return {person: state for person, state in found if state.in_post}
