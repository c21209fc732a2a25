"""What a person has still to do, over REST: pledges to sign and courses to take."""

from typing import Final

from fastapi import Request

from services.training.api.admission import of_person
from services.training.api.course_shapes import AssignmentShown, CourseDuty, Duties, PledgeDuty
from services.training.api.shapes import PledgeShown
from services.training.queries import open_duties
from services.training.views.assignments import AssignmentRow
from services.training.views.pledges import PledgeRow
from shared.events.base import Identifier
from shared.runtime.application import running_of
from shared.runtime.auth import Caller
from shared.runtime.database import borrow
from shared.runtime.http.app import api_router

router: Final = api_router(tags=["duties"])


@router.get("/people/{person_id}/duties", operation_id="list_duties", summary="What a person has still to do")
async def get_duties(request: Request, person_id: Identifier, caller: Caller) -> Duties:
    """Pledges to sign and courses to take, told apart by `kind`; those due first first."""
    running = running_of(request)
    async with borrow(running.pool) as connection:
        for action in ("pledge:read", "assignment:read"):
            await of_person(request, caller, action, lambda _nothing: person_id)(connection, None)
        rows = await open_duties(connection, person_id)
    return Duties(items=[_duty(row) for row in rows])


def _duty(row: PledgeRow | AssignmentRow) -> PledgeDuty | CourseDuty:
    if isinstance(row, PledgeRow):
        return PledgeDuty(kind="pledge", **PledgeShown.model_validate(row, from_attributes=True).model_dump())
    return CourseDuty(kind="course", **AssignmentShown.model_validate(row, from_attributes=True).model_dump())
