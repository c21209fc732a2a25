"""Management slips over REST: registered, shown, amended (F21)."""

from datetime import date
from typing import Annotated, Final

import uuid_utils.compat
from fastapi import Depends, Path, Request, Response

from services.ledger.api.admission import (
    admit_to,
    check_people,
    company_of,
    load_slip,
    of_slip,
    resource_of_unit,
    standing,
)
from services.ledger.api.shapes import NumberLocation, SlipAmendment, SlipGiven, SlipListed, SlipShown, Told
from services.ledger.domain.slip import Slip, name
from services.ledger.domain.slip_commands import AmendSlip, RegisterSlip
from services.ledger.queries import Row, SlipFilter, list_number_locations, list_slips, slip_keys
from shared.events.base import Identifier
from shared.events.codec import Recorded
from shared.events.ledger import CustodianRole
from shared.law.calendar import business_date
from shared.organisation.access import Resource
from shared.organisation.directory import desk_of
from shared.organisation.listing import Listed
from shared.runtime.application import running_of
from shared.runtime.auth import Caller
from shared.runtime.database import Connection, borrow
from shared.runtime.http.app import CHANGE_PROBLEMS, api_router
from shared.runtime.http.changing import Changing
from shared.runtime.http.conditional import Known, RequiredVersion
from shared.runtime.http.cursor import Page
from shared.runtime.writing import event_store

router: Final = api_router(tags=["slips"])
SlipIdInPath = Annotated[Identifier, Path(description="The slip's id.", examples=["S-1"])]


@router.post(
    "/slips",
    status_code=201,
    operation_id="register_slip",
    summary="Register a holding",
    response_model=SlipShown,
    responses=CHANGE_PROBLEMS,
)
async def register_slip(request: Request, body: SlipGiven, changing: Changing) -> Response:
    """A slip of National ID numbers names the unit that stores them and who is in charge (F23)."""
    running = running_of(request)
    company_id = await company_of(request, body.org_unit_id, "/org_unit_id")
    await _check_named(request, body)
    slip_id = body.slip_id or str(uuid_utils.compat.uuid7())
    now = running.clock.now()
    happened = body.time or now
    command = RegisterSlip(
        slip_id=slip_id,
        company_id=company_id,
        org_unit_id=body.org_unit_id,
        details=body.details(business_date(happened)),
        time=happened,
        now=now,
        late_reason=body.late_reason,
    )

    async def admit(connection: Connection, _slip: Slip) -> None:
        place = await resource_of_unit(request, connection, body.org_unit_id)
        resource = Resource(None, place.company_id, place.org_unit_ids, body.pi_type)
        day = running.clock.today()
        await desk_of(request).admit(connection, changing.principal.subject, "slip:register", resource, day)

    return await changing.make(
        command, admit=admit, show=shown, status=201, location=f"/v1/slips/{slip_id}", happened=body.time
    )


async def _check_named(request: Request, body: SlipGiven) -> None:
    if body.storage is not None:
        await company_of(request, body.storage.storing_unit, "/storage/storing_unit")
    await check_people(
        request, {f"/custodians/{n}/person_id": each.person_id for n, each in enumerate(body.custodians)}
    )


@router.get("/slips", operation_id="list_slips", summary="The register, as far as the caller may see it")
async def get_slips(listing: Listed, wanted: Annotated[SlipFilter, Depends()]) -> Page[SlipListed]:
    """In the order of their ids, each with its next regular inspection."""
    async with listing.seen("slip_register", "slip:read") as seen:
        rows = await list_slips(seen, wanted)
    return listing.shown(rows, slip_keys, lambda row: _line(row, seen.today))


@router.get("/slips/{slip_id}", operation_id="get_slip", summary="One slip", response_model=SlipShown)
async def get_slip(request: Request, slip_id: SlipIdInPath, caller: Caller, known: Known) -> Response:
    """As it stands now: a caller always reads his own write."""
    running = running_of(request)
    async with borrow(running.pool) as connection:
        slip, version = await load_slip(running, connection, slip_id)
        await of_slip(request, caller, "slip:read")(connection, slip)
    return known.answer(version, lambda: shown(slip, version))


@router.patch(
    "/slips/{slip_id}",
    operation_id="amend_slip",
    summary="Mend what a slip says",
    response_model=SlipShown,
    responses=CHANGE_PROBLEMS,
)
async def amend_slip(
    request: Request, slip_id: SlipIdInPath, body: SlipAmendment, changing: Changing, _decided_on: RequiredVersion
) -> Response:
    """Only the fields that are sent change; priority, storage and custodians have addresses of their own."""
    command = AmendSlip(slip_id=slip_id, changes=body.changes(), reason=body.reason)
    return await changing.make(command, admit=of_slip(request, changing.principal, "slip:amend"), show=shown)


@router.get("/slips/{slip_id}/history", operation_id="get_slip_history", summary="Everything that was told of a slip")
async def get_history(request: Request, slip_id: SlipIdInPath, caller: Caller) -> Page[Told]:
    """In the order in which it was entered."""
    running = running_of(request)
    async with borrow(running.pool) as connection:
        loaded = await event_store.load(connection, f"slip/{slip_id}")
        slip, _ = await load_slip(running, connection, slip_id)
        await admit_to(request, connection, caller, "slip:read", standing(slip))
    return Page[Told](items=[_told(recorded) for recorded in loaded.events])


@router.get(
    "/number-locations",
    operation_id="list_number_locations",
    summary="Where National ID numbers are kept",
)
async def get_number_locations(listing: Listed) -> Page[NumberLocation]:
    """One line for each slip in force that says it holds such numbers; never a number (F23)."""
    async with listing.seen("slip_register", "slip:read") as seen:
        rows = await list_number_locations(seen)
    return listing.shown(rows, slip_keys, _location)


def _line(row: Row, today: date) -> SlipListed:
    due = row["next_due"]
    return SlipListed.model_validate(
        {**row, "custodians": tuple(row["people"]), "days_left": (due - today).days if due else None}
    )


def _location(row: Row) -> NumberLocation:
    in_charge = tuple(person for person, role, _ in row["custodians"] if role == CustodianRole.PI_MANAGER)
    return NumberLocation.model_validate({**row, "persons_in_charge": in_charge, "since": row["stored_since"]})


def shown(slip: Slip, version: int) -> SlipShown:
    last = standing(slip)
    return SlipShown.model_validate(
        {
            "slip_id": last.slip_id,
            "state": name(slip),
            "company_id": last.company_id,
            "org_unit_id": last.org_unit_id,
            "version": version,
            "details": last.details,
        }
    )


def _told(recorded: Recorded) -> Told:
    return Told(
        version=recorded.version or 0,
        type=recorded.event.type,
        time=recorded.time,
        recordedtime=recorded.recorded_at,
        actor=recorded.actor,
        data=recorded.event.model_dump(mode="json", exclude_none=True),
    )
