"""Obligations over REST: who must still hear of which incident, and by when."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from fastapi import Query

from services.incidents.api.shapes import ClockShown
from services.incidents.queries import keys_of, list_obligations
from services.incidents.views.clock import ClockRow
from shared.organisation.listing import Listed
from shared.runtime.application import running_of
from shared.runtime.http.app import api_router
from shared.runtime.http.cursor import Page

router: Final = api_router(tags=["obligations"])


@router.get("/obligations", operation_id="list_obligations", summary="Obligations to report, by deadline")
async def get_obligations(
    listing: Listed,
    open: Annotated[bool | None, Query(description="Only those still awaited, or only the others.")] = None,  # noqa: A002 - the parameter's name
) -> Page[ClockShown]:
    """Of the incidents the caller may see; what has no fixed deadline comes last."""
    async with listing.seen("obligation_clock", "incident:read") as seen:
        rows = await list_obligations(seen, open)
    now = running_of(listing.request).clock.now()
    return listing.shown(rows, keys_of, lambda row: _shown(row, now))


def _shown(row: ClockRow, now: datetime) -> ClockShown:
    remaining = int((row.due_at - now).total_seconds()) if row.due_at else None
    return ClockShown.model_validate(msgspec.structs.asdict(row) | {"remaining_seconds": remaining})
