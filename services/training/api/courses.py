"""Courses over REST: what there is to be taken (F13, F16)."""

from typing import Annotated, Final

from fastapi import Path, Request, Response

from services.training.api.admission import of_group
from services.training.api.course_shapes import CourseShown, CourseVersion
from services.training.domain.course import Course, PublishCourse, RetireCourse, Retired, Unpublished
from services.training.queries import ALL_COURSES
from shared.events.base import Identifier
from shared.runtime.auth import Caller
from shared.runtime.database import borrow
from shared.runtime.http.app import CHANGE_PROBLEMS, api_router
from shared.runtime.http.changing import Changing
from shared.runtime.http.consistency import WaitFor
from shared.runtime.http.cursor import Page
from shared.runtime.http.problems import Problem
from shared.runtime.http.waiting import waited

router: Final = api_router(tags=["courses"])


@router.post(
    "/courses",
    status_code=201,
    operation_id="publish_course",
    summary="Publish a version of a course",
    response_model=CourseShown,
    responses=CHANGE_PROBLEMS,
)
async def publish_course(request: Request, body: CourseVersion, changing: Changing) -> Response:
    """The one to be taken from now on; who was assigned an earlier one takes that."""
    command = PublishCourse(**body.model_dump())
    admit = of_group(request, changing.principal, "course:publish")
    return await changing.make(command, admit=admit, show=_course, status=201)


@router.get("/courses", operation_id="list_courses", summary="The courses")
async def get_courses(request: Request, response: Response, caller: Caller, wait_for: WaitFor) -> Page[CourseShown]:
    """All of them, each in its latest version."""
    running = await waited(request, wait_for, "courses", response)
    async with borrow(running.pool) as connection:
        await of_group(request, caller, "course:read")(connection, None)
        rows = await ALL_COURSES.rows(connection)
    return Page[CourseShown](items=[CourseShown.model_validate(row, from_attributes=True) for row in rows])


@router.post(
    "/courses/{course_id}/retirement",
    operation_id="retire_course",
    summary="Retire a course",
    response_model=CourseShown,
    responses=CHANGE_PROBLEMS,
)
async def retire_course(
    request: Request, course_id: Annotated[Identifier, Path(description="The course's id.")], changing: Changing
) -> Response:
    """Nobody is assigned it any more; who has it still to take still takes it."""
    admit = of_group(request, changing.principal, "course:publish")
    return await changing.make(RetireCourse(course_id=course_id), admit=admit, show=_course)


def _course(course: Course, _version: int) -> CourseShown:
    if isinstance(course, Unpublished):
        raise Problem("not-found")
    return CourseShown.model_validate(course.latest.model_dump() | {"retired": isinstance(course, Retired)})
