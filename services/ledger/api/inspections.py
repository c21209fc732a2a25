"""Inspections over REST: what is due, done, and approved (F32-F34)."""

from typing import Annotated, Any, Final

from fastapi import Depends, Path, Request, Response

from services.ledger.api.admission import Admit, admit_to, load_slip, person_of, standing
from services.ledger.api.inspection_shapes import Approval, InspectionShown, Return, Start, Submission
from services.ledger.api.slips import SlipIdInPath
from services.ledger.domain.inspection import Closed, Inspection, Unscheduled, name
from services.ledger.domain.inspection_commands import (
    ApproveInspection,
    ReturnInspection,
    StartInspection,
    SubmitInspection,
)
from services.ledger.domain.slip import Active, Slip
from services.ledger.queries import InspectionFilter, list_inspections
from services.ledger.views.inspection_calendar import InspectionRow
from shared.events.ledger import Cycle
from shared.organisation.listing import Listed
from shared.runtime.application import running_of
from shared.runtime.auth import Caller, Principal
from shared.runtime.database import Connection, borrow
from shared.runtime.http.app import CHANGE_PROBLEMS, api_router
from shared.runtime.http.changing import Changing
from shared.runtime.http.conditional import Known
from shared.runtime.http.cursor import Page
from shared.runtime.http.problems import Problem

router: Final = api_router(tags=["inspections"])
CycleInPath = Annotated[Cycle, Path(description="`REG-<n>` or `EMG-<incident>`.", examples=["REG-1"])]
_ANSWERS: Final[dict[str, Any]] = {"response_model": InspectionShown, "responses": CHANGE_PROBLEMS}
_ONE: Final = "/slips/{slip_id}/inspections/{cycle}"


@router.get("/inspections", operation_id="list_inspections", summary="Inspections of the slips the caller may see")
async def get_inspections(listing: Listed, wanted: Annotated[InspectionFilter, Depends()]) -> Page[InspectionShown]:
    """What is due first first."""
    async with listing.seen("inspection_calendar", "inspection:read") as seen:
        rows = await list_inspections(seen, wanted)
    return listing.shown(rows, lambda row: (row.due_date.isoformat(), row.inspection), of_row)


@router.get(_ONE, operation_id="get_inspection", summary="One inspection", response_model=InspectionShown)
async def get_inspection(
    request: Request, slip_id: SlipIdInPath, cycle: CycleInPath, caller: Caller, known: Known
) -> Response:
    """As it stands now: a caller always reads his own write."""
    running = running_of(request)
    async with borrow(running.pool) as connection:
        slip, _ = await load_slip(running, connection, slip_id)
        await admit_to(request, connection, caller, "inspection:read", standing(slip))
        inspection, version = await running.commands.state(connection, f"inspection/{slip_id}/{cycle}")
    return known.answer(version, lambda: shown(inspection, version))


@router.post(f"{_ONE}/start", operation_id="start_inspection", summary="Begin the inspection", **_ANSWERS)
async def start_inspection(
    request: Request, slip_id: SlipIdInPath, cycle: CycleInPath, body: Start, changing: Changing
) -> Response:
    """From thirty days before the due date on; done on paper, it may be entered later."""
    slip, _ = await _slip(request, slip_id)
    now = running_of(request).clock.now()
    command = StartInspection(
        slip_id=slip_id,
        cycle=cycle,
        slip_in_force=isinstance(slip, Active),
        checklist_id=body.checklist_id,
        checklist_version=body.checklist_version,
        started_by=person_of(changing.principal),
        time=body.time or now,
        now=now,
        late_reason=body.late_reason,
    )
    admit = _admit(request, changing.principal, "inspection:start", slip)
    return await changing.make(command, admit=admit, show=shown, happened=body.time)


@router.post(f"{_ONE}/submission", operation_id="submit_inspection", summary="Submit what was found", **_ANSWERS)
async def submit_inspection(
    request: Request, slip_id: SlipIdInPath, cycle: CycleInPath, body: Submission, changing: Changing
) -> Response:
    """Done on paper, it may be entered later: `time` says when it was done."""
    slip, version = await _slip(request, slip_id)
    now = running_of(request).clock.now()
    command = SubmitInspection(
        slip_id=slip_id,
        cycle=cycle,
        slip_in_force=isinstance(slip, Active),
        answers=body.told(),
        slip_version_reviewed=body.slip_version_reviewed,
        slip_version=version,
        still_valid=body.still_valid,
        submitted_by=person_of(changing.principal),
        time=body.time or now,
        now=now,
        late_reason=body.late_reason,
    )
    admit = _admit(request, changing.principal, "inspection:submit", slip)
    return await changing.make(command, admit=admit, show=shown, happened=body.time)


@router.post(f"{_ONE}/approval", operation_id="approve_inspection", summary="Approve it", **_ANSWERS)
async def approve_inspection(
    request: Request, slip_id: SlipIdInPath, cycle: CycleInPath, body: Approval, changing: Changing
) -> Response:
    """Never by who submitted it; of high priority by the divisional manager and a promoter (F33)."""
    slip, _ = await _slip(request, slip_id)
    command = ApproveInspection(
        slip_id=slip_id,
        cycle=cycle,
        slip_in_force=isinstance(slip, Active),
        approved_by=person_of(changing.principal),
        role=body.role,
        on=running_of(request).clock.today(),
    )
    action = f"inspection:approve-as-{body.role.lower().replace('_', '-')}"
    return await changing.make(command, admit=_admit(request, changing.principal, action, slip), show=shown)


@router.post(f"{_ONE}/return", operation_id="return_inspection", summary="Have it done again", **_ANSWERS)
async def return_inspection(
    request: Request, slip_id: SlipIdInPath, cycle: CycleInPath, body: Return, changing: Changing
) -> Response:
    """What was submitted goes back to who inspects; approvals given so far count no more."""
    slip, _ = await _slip(request, slip_id)
    command = ReturnInspection(
        slip_id=slip_id,
        cycle=cycle,
        slip_in_force=isinstance(slip, Active),
        returned_by=person_of(changing.principal),
        reason=body.reason,
    )
    return await changing.make(
        command, admit=_admit(request, changing.principal, "inspection:return", slip), show=shown
    )


async def _slip(request: Request, slip_id: str) -> tuple[Slip, int]:
    running = running_of(request)
    async with borrow(running.pool) as connection:
        return await load_slip(running, connection, slip_id)


def _admit(request: Request, principal: Principal, action: str, slip: Slip) -> Admit:
    async def admit(connection: Connection, inspection: Inspection) -> None:
        await admit_to(request, connection, principal, action, standing(slip))
        if isinstance(inspection, Unscheduled):
            raise Problem("not-found", "there is no such inspection")

    return admit


def shown(inspection: Inspection, _version: int) -> InspectionShown:
    if isinstance(inspection, Unscheduled):
        raise Problem("not-found", "there is no such inspection")
    done = inspection.completed if isinstance(inspection, Closed) else None
    return InspectionShown.model_validate(
        inspection.plan.model_dump()
        | {
            "state": name(inspection),
            "overdue": inspection.overdue,
            "result": done.result if done else None,
            "next_due": done.next_due if done else None,
        }
    )


def of_row(row: InspectionRow) -> InspectionShown:
    return InspectionShown.model_validate(row, from_attributes=True)
