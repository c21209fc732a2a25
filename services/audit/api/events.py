"""`/v1/events`: the auditor's reading of the log, as the archive holds it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

import orjson
from fastapi import Depends, Query, Response
from pydantic import BaseModel, Field

from services.audit.access import READ_LOG
from services.audit.api.asking import Asking
from services.audit.redaction import redacted
from shared.law.calendar import end_of_day, start_of_day
from shared.law.national_id import redact
from shared.runtime.database import borrow
from shared.runtime.http.app import api_router
from shared.runtime.http.cursor import Page, Paging
from shared.runtime.http.problems import Problem

router = api_router(tags=["events"])

_READ = """
SELECT leaf_index, topic, partition, "offset", broker_time, key, value, leaf_hash, duplicate FROM leaf
 WHERE leaf_index > $1 AND ($2::timestamptz IS NULL OR coalesce("time", broker_time) >= $2)
   AND ($3::timestamptz IS NULL OR coalesce("time", broker_time) < $3)
   AND ($4::text IS NULL OR type = $4) AND ($5::text IS NULL OR subject = $5)
 ORDER BY leaf_index LIMIT $6
"""


class ArchivedEvent(BaseModel):
    """A record of the log with its place. What looks like a National ID number is not shown."""

    leaf_index: int = Field(description="Its place in the archive, dense from 0")
    topic: str = Field(examples=["hr.events"])
    partition: int
    offset: int
    broker_time: datetime
    leaf_hash: str = Field(description="SHA-256, hexadecimal")
    duplicate: bool = Field(description="The same event stands at an earlier place")
    event: dict[str, Any] | None = Field(description="The CloudEvents document; null if it is not JSON")
    raw: str | None = Field(default=None, description="What stands there instead of a document")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records: happened from `since` to before `end`, of a kind, about a subject."""

    since: datetime | None
    end: datetime | None
    kind: str | None
    subject: str | None


async def wanted(
    begins: Annotated[date | None, Query(alias="from", description="First day on which it happened.")] = None,
    until: Annotated[date | None, Query(alias="to", description="Last day on which it happened, inclusive.")] = None,
    kind: Annotated[str | None, Query(alias="type", max_length=200, examples=["hr.EmployeeHired.v1"])] = None,
    subject: Annotated[str | None, Query(max_length=200, examples=["person/P7F3K2"])] = None,
) -> Wanted:
    """Raises Problem 422."""
    if begins and until and begins > until:
        raise Problem("period-reversed")
    since = start_of_day(begins) if begins else None
    return Wanted(since, end_of_day(until) if until else None, kind, subject)


@router.get("/events", operation_id="list_events", summary="The log as the archive holds it")
async def list_events(
    asker: Asking, page: Paging, response: Response, wanted: Annotated[Wanted, Depends(wanted)]
) -> Page[ArchivedEvent]:
    """In the order of arrival. Days are those of the event's `time` in Japan; of what has none, the broker's."""
    after = page.beginning(-1)[0]
    async with borrow(asker.running.pool) as connection:
        await asker.admit(connection, READ_LOG)
        rows = await connection.fetch(_READ, after, wanted.since, wanted.end, wanted.kind, wanted.subject, page.fetch)
    return page.shown(rows, lambda row: (row["leaf_index"],), _event, response)


def _event(row: Any) -> ArchivedEvent:
    document = _document(row["value"])
    raw = None if document is not None or row["value"] is None else redact(row["value"].decode(errors="replace"))
    return ArchivedEvent(
        leaf_index=row["leaf_index"],
        topic=row["topic"],
        partition=row["partition"],
        offset=row["offset"],
        broker_time=row["broker_time"],
        leaf_hash=row["leaf_hash"].hex(),
        duplicate=row["duplicate"],
        event=document,
        raw=raw,
    )


def _document(value: bytes | None) -> dict[str, Any] | None:
    try:
        document = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        return None
    return redacted(document) if isinstance(document, dict) else None
