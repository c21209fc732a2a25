"""Handbooks over REST: what somebody was handed, and that he has it (F16)."""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Path, Request, Response

from services.training.api.admission import of_person
from services.training.api.course_shapes import Acknowledgement, HandbookShown, HandbooksShown
from services.training.domain.handbook import AcknowledgeHandbook, Handed
from shared.events.base import PersonId
from shared.runtime.application import running_of
from shared.runtime.auth import Caller
from shared.runtime.database import borrow
from shared.runtime.http.app import CHANGE_PROBLEMS, api_router
from shared.runtime.http.changing import Changing

router: Final = api_router(tags=["handbooks"])
PersonIdInPath = Annotated[PersonId, Path(description="Whose they are.")]


@router.get("/handbooks/{person_id}", operation_id="get_handbooks", summary="What a person was handed")
async def get_handbooks(request: Request, person_id: PersonIdInPath, caller: Caller) -> HandbooksShown:
    """As it stands now; nothing, where he was handed nothing."""
    running = running_of(request)
    async with borrow(running.pool) as connection:
        await of_person(request, caller, "handbook:read", lambda _handed: person_id)(connection, None)
        handed, version = await running.commands.state(connection, f"handbook/{person_id}")
    return _handbooks(person_id)(handed, version)


@router.post(
    "/handbooks/{person_id}/acknowledgement",
    operation_id="acknowledge_handbook",
    summary="Confirm that one has it",
    response_model=HandbooksShown,
    responses=CHANGE_PROBLEMS,
)
async def acknowledge_handbook(
    request: Request, person_id: PersonIdInPath, body: Acknowledgement, changing: Changing
) -> Response:
    """Only the person himself, and only what he was handed."""
    command = AcknowledgeHandbook(
        person_id=person_id, acknowledged_by=changing.principal.person_id or "nobody", **body.model_dump()
    )
    admit = of_person(request, changing.principal, "handbook:acknowledge", lambda _handed: person_id)
    return await changing.make(command, admit=admit, show=_handbooks(person_id))


def _handbooks(person_id: str) -> Callable[[Handed, int], HandbooksShown]:
    def show(handed: Handed, _version: int) -> HandbooksShown:
        held = [
            HandbookShown(document_id=each[0], version=each[1], acknowledged=each in handed.acknowledged)
            for each in sorted(handed.versions)
        ]
        return HandbooksShown(person_id=person_id, handbooks=held)

    return show
