"""The yearly online training over REST: the promotion office's side (F13, F14)."""

from typing import Final

from fastapi import Request, Response

from services.training.api.admission import of_group
from services.training.api.course_shapes import TrainingCampaignShown, TrainingPlan
from services.training.domain.course import Published
from services.training.domain.training_campaign import PlanTrainingCampaign, TrainingCampaign
from services.training.domain.yearly import Open, Unplanned
from services.training.queries import ALL_TRAINING_CAMPAIGNS
from shared.events.training import CoursePublished
from shared.runtime.application import running_of
from shared.runtime.auth import Caller
from shared.runtime.database import borrow
from shared.runtime.http.app import CHANGE_PROBLEMS, api_router
from shared.runtime.http.changing import Changing
from shared.runtime.http.consistency import WaitFor
from shared.runtime.http.cursor import Page
from shared.runtime.http.problems import Problem
from shared.runtime.http.waiting import waited
from shared.runtime.service import Running

router: Final = api_router(tags=["campaigns"])


@router.post(
    "/training-campaigns",
    status_code=201,
    operation_id="plan_training_campaign",
    summary="Plan the online training of a fiscal year",
    response_model=TrainingCampaignShown,
    responses=CHANGE_PROBLEMS,
)
async def plan_training_campaign(request: Request, body: TrainingPlan, changing: Changing) -> Response:
    """Of a published course. It opens by itself on `opens_on` at 00:05 in Japan, at once where that is past (F13)."""
    running = running_of(request)
    admit = of_group(request, changing.principal, "training-campaign:plan")
    async with borrow(running.pool) as connection:
        await admit(connection, None)
    course = await _course(running, body.course_id, body.course_version)
    command = PlanTrainingCampaign(
        **body.model_dump(), course_kind=course.course_kind, pass_mark=course.pass_mark, today=running.clock.today()
    )
    return await changing.make(command, admit=admit, show=_campaign, status=201)


@router.get(
    "/training-campaigns", operation_id="list_training_campaigns", summary="The training campaigns of all years"
)
async def get_training_campaigns(
    request: Request, response: Response, caller: Caller, wait_for: WaitFor
) -> Page[TrainingCampaignShown]:
    """All of them, oldest first."""
    running = await waited(request, wait_for, "training_campaigns", response)
    async with borrow(running.pool) as connection:
        await of_group(request, caller, "training-campaign:read")(connection, None)
        rows = await ALL_TRAINING_CAMPAIGNS.rows(connection)
    items = [TrainingCampaignShown.model_validate(row, from_attributes=True) for row in rows]
    return Page[TrainingCampaignShown](items=items)


async def _course(running: Running, course_id: str, version: int) -> CoursePublished:
    """The course in the version that is to be taken now. Raises Problem 422 that points at what is wrong."""
    async with borrow(running.pool) as connection:
        course, _ = await running.commands.state(connection, f"course/{course_id}")
    if not isinstance(course, Published):
        errors = [{"pointer": "/course_id", "detail": "is no course that is published"}]
        raise Problem("course-unknown", errors=errors)
    if course.latest.version != version:
        errors = [{"pointer": "/course_version", "detail": f"is not the latest, which is {course.latest.version}"}]
        raise Problem("course-unknown", errors=errors)
    return course.latest


def _campaign(campaign: TrainingCampaign, _version: int) -> TrainingCampaignShown:
    if isinstance(campaign, Unplanned):
        raise Problem("not-found")
    return TrainingCampaignShown(**campaign.planned.model_dump(), open=isinstance(campaign, Open))
