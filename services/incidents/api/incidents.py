"""Incidents over REST: reported by anybody in post, followed by those who handle them."""

from typing import Annotated, Any, Final

import uuid_utils.compat
from fastapi import Depends, Request, Response

from services.incidents.api.handling import IncidentIdInPath, Written, admission, shown, written
from services.incidents.api.shapes import BoardShown, IncidentShown, Report
from services.incidents.domain.commands import ReportIncident
from services.incidents.narratives import vault_of
from services.incidents.queries import IncidentFilter, Place, list_incidents, place_of
from services.incidents.views.board import BoardRow
from shared.law.calendar import business_date
from shared.organisation.access import Resource
from shared.organisation.directory import desk_of
from shared.organisation.listing import Listed
from shared.organisation.person import at
from shared.runtime.application import running_of
from shared.runtime.auth import Caller
from shared.runtime.database import Connection, borrow
from shared.runtime.http.app import CHANGE_PROBLEMS, api_router
from shared.runtime.http.changing import Changing
from shared.runtime.http.conditional import Known
from shared.runtime.http.cursor import Page
from shared.runtime.http.problems import Problem

router: Final = api_router(tags=["incidents"])


@router.post(
    "/incidents",
    status_code=201,
    operation_id="report_incident",
    summary="Report an incident",
    response_model=IncidentShown,
    responses=CHANGE_PROBLEMS,
)
async def report_incident(request: Request, body: Report, changing: Changing) -> Response:
    """Also an event with only the risk of one. Supervisor and contact point are informed at once (F9)."""
    running, said, now = running_of(request), written(body), running_of(request).clock.now()
    incident_id = str(uuid_utils.compat.uuid7())
    command = ReportIncident(
        incident_id=incident_id,
        time=body.time or now,
        now=now,
        **await _placed(request, changing.principal.person_id, body),
        **_reported(said),
    )
    return await changing.make(
        command,
        admit=_reporter(request, changing.principal.subject),
        show=shown,
        status=201,
        location=f"/v1/incidents/{incident_id}",
        happened=command.time,
        also=vault_of(running.settings).keeping(incident_id, said.drafts),
    )


@router.get("/incidents", operation_id="list_incidents", summary="Incidents the caller may see")
async def get_incidents(listing: Listed, wanted: Annotated[IncidentFilter, Depends()]) -> Page[BoardShown]:
    """One's own reports, and those of the units one answers for, oldest first."""
    async with listing.seen("incident_board", "incident:read") as seen:
        rows = await list_incidents(seen, wanted)
    return listing.shown(rows, lambda row: (row.incident_id,), _of_row)


@router.get(
    "/incidents/{incident_id}", operation_id="get_incident", summary="One incident", response_model=IncidentShown
)
async def get_incident(request: Request, incident_id: IncidentIdInPath, caller: Caller, known: Known) -> Response:
    """As it stands now, with its obligations; its texts are asked for on their own."""
    running = running_of(request)
    async with borrow(running.pool) as connection:
        incident, version = await running.commands.state(connection, f"incident/{incident_id}")
        await admission(request, caller.subject, "incident:read")(connection, incident)
    return known.answer(version, lambda: shown(incident, version))


def _of_row(row: BoardRow) -> BoardShown:
    return BoardShown.model_validate(row, from_attributes=True)


def _reported(said: Written) -> dict[str, Any]:
    """The body's `kind` is the command's `what`."""
    return {"what" if field == "kind" else field: value for field, value in said.fields.items() if field != _UNIT}


_UNIT: Final = "aware_org_unit_id"


async def _placed(request: Request, reporter: str | None, body: Report) -> dict[str, Any]:
    """Which unit knew first, and who is to be informed: as the organisation stands on the day of the report."""
    running = running_of(request)
    day = business_date(body.time) if body.time else running.clock.today()
    async with borrow(running.pool) as connection:
        unit = body.aware_org_unit_id
        if unit is None and reporter is not None:
            known = await desk_of(request).directory.around(connection, [f"person/{reporter}"])
            spell = at(known.person(reporter), day)
            unit = spell.org_unit_id if spell else None
        place = await place_of(connection, unit, day) if unit else None
    if place is None:
        raise Problem("invalid-request", errors=[_no_such_unit()])
    return {"reporter_id": reporter, _UNIT: unit, **_informed(place)}


def _informed(place: Place) -> dict[str, Any]:
    return {
        "company_id": place.company_id,
        "supervisors": place.supervisors,
        "contact_points": place.contact_points,
    }


def _no_such_unit() -> dict[str, str]:
    return {"pointer": f"/{_UNIT}", "code": "unknown", "detail": "is not a unit of the group on that day"}


def _reporter(request: Request, principal: str) -> Any:
    running = running_of(request)

    async def admit(connection: Connection, _state: object) -> None:
        day = running.clock.today()
        await desk_of(request).admit(connection, principal, "incident:report", Resource(), day)

    return admit
