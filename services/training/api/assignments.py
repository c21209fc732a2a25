"""Who takes which course, over REST: one's own to take, one's people's to follow, tests to record (F13, F16)."""

from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Request, Response

from services.training.api.admission import of_person, placed
from services.training.api.course_shapes import AssignmentShown, Attempt, CourseCompletionShown
from services.training.domain.assignment import Assignment, Completed, Unassigned, name
from services.training.domain.assignment_commands import RecordAttempt
from services.training.queries import ASSIGNMENTS_OF_PEOPLE, AssignmentFilter, course_completion_by_unit
from services.training.views.assignments import AssignmentRow
from shared.events.base import Identifier
from shared.events.training import CourseKind, FiscalYearLabel
from shared.law.calendar import business_date
from shared.organisation.directory import desk_of
from shared.organisation.listing import Listed
from shared.runtime.application import running_of
from shared.runtime.auth import Caller
from shared.runtime.database import borrow
from shared.runtime.http.app import CHANGE_PROBLEMS, api_router
from shared.runtime.http.changing import Changing
from shared.runtime.http.conditional import Known
from shared.runtime.http.cursor import Page
from shared.runtime.http.problems import Problem

router: Final = api_router(tags=["assignments"])
AssignmentIdInPath = Annotated[Identifier, Path(description="The id under which the course was assigned.")]


@router.get("/assignments", operation_id="list_assignments", summary="Assignments the caller may see")
async def get_assignments(listing: Listed, wanted: Annotated[AssignmentFilter, Depends()]) -> Page[AssignmentShown]:
    """One's own, and those of the people one answers for, in the order of their ids."""
    async with listing.seen("assignments", "assignment:read") as seen:
        rows = await ASSIGNMENTS_OF_PEOPLE.page(seen, wanted)
    return listing.shown(rows, ASSIGNMENTS_OF_PEOPLE.keys, of_row)


@router.get(
    "/assignments/{assignment_id}",
    operation_id="get_assignment",
    summary="One assignment",
    response_model=AssignmentShown,
)
async def get_assignment(request: Request, assignment_id: AssignmentIdInPath, caller: Caller, known: Known) -> Response:
    """As it stands now: a caller always reads his own write."""
    running = running_of(request)
    async with borrow(running.pool) as connection:
        assignment, version = await running.commands.state(connection, f"assignment/{assignment_id}")
        await of_person(request, caller, "assignment:read", _whose)(connection, assignment)
    return known.answer(version, lambda: shown_as(assignment, version))


@router.post(
    "/assignments/{assignment_id}/attempts",
    operation_id="record_attempt",
    summary="Record a graded test",
    response_model=AssignmentShown,
    responses=CHANGE_PROBLEMS,
)
async def record_attempt(
    request: Request, assignment_id: AssignmentIdInPath, body: Attempt, changing: Changing
) -> Response:
    """By the learning platform alone: nobody reports his own score. Passed, it completes the course."""
    running = running_of(request)
    now = running.clock.now()
    command = RecordAttempt(
        assignment_id=assignment_id,
        **await _place_of(request, assignment_id, body),
        **body.model_dump(exclude={"time"}),
        time=body.time or now,
        now=now,
    )
    admit = of_person(request, changing.principal, "assignment:grade", _whose)
    return await changing.make(command, admit=admit, show=shown_as, happened=body.time)


@router.get("/course-completion", operation_id="get_course_completion", summary="How many completed a course, by unit")
async def get_course_completion(
    request: Request,
    caller: Caller,
    fy: Annotated[FiscalYearLabel, Query(examples=["FY2017"])],
    course_kind: Annotated[CourseKind, Query(examples=["ANNUAL_ONLINE"])],
) -> Page[CourseCompletionShown]:
    """Of the units the caller may see, as the people were placed when assigned or when they completed it."""
    running = running_of(request)
    async with borrow(running.pool) as connection:
        scope = await desk_of(request).scope(connection, caller.subject, "assignment:read", running.clock.today())
        rows = await course_completion_by_unit(connection, scope, fy, course_kind)
    items = [CourseCompletionShown(fy=fy, course_kind=course_kind, **row) for row in rows]
    return Page[CourseCompletionShown](items=items)


async def _place_of(request: Request, assignment_id: str, attempt: Attempt) -> dict[str, Any]:
    """Where the person was on the day of the test."""
    running = running_of(request)
    async with borrow(running.pool) as connection:
        assignment, _ = await running.commands.state(connection, f"assignment/{assignment_id}")
    person_id, day = _whose(assignment), business_date(attempt.time or running.clock.now())
    return await placed(request, person_id, day) if person_id else {}


def _whose(assignment: Assignment) -> str | None:
    return None if isinstance(assignment, Unassigned) else assignment.task.person_id


def shown_as(assignment: Assignment, _version: int) -> AssignmentShown:
    if isinstance(assignment, Unassigned):
        raise Problem("not-found")
    tests = assignment.graded
    done = assignment.completion if isinstance(assignment, Completed) else None
    return AssignmentShown.model_validate(
        assignment.task.model_dump()
        | {
            "state": name(assignment),
            "attempts": len(tests),
            "score": tests[-1].score if tests else None,
            "completed_at": done.completed_at if done else None,
        }
    )


def of_row(row: AssignmentRow) -> AssignmentShown:
    return AssignmentShown.model_validate(row, from_attributes=True)
