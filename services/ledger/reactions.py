"""Policies of ledger: P1 inspections, P4 custodians, P5 reorganisations, P13 incidents. Pure.

Whatever happens to a slip, to an inspection of it, to somebody in charge of it, or because of an incident that concerns
it ends here: the slip is looked at anew, and what is so already is not done again. So nothing depends on the order of
events of different streams.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from services.ledger.domain.inspection_commands import (
    CancelInspection,
    ScheduleEmergencyInspection,
    ScheduleInspection,
)
from services.ledger.domain.schedule import interval, regular_due
from services.ledger.domain.slip_commands import TransferSlip, VacateCustodian
from services.ledger.known import Known, LookAtCustodian, LookAtUnit, load
from services.ledger.schema import KNOWN_ORGANISATION
from services.ledger.views.incident_slips import KNOWN_INCIDENT_SLIPS
from services.ledger.views.inspection_calendar import KNOWN_INSPECTIONS, InspectionRow
from services.ledger.views.slip_register import KNOWN_SLIPS, SlipRow
from shared.decider import Command, Timer
from shared.events.codec import Recorded
from shared.events.hr import OrgUnitAbolished, OrgUnitMerged, OrgUnitSplit
from shared.events.incidents import IncidentConfirmed
from shared.events.ledger import (
    CancelCause,
    CustodianRole,
    InspectionCompleted,
    InspectionScheduled,
    Priority,
    SlipEvent,
    TransferCause,
)
from shared.events.topics import HR, INCIDENTS, LEDGER
from shared.law.calendar import start_of_day
from shared.organisation.organisation import Organisation
from shared.organisation.person import PersonSpell, at, changes
from shared.runtime.reacting.reactions import Reactions, Step, Task
from shared.runtime.reading.views import ViewHandler


def react(recorded: Recorded, known: Known, today: date) -> Sequence[Step]:
    match recorded.event:
        case SlipEvent(slip_id=slip_id) | InspectionCompleted(slip_id=slip_id):
            row = known.slip(slip_id)
            return list(_look_at_slip(row, known, today)) if row else ()
        case InspectionScheduled(slip_id=slip_id):
            row = known.slip(slip_id)
            return list(_cancel_all(row, known.inspections_of(slip_id))) if row and not row.in_force else ()
        case IncidentConfirmed(slip_ids=slip_ids):
            return [each for slip_id in slip_ids for each in _look_at_emergencies(slip_id, known)]
        case (OrgUnitMerged() | OrgUnitAbolished() | OrgUnitSplit()) as told if told.effective_date > today:
            return (_look_at_unit(told.org_unit_id, told.effective_date),)
        case _ if recorded.stream.startswith("unit/"):
            return _carry_over(recorded.stream.removeprefix("unit/"), known, today)
        case _ if recorded.stream.startswith("person/"):
            return _look_at_custodian(recorded.stream.removeprefix("person/"), known, today)
        case _:
            return ()


def perform(task: Task, known: Known, today: date) -> Sequence[Step]:
    match task:
        case LookAtCustodian(person_id=person_id):
            return _vacancies(person_id, known, today)
        case LookAtUnit(org_unit_id=unit):
            return _carry_over(unit, known, today)
        case _:
            return ()


# --- a slip's inspections (P1) ----------------------------------------------------------------------------------------


def _look_at_slip(row: SlipRow, known: Known, today: date) -> Iterator[Command]:
    inspections = known.inspections_of(row.slip_id)
    if not row.in_force:
        yield from _cancel_all(row, inspections)
        return
    yield _next_regular(row, inspections, today)
    yield from _emergencies(row, known)
    for person in row.people:
        yield from _vacated(row, person, known, today)
    yield from _carried(row, known, today)


def _cancel_all(row: SlipRow, inspections: Sequence[InspectionRow]) -> Iterator[Command]:
    """Also the first one: it may be scheduled and not yet known."""
    cause = CancelCause.DISPOSED if row.state == "disposed" else CancelCause.WITHDRAWN
    for cycle in dict.fromkeys(["REG-1", *(each.cycle for each in inspections if each.open), _following(inspections)]):
        yield CancelInspection(slip_id=row.slip_id, cycle=cycle, cause=cause)


def _following(inspections: Sequence[InspectionRow]) -> str:
    done = max((each.cycle_no for each in inspections if each.completed_on), default=0)
    return f"REG-{done + 1}"


def _next_regular(row: SlipRow, inspections: Sequence[InspectionRow], today: date) -> ScheduleInspection:
    """The cycle after the last one completed; the first begins with the registration."""
    done = [each for each in inspections if each.cycle_no and each.completed_on]
    last = max(done, key=lambda each: each.cycle_no, default=None)
    basis = last.completed_on if last and last.completed_on else row.registered_on
    priority = Priority(row.priority)
    return ScheduleInspection(
        slip_id=row.slip_id,
        cycle=_following(inspections),
        interval_months=interval(priority, basis),
        basis_date=basis,
        due_date=regular_due(basis, priority, row.priority_since),
        priority=priority,
        company_id=row.company_id,
        org_unit_id=row.org_unit_id,
        assignees=_assignees(row),
        today=today,
    )


def _assignees(row: SlipRow) -> tuple[str, ...]:
    """Who manages the holding inspects it."""
    return tuple(sorted(person for person, role, _ in row.custodians if role == CustodianRole.PI_MANAGER))


# --- incidents (P13) --------------------------------------------------------------------------------------------------


def _look_at_emergencies(slip_id: str, known: Known) -> Sequence[Command]:
    """A slip that is not known yet is looked at when it is registered: the incident is remembered."""
    row = known.slip(slip_id)
    return list(_emergencies(row, known)) if row and row.in_force else ()


def _emergencies(row: SlipRow, known: Known) -> Iterator[ScheduleEmergencyInspection]:
    """An inspection out of turn for each incident (F34), as of the day from which both are known to be there."""
    for incident_id, since in known.incidents_of(row.slip_id).items():
        yield ScheduleEmergencyInspection(
            slip_id=row.slip_id,
            incident_id=incident_id,
            on=max(since, row.registered_on),
            priority=Priority(row.priority),
            company_id=row.company_id,
            org_unit_id=row.org_unit_id,
            assignees=_assignees(row),
        )


# --- people in charge (P4) --------------------------------------------------------------------------------------------


def _look_at_custodian(person_id: str, known: Known, today: date) -> list[Step]:
    """What follows today, and a timer for each later day on which something changes for him."""
    later = [day for day in changes(known.organisation.person(person_id)) if day > today]
    ahead = (Timer(start_of_day(day), LookAtCustodian(person_id=person_id, on=day), day.isoformat()) for day in later)
    return [*_vacancies(person_id, known, today), *ahead]


def _vacancies(person_id: str, known: Known, today: date) -> list[Command]:
    held = (row for row in known.held_by(person_id) if row.in_force)
    return [command for row in held for command in _vacated(row, person_id, known, today)]


def _vacated(row: SlipRow, person_id: str, known: Known, today: date) -> Iterator[Command]:
    spell = at(known.organisation.person(person_id), today)
    if spell is not None and not _stays(row, person_id, spell, known.organisation, today):
        yield VacateCustodian(slip_id=row.slip_id, person_id=person_id)


def _stays(row: SlipRow, person_id: str, spell: PersonSpell, organisation: Organisation, today: date) -> bool:
    """In post, there, and either not moved since he took charge or still in the slip's line."""
    if not spell.employed or spell.on_leave:
        return False
    since = next(date.fromisoformat(day) for person, _, day in row.custodians if person == person_id)
    if spell.placed_on is None or spell.placed_on <= since:
        return True
    lines = {unit for post in spell.units for unit in organisation.ancestors(post, today)}
    places = {row.org_unit_id, *([row.storing_unit] if row.storing_unit else [])}
    return any(not organisation.carriers(f"unit/{place}").isdisjoint(lines) for place in places)


# --- units that are no more (P5) --------------------------------------------------------------------------------------


def _look_at_unit(org_unit_id: str, day: date) -> Timer:
    return Timer(start_of_day(day), LookAtUnit(org_unit_id=org_unit_id, on=day), day.isoformat())


def _carry_over(org_unit_id: str, known: Known, today: date) -> list[Command]:
    rows = (row for row in known.of_unit(org_unit_id) if row.in_force)
    return [command for row in rows for command in _carried(row, known, today)]


def _carried(row: SlipRow, known: Known, today: date) -> Iterator[Command]:
    """Only a sole successor takes a unit's slips over; of several, the managers decide (F25)."""
    heir = known.organisation.heir(f"unit/{row.org_unit_id}", today)
    unit = at(known.organisation.unit(row.org_unit_id), today)
    gone = unit is not None and not unit.exists
    company = known.organisation.company_of(heir, today)
    if gone and heir != row.org_unit_id and company:
        cause = TransferCause.REORGANISATION
        yield TransferSlip(slip_id=row.slip_id, to_unit=heir, company_id=company, cause=cause)


REACTIONS = Reactions(
    topics=(HR, LEDGER, INCIDENTS),
    load=load,
    react=react,
    perform=perform,
    tasks=(LookAtCustodian, LookAtUnit),
    lookups=(
        lambda: ViewHandler(KNOWN_ORGANISATION.at("")),
        lambda: ViewHandler(KNOWN_SLIPS.at("")),
        lambda: ViewHandler(KNOWN_INSPECTIONS.at("")),
        lambda: ViewHandler(KNOWN_INCIDENT_SLIPS.at("")),
    ),
)
