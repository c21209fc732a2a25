"""Tasks over REST: what is somebody's to do, over all services."""

from typing import Annotated, Final

from fastapi import Query, Request, Response

from services.notifier.api.shapes import TaskKind, TaskShown
from services.notifier.queries import TaskRow, list_tasks
from services.notifier.templates import path_of
from shared.events.base import Identifier
from shared.organisation.directory import desk_of
from shared.runtime.auth import Caller
from shared.runtime.database import borrow
from shared.runtime.http.app import api_router
from shared.runtime.http.consistency import WaitFor
from shared.runtime.http.cursor import Page, Paging
from shared.runtime.http.problems import Problem
from shared.runtime.http.waiting import waited

router: Final = api_router(tags=["tasks"])
KINDS: Final[dict[str, TaskKind]] = {
    "inspection": "inspect",
    "slip": "name-custodian",
    "pledge": "sign-pledge",
    "assignment": "complete-training",
    "obligation": "report-incident",
}


@router.get("/tasks", operation_id="list_tasks", summary="What a person has to do, over all services")
async def get_tasks(
    request: Request,
    response: Response,
    caller: Caller,
    page: Paging,
    wait_for: WaitFor,
    person: Annotated[Identifier | None, Query(description="Whose; without it one's own.")] = None,
) -> Page[TaskShown]:
    """What is asked of the person, what he is in charge of, and what waits for the seats he holds; due first first."""
    running = await waited(request, wait_for, "matters", response)
    today, whose = running.clock.today(), person or caller.person_id
    if whose is None:
        raise Problem("forbidden", "a program has nothing to do: ask for a `person`")
    async with borrow(running.pool) as connection:
        await desk_of(request).admit_to_person(connection, caller.subject, "task:read", whose, today)
        rows = await list_tasks(connection, whose, today, page)
    return page.shown(rows, lambda row: row.keys, _shown, response)


def _shown(row: TaskRow) -> TaskShown:
    matter = row.matter
    about = matter.parent if matter.kind == "obligation" and matter.parent else matter.matter
    return TaskShown(
        task=KINDS[matter.kind],
        matter=about,
        reference=row.reference,
        company_id=matter.company_id,
        org_unit_id=matter.org_unit_id,
        due_date=matter.due_date,
        due_at=matter.due_at,
        overdue=matter.overdue,
        link=path_of(about),
    )
