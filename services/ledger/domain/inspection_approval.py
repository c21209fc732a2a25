"""Who may say that an inspection is done, and what then follows."""

from collections.abc import Sequence

from services.ledger.domain.inspection_commands import ApproveInspection
from services.ledger.domain.inspection_states import Open, Stage, needed
from services.ledger.domain.schedule import interval
from shared.decider import Rejected
from shared.events.ledger import (
    Answer,
    AnswerResult,
    InspectionApproved,
    InspectionCompleted,
    InspectionKind,
    InspectionResult,
    InspectionSubmitted,
    InspectionTold,
)
from shared.law.calendar import add_months


def submission(inspection: Open) -> InspectionSubmitted:
    if inspection.stage is not Stage.SUBMITTED or inspection.submitted is None:
        raise Rejected(f"an inspection that is {inspection.stage} waits for no approval", "inspection-not-submitted")
    return inspection.submitted


def approve_inspection(approve: ApproveInspection, inspection: Open) -> list[InspectionTold]:
    submitted = submission(inspection)
    _check_approver(approve, inspection, submitted)
    roles = needed(inspection.plan.priority)
    given = {*inspection.approvals, approve.role}
    if approve.role in inspection.approvals and not roles <= given:
        return []
    approved = InspectionApproved(
        slip_id=approve.slip_id,
        cycle=approve.cycle,
        kind=inspection.plan.kind,
        approved_by=approve.approved_by,
        role=approve.role,
        number=len(given & roles),
        of=len(roles),
    )
    return [approved, _completed(approve, inspection, submitted)] if roles <= given else [approved]


def _check_approver(approve: ApproveInspection, inspection: Open, submitted: InspectionSubmitted) -> None:
    """Nobody approves his own work, and no two approvals come from one person."""
    if approve.approved_by == submitted.submitted_by:
        raise Rejected("who submitted the inspection does not approve it", "own-inspection")
    if approve.role not in needed(inspection.plan.priority):
        raise Rejected(f"no approval as {approve.role} is needed", "approval-not-needed")
    others = {person for role, person in inspection.approvals.items() if role is not approve.role}
    if approve.approved_by in others:
        raise Rejected("the two approvals come from two people", "same-approver")


def _completed(approve: ApproveInspection, inspection: Open, submitted: InspectionSubmitted) -> InspectionCompleted:
    plan = inspection.plan
    findings = _findings(submitted.answers)
    conform = submitted.still_valid and not findings
    regular = plan.kind is InspectionKind.REGULAR
    return InspectionCompleted(
        slip_id=plan.slip_id,
        cycle=plan.cycle,
        kind=plan.kind,
        result=InspectionResult.CONFORM if conform else InspectionResult.NONCONFORM,
        findings=findings,
        next_due=add_months(approve.on, interval(plan.priority, approve.on)) if regular else None,
    )


def _findings(answers: Sequence[Answer]) -> tuple[str, ...]:
    return tuple(answer.item for answer in answers if answer.result is AnswerResult.NG)
