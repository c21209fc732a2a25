"""A request that changes something: from its headers and command to its answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import Depends, Request, Response
from pydantic import BaseModel

from shared.decider import Command
from shared.runtime.application import running_of
from shared.runtime.auth import Caller, Principal
from shared.runtime.database import Connection, transaction
from shared.runtime.http.conditional import IfMatch, etag, expected_version
from shared.runtime.http.idempotency import REPLAYED, IdempotencyKey, claimed
from shared.runtime.http.problems import Problem
from shared.runtime.service import Running
from shared.runtime.watching.telemetry import current_traceparent
from shared.runtime.writing.commands import Also, KeyReused, VersionMismatch
from shared.runtime.writing.commands import Request as CommandRequest
from shared.runtime.writing.event_store import Answer, Claim, Conflict, EventTooLarge, append, load
from shared.runtime.writing.origin import Given, Origin

S = TypeVar("S")
Admit = Callable[[Connection, S], Awaitable[None]]
Show = Callable[[S, int], BaseModel]
_RETRY = {"Retry-After": "1"}


@dataclass(frozen=True, slots=True)
class Change:
    """One changing request: who asks, under which key, decided on which version."""

    running: Running
    principal: Principal
    claim: Claim
    expected: int | None

    async def make(
        self,
        command: Command,
        *,
        admit: Admit[Any],
        show: Show[Any],
        status: int = 200,
        location: str | None = None,
        happened: datetime | None = None,
        also: Also | None = None,
    ) -> Response:
        """Give the command and answer with what it made; a repeat is answered as the first time.

        `happened` is when it came about, if not now; `also` is written in one transaction with the events.
        Raises Rejected and Problem.
        """

        def answer(state: Any, version: int) -> Answer:
            headers = {"ETag": etag(version), "Consistency-Token": f"{command.stream}:{version}"}
            if location is not None:
                headers["Location"] = location
            return Answer(status, orjson.dumps(show(state, version).model_dump(mode="json")), headers)

        request = CommandRequest(self.claim, admit, answer, self.expected, also)
        origin = Origin(self.principal.subject, time=happened, traceparent=current_traceparent())
        try:
            made = await self.running.commands.execute(self.running.pool, Given(command, origin), request)
        except (KeyReused, VersionMismatch, EventTooLarge, Conflict) as refusal:
            raise _problem(refusal) from refusal
        return Response(made.body, made.status, made.headers, "application/json")

    async def once(self, work: Callable[[Connection], Awaitable[BaseModel]], *, status: int = 200) -> Response:
        """Do work that no aggregate decides, in one transaction with its answer; a repeat only gets the answer."""
        try:
            async with transaction(self.running.pool) as connection:
                known = await load(connection, "", self.claim)
                if known.replayed is not None:
                    return _replayed(known.replayed, known.claimed_for == self.claim.request_hash)
                body = orjson.dumps((await work(connection)).model_dump(mode="json"))
                now = self.running.clock.now()
                await append(connection, [], claim=self.claim, answer=Answer(status, body, {}), recorded_at=now)
        except Conflict as conflict:
            raise _problem(conflict) from conflict
        return Response(body, status, None, "application/json")


async def change(request: Request, caller: Caller, key: IdempotencyKey, _: IfMatch = None) -> Change:
    """The headers of a changing request, checked."""
    claim = await claimed(request, caller.subject, key)
    return Change(running_of(request), caller, claim, expected_version(request))


Changing = Annotated[Change, Depends(change)]


def _replayed(answer: Answer, same_request: bool) -> Response:
    if not same_request:
        raise Problem("idempotency-key-reused")
    return Response(answer.body, answer.status, {**answer.headers, **REPLAYED}, "application/json")


def _problem(refusal: KeyReused | VersionMismatch | EventTooLarge | Conflict) -> Problem:
    match refusal:
        case KeyReused():
            return Problem("idempotency-key-reused")
        case VersionMismatch():
            return Problem("stale-version", errors=[{"header": "If-Match", "code": "stale", "detail": str(refusal)}])
        case EventTooLarge():
            return Problem("content-too-large", str(refusal))
        case _:
            return Problem("in-progress", headers=_RETRY)
