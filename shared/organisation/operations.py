"""What every service offers its operators: what is parked, what waits for somebody not known yet, rebuilds."""

from typing import Annotated, Any, Final

from fastapi import Request, Response
from pydantic import BaseModel, Field

from shared.events.base import SafeText
from shared.events.hr import Role
from shared.law.national_id import redact
from shared.organisation.access import Allow, Relation, Resource
from shared.organisation.directory import desk_of
from shared.organisation.organisation import Waiting
from shared.runtime.application import running_of
from shared.runtime.auth import Caller, Principal
from shared.runtime.database import Connection, borrow
from shared.runtime.http.app import api_router
from shared.runtime.http.body import RequestModel
from shared.runtime.http.changing import Changing
from shared.runtime.http.cursor import Page, Paging
from shared.runtime.http.problems import Problem
from shared.runtime.reading.parked import ParkedStream, Released, discard, list_parked, retry
from shared.runtime.reading.rebuild import RebuildRunning, rebuild
from shared.runtime.service import Running

OPERATORS: Final = tuple(
    Allow(action, role, Relation.COMPANY)
    for action in ("operation:read", "operation:decide")
    for role in (Role.PIP_OFFICE, Role.CISO_OFFICE, Role.INTERNAL_SYSTEM)
)
"""Part of every service's access table. Only who holds the role for the whole group reaches what belongs to nobody."""

_EVERYTHING: Final = Resource()


class ParkedItem(BaseModel):
    """A stream of one subscription that waits since a record of it could not be used."""

    subscription: str = Field(examples=["reactions"])
    stream: str = Field(examples=["person/P7F3K2"])
    reason: str = Field(examples=["invalid-data"])
    detail: str = Field(examples=["hr.EmployeeHired.v1: /effective_date Field required"])
    records: int = Field(examples=[2], description="How many records stand in line.")
    since: str = Field(examples=["2016-04-01T00:05:00Z"])


class Discard(RequestModel):
    reason: Annotated[SafeText, Field(min_length=1, max_length=500, examples=["sent twice by mistake, HR ticket 4711"])]


class ReleasedStream(BaseModel):
    """What a retry or a discard came to, over all subscriptions that had parked the stream."""

    applied: int = Field(examples=[3])
    discarded: int = Field(examples=[1])
    still_parked: int = Field(examples=[0])


class Rebuilt(BaseModel):
    view: str = Field(examples=["pledges"])
    rows: int = Field(examples=[480])


class WaitingItem(BaseModel):
    """A message of the HR system that names somebody or something nobody has told us of yet."""

    subject: str = Field(examples=["person/P9Z"])
    type: str = Field(examples=["hr.EmployeeTransferred.v1"])
    event_id: str
    effective: str = Field(examples=["2016-10-01"])
    missing: list[str] = Field(examples=[["unit/C01-D99"]])


router: Final = api_router(tags=["operation"])
"""The same routes for every service."""


async def admit(request: Request, principal: Principal, action: str) -> Running:
    running = running_of(request)
    async with borrow(running.pool) as connection:
        await desk_of(request).admit(connection, principal.subject, action, _EVERYTHING, running.clock.today())
    return running


@router.get("/parked", operation_id="list_parked", summary="Streams that wait for a decision")
async def list_all(request: Request, response: Response, principal: Caller, page: Paging) -> Page[ParkedItem]:
    """Streams of which a record could not be read or folded; all others go on."""
    running = await admit(request, principal, "operation:read")
    subscription, stream = map(str, page.beginning("", ""))
    async with borrow(running.pool) as connection:
        found = await list_parked(connection, (subscription, stream), page.fetch)
    return page.shown(found, lambda each: (each.subscription, each.stream), _shown, response)


@router.post(
    "/parked/{stream:path}/retry",
    operation_id="retry_parked",
    summary="Try a parked stream again",
    response_model=ReleasedStream,
)
async def retry_stream(request: Request, stream: str, changing: Changing) -> Response:
    """Everything parked of the stream is tried again, in order."""
    running = await admit(request, changing.principal, "operation:decide")

    async def work(connection: Connection) -> ReleasedStream:
        return _summed([await retry(connection, each, stream) for each in await _holding(running, connection, stream)])

    answer = await changing.once(work)
    running.relay.wake()
    return answer


@router.post(
    "/parked/{stream:path}/discard",
    operation_id="discard_parked",
    summary="Let go of what is unreadable",
    response_model=ReleasedStream,
)
async def discard_stream(request: Request, stream: str, body: Discard, changing: Changing) -> Response:
    """Records that can never be read are let go of, with a reason; the rest of the stream is tried again."""
    running = await admit(request, changing.principal, "operation:decide")
    told: dict[str, Any] = {
        "why": body.reason, "actor": changing.principal.subject, "at": running.clock.now()
    }  # fmt: skip

    async def work(connection: Connection) -> ReleasedStream:
        holding = await _holding(running, connection, stream)
        return _summed([await discard(connection, each, stream, **told) for each in holding])

    answer = await changing.once(work)
    running.relay.wake()
    return answer


@router.get("/waiting", operation_id="list_waiting", summary="HR messages that name somebody not known yet")
async def list_waiting(request: Request, response: Response, principal: Caller, page: Paging) -> Page[WaitingItem]:
    """They are kept in the history without effect, and take effect when what they name becomes known."""
    running = await admit(request, principal, "operation:read")
    async with borrow(running.pool) as connection:
        known = await desk_of(request).directory.of_kinds(connection, "person", "unit", "company", "client")
    after = page.beginning("", "")
    found = sorted((each for each in known.waiting() if _mark(each) > after), key=_mark)
    return page.shown(found, _mark, _waiting, response)


@router.post(
    "/views/{view}/rebuild",
    operation_id="rebuild_view",
    summary="Build a view anew beside the live one",
    response_model=Rebuilt,
)
async def rebuild_view(request: Request, view: str, changing: Changing) -> Response:
    """Reads the log from its beginning and switches when it has caught up; reads are never empty meanwhile."""
    running = await admit(request, changing.principal, "operation:decide")
    found = next((each for each in running.service.views if each.name == view), None)
    if found is None:
        raise Problem("not-found", f"there is no view {view[:64]!r}")
    try:
        rebuilt = Rebuilt(view=view, rows=await rebuild(running, found))
    except RebuildRunning as running_already:
        raise Problem("in-progress", "somebody else is building this view anew") from running_already

    async def told(_: Connection) -> Rebuilt:
        return rebuilt

    return await changing.once(told)


async def _holding(running: Running, connection: Connection, stream: str) -> list[Any]:
    rows = await connection.fetch("SELECT DISTINCT subscription FROM parked WHERE stream = $1 ORDER BY 1", stream)
    if not rows:
        raise Problem("not-found", "nothing of this stream is parked")
    known = {name: each.intake for name, each in running.subscriptions.items()}
    return [known[row["subscription"]] for row in rows if row["subscription"] in known]


def _mark(waiting: Waiting) -> tuple[str, str]:
    return (waiting.subject, waiting.fact.id)


def _waiting(waiting: Waiting) -> WaitingItem:
    return WaitingItem(
        subject=waiting.subject,
        type=waiting.fact.type,
        event_id=waiting.fact.id,
        effective=waiting.fact.effective.isoformat(),
        missing=list(waiting.missing),
    )


def _summed(released: list[Released]) -> ReleasedStream:
    return ReleasedStream(
        applied=sum(each.applied for each in released),
        discarded=sum(each.discarded for each in released),
        still_parked=sum(each.still_parked for each in released),
    )


def _shown(parked: ParkedStream) -> ParkedItem:
    return ParkedItem(
        subscription=parked.subscription,
        stream=redact(parked.stream),
        reason=parked.reason,
        detail=redact(parked.detail),
        records=parked.records,
        since=parked.since.isoformat(),
    )
