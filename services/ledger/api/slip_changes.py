"""What is done with a slip: priority, charge, storage, transfer, disposal, withdrawal."""

from typing import Any, Final

from fastapi import Request, Response

from services.ledger.api.admission import (
    admit_to,
    check_people,
    company_of,
    load_slip,
    may,
    of_slip,
    person_of,
    resource_of_unit,
    standing,
)
from services.ledger.api.shapes import (
    Assignment,
    BecauseOf,
    Disposal,
    PriorityGiven,
    Release,
    SlipShown,
    StorageSet,
    Transfer,
    storage_of,
)
from services.ledger.api.slips import SlipIdInPath, shown
from services.ledger.domain.slip import Slip
from services.ledger.domain.slip_commands import (
    AssignCustodian,
    ChangeSlipPriority,
    RecordDisposal,
    ReleaseCustodian,
    RequestDisposal,
    SetStorage,
    TransferSlip,
    WithdrawSlip,
)
from shared.organisation.directory import desk_of
from shared.runtime.application import running_of
from shared.runtime.auth import Principal
from shared.runtime.database import Connection, borrow
from shared.runtime.http.app import CHANGE_PROBLEMS, api_router
from shared.runtime.http.changing import Changing

router: Final = api_router(tags=["slip changes"])
_ANSWERS: Final[dict[str, Any]] = {"response_model": SlipShown, "responses": CHANGE_PROBLEMS}


@router.post(
    "/slips/{slip_id}/priority", operation_id="change_slip_priority", summary="Raise or lower the priority", **_ANSWERS
)
async def change_priority(request: Request, slip_id: SlipIdInPath, body: PriorityGiven, changing: Changing) -> Response:
    """High priority is inspected every six months (F33). Lowering is for the promotion office's manager to send."""
    approver = await _approver(request, changing.principal, "slip:approve-lowering", slip_id)
    command = ChangeSlipPriority(slip_id=slip_id, priority=body.priority, reason=body.reason, approved_by=approver)
    return await changing.make(command, admit=of_slip(request, changing.principal, "slip:prioritise"), show=shown)


@router.post(
    "/slips/{slip_id}/custodians", operation_id="assign_custodian", summary="Put somebody in charge", **_ANSWERS
)
async def assign_custodian(request: Request, slip_id: SlipIdInPath, body: Assignment, changing: Changing) -> Response:
    """From `time` on, which may lie behind; who is in charge already gets the new role (F7, F23)."""
    running = running_of(request)
    await check_people(request, {"/person_id": body.person_id})
    now = running.clock.now()
    command = AssignCustodian(
        slip_id=slip_id,
        person_id=body.person_id,
        role=body.role,
        time=body.time or now,
        now=now,
        late_reason=body.late_reason,
    )
    admit = of_slip(request, changing.principal, "slip:assign")
    return await changing.make(command, admit=admit, show=shown, happened=body.time)


@router.post(
    "/slips/{slip_id}/custodian-releases",
    operation_id="release_custodian",
    summary="Take somebody out of charge",
    **_ANSWERS,
)
async def release_custodian(request: Request, slip_id: SlipIdInPath, body: Release, changing: Changing) -> Response:
    """National ID numbers are never left without a manager: assign another one first."""
    now = running_of(request).clock.now()
    command = ReleaseCustodian(
        slip_id=slip_id,
        person_id=body.person_id,
        time=body.time or now,
        now=now,
        late_reason=body.late_reason,
    )
    admit = of_slip(request, changing.principal, "slip:assign")
    return await changing.make(command, admit=admit, show=shown, happened=body.time)


@router.post("/slips/{slip_id}/storage", operation_id="set_slip_storage", summary="Say where it is kept", **_ANSWERS)
async def set_storage(request: Request, slip_id: SlipIdInPath, body: StorageSet, changing: Changing) -> Response:
    """And which unit keeps it; since `time`, which may lie behind (F23)."""
    running = running_of(request)
    await company_of(request, body.storage.storing_unit, "/storage/storing_unit")
    now = running.clock.now()
    command = SetStorage(
        slip_id=slip_id,
        storage=storage_of(body.storage),
        time=body.time or now,
        now=now,
        late_reason=body.late_reason,
    )
    admit = of_slip(request, changing.principal, "slip:store")
    return await changing.make(command, admit=admit, show=shown, happened=body.time)


@router.post("/slips/{slip_id}/transfer", operation_id="transfer_slip", summary="Hand it to another unit", **_ANSWERS)
async def transfer_slip(request: Request, slip_id: SlipIdInPath, body: Transfer, changing: Changing) -> Response:
    """By who manages both units; reorganisations carry slips over by themselves (F25)."""
    company_id = await company_of(request, body.to_unit, "/to_unit")
    command = TransferSlip(slip_id=slip_id, to_unit=body.to_unit, company_id=company_id)

    async def admit(connection: Connection, slip: Slip) -> None:
        principal, day = changing.principal, running_of(request).clock.today()
        await admit_to(request, connection, principal, "slip:transfer", standing(slip))
        there = await resource_of_unit(request, connection, body.to_unit)
        await desk_of(request).admit(connection, principal.subject, "slip:transfer", there, day)

    return await changing.make(command, admit=admit, show=shown)


@router.post(
    "/slips/{slip_id}/disposal-request", operation_id="request_disposal", summary="Ask for its disposal", **_ANSWERS
)
async def request_disposal(request: Request, slip_id: SlipIdInPath, body: BecauseOf, changing: Changing) -> Response:
    """The holding is no longer needed; it stays in force until it is disposed of."""
    command = RequestDisposal(slip_id=slip_id, requested_by=person_of(changing.principal), reason=body.reason)
    return await changing.make(command, admit=of_slip(request, changing.principal, "slip:dispose"), show=shown)


@router.post("/slips/{slip_id}/disposal", operation_id="record_disposal", summary="Record its disposal", **_ANSWERS)
async def record_disposal(request: Request, slip_id: SlipIdInPath, body: Disposal, changing: Changing) -> Response:
    """National ID numbers: by the divisional manager, and not by who asked for it (F24)."""
    approver = await _approver(request, changing.principal, "slip:approve-disposal", slip_id)
    now = running_of(request).clock.now()
    command = RecordDisposal(
        slip_id=slip_id,
        method=body.method,
        evidence_hash=body.evidence_hash,
        certificate_hash=body.certificate_hash,
        approved_by=approver,
        time=body.time or now,
        now=now,
        late_reason=body.late_reason,
    )
    admit = of_slip(request, changing.principal, "slip:dispose")
    return await changing.make(command, admit=admit, show=shown, happened=body.time)


@router.post("/slips/{slip_id}/withdrawal", operation_id="withdraw_slip", summary="Withdraw it", **_ANSWERS)
async def withdraw_slip(request: Request, slip_id: SlipIdInPath, body: BecauseOf, changing: Changing) -> Response:
    """It should never have been registered; it counts nowhere."""
    command = WithdrawSlip(slip_id=slip_id, reason=body.reason)
    return await changing.make(command, admit=of_slip(request, changing.principal, "slip:withdraw"), show=shown)


async def _approver(request: Request, principal: Principal, action: str, slip_id: str) -> str | None:
    """The caller, where what he sends is an approval as well."""
    running = running_of(request)
    if principal.person_id is None:
        return None
    async with borrow(running.pool) as connection:
        slip, _ = await load_slip(running, connection, slip_id)
        return principal.person_id if await may(request, connection, principal, action, standing(slip)) else None
