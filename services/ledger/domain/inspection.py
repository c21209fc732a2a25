"""One inspection of one slip: scheduled, due, done, approved (F32, F33), or out of turn after an incident (F34)."""

from typing import TypeAlias, assert_never

from services.ledger.domain.inspection_approval import approve_inspection, submission
from services.ledger.domain.inspection_commands import (
    ApproveInspection,
    CancelInspection,
    InspectionCommand,
    MarkInspectionDue,
    MarkInspectionOverdue,
    ReturnInspection,
    ScheduleEmergencyInspection,
    ScheduleInspection,
    StartInspection,
    SubmitInspection,
)
from services.ledger.domain.inspection_states import (
    Closed,
    Inspection,
    Open,
    Stage,
    Unscheduled,
    evolve,
    name,
)
from services.ledger.domain.schedule import EMERGENCY, LEAD
from shared.decider import Decider, Rejected, Timer
from shared.events.ledger import (
    InspectionCancelled,
    InspectionDue,
    InspectionKind,
    InspectionOverdue,
    InspectionReturned,
    InspectionScheduled,
    InspectionStarted,
    InspectionSubmitted,
    InspectionTold,
)
from shared.law.calendar import ONE_DAY, five_past_midnight

ByPerson: TypeAlias = StartInspection | SubmitInspection | ReturnInspection | ApproveInspection


def decide(command: InspectionCommand, inspection: Inspection) -> list[InspectionTold]:
    match command:
        case ScheduleInspection():
            return _schedule(command, inspection)
        case ScheduleEmergencyInspection():
            return _schedule_emergency(command) if isinstance(inspection, Unscheduled) else []
        case MarkInspectionDue() | MarkInspectionOverdue():
            return _mark(command, inspection)
        case CancelInspection():
            return _cancel(command, inspection)
        case StartInspection() | SubmitInspection() | ReturnInspection() | ApproveInspection():
            return _by_person(command, inspection)
        case _:
            assert_never(command)


def _schedule(schedule: ScheduleInspection, inspection: Inspection) -> list[InspectionTold]:
    """The plan as the slip stands now; one that says nothing new, or of what is over, changes nothing."""
    if isinstance(inspection, Closed):
        return []
    before = inspection.plan if isinstance(inspection, Open) else None
    opens = max(schedule.due_date - LEAD, schedule.today)
    if before is not None and before.due_date == schedule.due_date:
        opens = before.window_opens
    plan = InspectionScheduled(
        **schedule.model_dump(exclude={"today"}), kind=InspectionKind.REGULAR, window_opens=opens
    )  # fmt: skip
    return [plan] if plan != before else []


def _schedule_emergency(schedule: ScheduleEmergencyInspection) -> list[InspectionTold]:
    plan = InspectionScheduled(
        slip_id=schedule.slip_id,
        cycle=schedule.cycle,
        kind=InspectionKind.EMERGENCY,
        basis_date=schedule.on,
        due_date=schedule.on + EMERGENCY,
        window_opens=schedule.on,
        priority=schedule.priority,
        company_id=schedule.company_id,
        org_unit_id=schedule.org_unit_id,
        assignees=schedule.assignees,
        incident_id=schedule.incident_id,
    )
    return [plan, _due(plan)]


def _due(plan: InspectionScheduled) -> InspectionDue:
    return InspectionDue(
        slip_id=plan.slip_id,
        cycle=plan.cycle,
        kind=plan.kind,
        due_date=plan.due_date,
        priority=plan.priority,
        company_id=plan.company_id,
        org_unit_id=plan.org_unit_id,
        assignees=plan.assignees,
        incident_id=plan.incident_id,
    )


def _mark(mark: MarkInspectionDue | MarkInspectionOverdue, inspection: Inspection) -> list[InspectionTold]:
    """A timer of a due date that no longer holds says nothing."""
    if not isinstance(inspection, Open) or mark.due_date != inspection.plan.due_date:
        return []
    plan = inspection.plan
    match mark:
        case MarkInspectionDue() if inspection.stage is Stage.SCHEDULED:
            return [_due(plan)]
        case MarkInspectionOverdue() if not inspection.overdue:
            overdue = InspectionOverdue(
                slip_id=plan.slip_id, cycle=plan.cycle, kind=plan.kind, due_date=plan.due_date, days=1
            )  # fmt: skip
            return [overdue]
        case _:
            return []


def _cancel(cancel: CancelInspection, inspection: Inspection) -> list[InspectionTold]:
    if not isinstance(inspection, Open):
        return []
    plan = inspection.plan
    return [InspectionCancelled(slip_id=plan.slip_id, cycle=plan.cycle, kind=plan.kind, cause=cancel.cause)]


def _by_person(command: ByPerson, inspection: Inspection) -> list[InspectionTold]:
    match inspection:
        case Unscheduled():
            raise Rejected("there is no such inspection", "inspection-unscheduled")
        case Closed(how=how):
            return _after_its_end(command, how)
        case Open() if not command.slip_in_force:
            raise Rejected("the slip is disposed of or withdrawn: there is nothing to inspect", "slip-over")
        case Open():
            return _step(command, inspection)
        case _:
            assert_never(inspection)


def _after_its_end(command: ByPerson, how: str) -> list[InspectionTold]:
    if not command.slip_in_force:
        raise Rejected("the slip is disposed of or withdrawn: there is nothing to inspect", "slip-over")
    raise Rejected(f"the inspection is {how}", "inspection-over")


def _step(command: ByPerson, inspection: Open) -> list[InspectionTold]:
    match command:
        case StartInspection():
            return _start(command, inspection)
        case SubmitInspection():
            return _submit(command, inspection)
        case ReturnInspection():
            return _return(command, inspection)
        case ApproveInspection():
            return approve_inspection(command, inspection)
        case _:
            assert_never(command)


def _start(start: StartInspection, inspection: Open) -> list[InspectionTold]:
    if inspection.stage is Stage.SCHEDULED:
        raise Rejected(f"the inspection can be started from {inspection.plan.window_opens} on", "inspection-not-due")
    if inspection.stage is not Stage.DUE:
        return []
    started = InspectionStarted(
        slip_id=start.slip_id,
        cycle=start.cycle,
        kind=inspection.plan.kind,
        checklist_id=start.checklist_id,
        checklist_version=start.checklist_version,
        started_by=start.started_by,
        backdated=start.backdated() or None,
        late_reason=start.late_reason,
    )
    return [started]


def _submit(submit: SubmitInspection, inspection: Open) -> list[InspectionTold]:
    if inspection.stage not in {Stage.IN_PROGRESS, Stage.RETURNED}:
        raise Rejected(f"an inspection that is {inspection.stage} can not be submitted", "inspection-not-started")
    if submit.slip_version_reviewed > submit.slip_version:
        raise Rejected(f"the slip's version is {submit.slip_version}", "slip-version-unknown")
    submitted = InspectionSubmitted(
        slip_id=submit.slip_id,
        cycle=submit.cycle,
        kind=inspection.plan.kind,
        answers=submit.answers,
        slip_version_reviewed=submit.slip_version_reviewed,
        still_valid=submit.still_valid,
        submitted_by=submit.submitted_by,
        backdated=submit.backdated(),
        late_reason=submit.late_reason,
    )
    return [submitted]


def _return(back: ReturnInspection, inspection: Open) -> list[InspectionTold]:
    submission(inspection)
    returned = InspectionReturned(
        slip_id=back.slip_id,
        cycle=back.cycle,
        kind=inspection.plan.kind,
        returned_by=back.returned_by,
        reason=back.reason,
    )
    return [returned]


def timers(event: InspectionTold) -> list[Timer]:
    """T01 when the window opens, T02 the day after the due date; an emergency is due at once."""
    if not isinstance(event, InspectionScheduled):
        return []
    slip, cycle, due = event.slip_id, event.cycle, event.due_date
    overdue = MarkInspectionOverdue(slip_id=slip, cycle=cycle, due_date=due)
    opening = MarkInspectionDue(slip_id=slip, cycle=cycle, due_date=due)
    late = Timer(five_past_midnight(due + ONE_DAY), overdue, due.isoformat())
    if event.kind is InspectionKind.EMERGENCY:
        return [late]
    return [Timer(five_past_midnight(event.window_opens), opening, due.isoformat()), late]


INSPECTION: Decider[InspectionCommand, Inspection, InspectionTold] = Decider(Unscheduled(), decide, evolve)

__all__ = ["INSPECTION", "Closed", "Inspection", "Open", "Stage", "Unscheduled", "name", "timers"]
