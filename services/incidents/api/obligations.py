"""Obligations over REST: who must still hear of which incident, and by when."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import Query, Request, Response

from services.incidents.api.shapes import ClockShown
from services.incidents.queries import keys_of, list_obligations
from services.incidents.views.clock import ClockRow
from shared.organisation.directory import desk_of
from shared.runtime.auth import Caller
from shared.runtime.database import borrow
from shared.runtime.http.app import api_router
from shared.runtime.http.consistency import WaitFor
from shared.runtime.http.cursor import Page, Paging
from shared.runtime.http.waiting import waited

router: Final = api_router(tags=["obligations"])


@router.get("/obligations", operation_id="list_obligations", summary="Obligations to report, by deadline")
async def get_obligations(
    request: Request,
    response: Response,
    caller: Caller,
    page: Paging,
    wait_for: WaitFor,
    open: Annotated[bool | None, Query(description="Only those still awaited, or only the others.")] = None,  # noqa: A002 - the parameter's name
) -> Page[ClockShown]:
    """Of the incidents the caller may see; what has no fixed deadline comes last."""
    running = await waited(request, wait_for, "obligation_clock", response)
    async with borrow(running.pool) as connection:
        scope = await desk_of(request).scope(connection, caller.subject, "incident:read", running.clock.today())
        rows = await list_obligations(connection, scope, open, page)
    found, cursor = page.cut(rows, keys_of, response)
    now = running.clock.now()
    return Page[ClockShown](items=[_shown(row, now) for row in found], next_cursor=cursor)


def _shown(row: ClockRow, now: datetime) -> ClockShown:
    remaining = int((row.due_at - now).total_seconds()) if row.due_at else None
    return ClockShown.model_validate(vars(row) | {"remaining_seconds": remaining})
