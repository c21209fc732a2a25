"""Texts of incidents: read by those who need to know, and destroyed when their time is over."""

from typing import Final

from fastapi import Request, Response

from services.incidents.api.handling import IncidentIdInPath, admission, shown
from services.incidents.api.shapes import IncidentShown, NarrativeShown, TextShown
from services.incidents.domain.commands import EraseAccount
from services.incidents.narratives import ERASED, erasing, vault_of
from shared.runtime.application import running_of
from shared.runtime.auth import Caller
from shared.runtime.database import borrow
from shared.runtime.http.app import CHANGE_PROBLEMS, api_router
from shared.runtime.http.changing import Changing
from shared.runtime.http.conditional import RequiredVersion

router: Final = api_router(prefix="/v1/incidents/{incident_id}/narrative", tags=["narratives"])


@router.get("", operation_id="get_narrative", summary="The texts of an incident")
async def get_narrative(request: Request, incident_id: IncidentIdInPath, caller: Caller) -> NarrativeShown:
    """The report's own words, and every reason given since, for those who handle the incident."""
    running = running_of(request)
    async with borrow(running.pool) as connection:
        incident, _ = await running.commands.state(connection, f"incident/{incident_id}")
        await admission(request, caller.subject, "incident:read-account")(connection, incident)
        texts = await vault_of(running.settings).read(connection, incident_id)
    account = incident.case.report.account.ref
    return NarrativeShown(
        incident_id=incident_id,
        narrative=next((each.text for each in texts if each.ref == account), ERASED),
        texts=tuple(TextShown.model_validate(each, from_attributes=True) for each in texts),
    )


@router.delete(
    "",
    operation_id="erase_narrative",
    summary="Erase the texts of an incident",
    response_model=IncidentShown,
    responses=CHANGE_PROBLEMS,
)
async def erase_narrative(
    request: Request, incident_id: IncidentIdInPath, changing: Changing, _version: RequiredVersion
) -> Response:
    """Destroys their key for ever. What was done and when stays, and the hashes that prove the texts."""
    command = EraseAccount(incident_id=incident_id, now=running_of(request).clock.now())
    admit = admission(request, changing.principal.subject, "incident:erase-account")
    return await changing.make(command, admit=admit, show=shown, also=erasing(incident_id))
