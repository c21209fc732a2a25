"""`/v1/replays`: work a period out again from the log, and watch it being done."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.audit.access import READ_REPLAY, REPLAY
from services.audit.api.asking import Asker, Asking
from services.audit.domain.rulebook import RULES
from services.audit.replay import store
from services.audit.replay.order import ReplayOrder, replay_id
from services.audit.replay.store import Replay
from shared.law.rule_pack import STANDARD, UnknownParameter, UnknownRulePack, rule_pack
from shared.runtime.database import borrow
from shared.runtime.http.app import CHANGE_PROBLEMS, api_router
from shared.runtime.http.body import RequestModel
from shared.runtime.http.idempotency import REPLAYED, IdempotencyKey, claimed
from shared.runtime.http.problems import Problem

router = api_router(tags=["replays"])
WATCH_EVERY = 0.25


class ReplayRequest(RequestModel):
    """A period that has ended, and how to read it."""

    begins: date = Field(alias="from", examples=["2016-04-01"])
    until: date = Field(alias="to", description="Inclusive", examples=["2017-03-31"])
    known_at: AwareDatetime | None = Field(default=None, description="Only what the log held at this instant")
    rule_pack: str = Field(default=STANDARD.name, max_length=64)
    source: Literal["archive", "kafka"] = Field(default="archive", description="Where to read the events from")


class ReplayState(BaseModel):
    """How far a replay is, and what it came to."""

    model_config = ConfigDict(populate_by_name=True)

    replay_id: UUID
    state: str = Field(description="queued, running, done, failed or cancelled", examples=["done"])
    begins: date = Field(alias="from")
    until: date = Field(alias="to")
    known_at: datetime | None
    rule_pack: str
    source: str
    requested_by: str
    requested_at: datetime
    progress: dict[str, Any] | None = Field(description="events, total, subjects, seconds, events_per_second")
    digest: str | None = Field(default=None, description="SHA-256 over the result's rows in RFC 8785 form")
    result: dict[str, Any] | None = Field(default=None, description="positions read, and the compliance table at `to`")


@router.post(
    "/replays",
    operation_id="start_replay",
    summary="Work a period out again",
    status_code=202,
    responses=CHANGE_PROBLEMS,
    response_model_by_alias=True,
)
async def start_replay(
    request: Request, response: Response, asker: Asking, asked: ReplayRequest, key: IdempotencyKey
) -> ReplayState:
    """Replays wait for each other. The `Location` shows the progress and, in the end, the result."""
    order = ReplayOrder(asked.begins, asked.until, asked.known_at, asked.rule_pack, asked.source)
    _check(asker, order)
    claim = await claimed(request, asker.principal.subject, key)
    name = replay_id(claim.principal, claim.key)
    async with borrow(asker.running.pool) as connection:
        await asker.admit(connection, REPLAY)
        before = await store.find(connection, name)
        now = asker.running.clock.now()
        replay = await store.queue(connection, name, order, claim.request_hash, claim.principal, now)
    if replay.request_hash != claim.request_hash:
        raise Problem("idempotency-key-reused")
    response.headers.update({"Location": f"/v1/replays/{name}", **(REPLAYED if before else {})})
    return _shown(replay)


@router.get(
    "/replays/{replay_id}",
    operation_id="show_replay",
    summary="How far a replay is, and what it came to",
    response_model_by_alias=True,
)
async def show_replay(asker: Asking, replay_id: UUID) -> ReplayState:
    """While it runs, the progress; when it is done, the digest and the compliance table at the end of the period."""
    return _shown(await _find(asker, replay_id, READ_REPLAY))


@router.delete(
    "/replays/{replay_id}",
    operation_id="cancel_replay",
    summary="Stop a replay",
    status_code=204,
)
async def cancel_replay(asker: Asking, replay_id: UUID) -> None:
    """One that is over stays as it is."""
    await _find(asker, replay_id, REPLAY)
    async with borrow(asker.running.pool) as connection:
        await store.cancel(connection, replay_id)


async def _watched(asker: Asking, replay_id: UUID) -> Replay:
    return await _find(asker, replay_id, READ_REPLAY)


@router.get("/replays/{replay_id}/events", response_class=EventSourceResponse, include_in_schema=False)
async def watch_replay(
    asker: Asking,
    replay: Annotated[Replay, Depends(_watched)],
    last: Annotated[int, Header(alias="Last-Event-ID", ge=0)] = 0,
) -> AsyncIterator[ServerSentEvent]:
    """The progress as it is noted, from after `Last-Event-ID` on, until the replay is over."""
    while True:
        async with borrow(asker.running.pool) as connection:
            over = await store.state(connection, replay.replay_id) in store.OVER
            told = await store.told_after(connection, replay.replay_id, last)
        for number, progress in told:
            yield ServerSentEvent(data=progress, event="progress", id=str(number))
            last = number
        if over and not told:
            return
        await asyncio.sleep(WATCH_EVERY)


async def _find(asker: Asker, replay_id: UUID, action: str) -> Replay:
    async with borrow(asker.running.pool) as connection:
        await asker.admit(connection, action)
        replay = await store.find(connection, replay_id)
    if replay is None:
        raise Problem("not-found")
    return replay


def _check(asker: Asker, order: ReplayOrder) -> None:
    """Raises Problem 422."""
    if order.begins > order.until:
        raise Problem("period-reversed")
    if order.until >= asker.today:
        raise Problem("period-not-ended", f"{order.until} is not over yet: today is {asker.today}")
    asker.not_in_the_future(instant=order.known_at)
    try:
        for rule in RULES:
            rule_pack(order.rule_pack).threshold(rule, order.until)
    except (UnknownRulePack, UnknownParameter) as unknown:
        raise Problem("unknown-rule-pack", str(unknown)) from unknown


def _shown(replay: Replay) -> ReplayState:
    order, result = replay.order, replay.result or {}
    return ReplayState(
        replay_id=replay.replay_id,
        state=replay.state,
        begins=order.begins,
        until=order.until,
        known_at=order.known_at,
        rule_pack=order.rule_pack,
        source=order.source,
        requested_by=replay.requested_by,
        requested_at=replay.requested_at,
        progress=replay.progress,
        digest=result.get("digest"),
        result=replay.result,
    )
