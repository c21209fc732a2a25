"""From a command to committed events: load, decide, append. The only way anything is ever written.

`execute` serves one request; `dispatch` serves a batch of reactions or timers inside the caller's transaction.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Generic, Protocol, TypeVar

import structlog

from shared.decider import Command, Rejected
from shared.events.codec import Recorded
from shared.runtime.clock import Clock
from shared.runtime.database import Connection, Pool, borrow
from shared.runtime.watching.instruments import REJECTED
from shared.runtime.writing import event_store
from shared.runtime.writing.aggregates import Aggregate, Aggregates, Standing
from shared.runtime.writing.event_store import Answer, Claim, Conflict, Due, Loaded, NewEvent, check_sizes
from shared.runtime.writing.origin import Given

S = TypeVar("S")

ATTEMPTS: Final = 5
log = structlog.get_logger()


class KeyReused(Exception):  # noqa: N818 - becomes a 422
    """The idempotency key was used before, for another request."""


class Undecided(Exception):  # noqa: N818 - says whose command a bug of ours met
    """An aggregate failed on a command of a batch, or told more than a record holds: a bug. The cause says which."""

    def __init__(self, given: Given, cause: Exception) -> None:
        super().__init__(f"{type(given.command).__name__} on {given.command.stream}: {type(cause).__name__}: {cause}")
        self.given = given
        self.cause = cause


class VersionMismatch(Exception):  # noqa: N818 - becomes a 412
    """The caller decided on a version of the stream that is no longer the last."""


Also = Callable[[Connection], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Request(Generic[S]):
    """What a REST request adds to its command.

    `admit` refuses a caller who may not; `answer` renders the state after the decision; `expected` is If-Match;
    `also` writes what belongs to the events and may not be in them, in one transaction with them: again when others
    were first, and not at all when nothing follows from the command.
    """

    claim: Claim | None
    admit: Callable[[Connection, S], Awaitable[None]]
    answer: Callable[[S, int], Answer]
    expected: int | None = None
    also: Also | None = None


Committed = Callable[[], None]
"""Told after each commit that there is something for the relay."""


def nobody() -> None:
    """There is nobody to tell."""


class EventStore(Protocol):
    """Where the truth is kept: the module `event_store`, or what a pure test puts in its place."""

    async def load(self, connection: Connection, stream: str, claim: Claim | None = None) -> Loaded: ...
    async def load_many(self, connection: Connection, streams: Sequence[str]) -> dict[str, list[Recorded]]: ...
    async def append(
        self,
        connection: Connection,
        events: Sequence[NewEvent],
        *,
        due: Sequence[Due] = (),
        claim: Claim | None = None,
        answer: Answer | None = None,
        recorded_at: datetime | None = None,
    ) -> None: ...


class Commands:
    """Every aggregate of one service behind one door."""

    def __init__(
        self,
        service: str,
        aggregates: Sequence[Aggregate[Any, Any, Any]],
        clock: Clock,
        committed: Committed = nobody,
        store: EventStore = event_store,
    ) -> None:
        self.service = service
        self._clock = clock
        self._committed = committed
        self._store = store
        self._aggregates = Aggregates(service, aggregates, clock)
        self.timers_asked = 0
        """Of this process so far; whoever fires them looks sooner when there are more."""

    def named(self, stored: Mapping[str, Any]) -> Command | None:
        """The command a due row holds; None when no aggregate of this service has it."""
        return self._aggregates.named(stored)

    async def state(self, connection: Connection, stream: str) -> tuple[Any, int]:
        """The stream folded, and its version: what a caller reads of his own writes."""
        loaded = await self._store.load(connection, stream)
        return self._aggregates.standing(stream, loaded.events).state, loaded.version

    async def execute(self, pool: Pool, given: Given, request: Request[Any]) -> Answer:
        """Decide one request's command and answer it; a repeat of the request is answered as the first time.

        Raises Rejected, KeyReused, VersionMismatch, EventTooLarge, Conflict when others kept winning, and what
        `admit` raises.
        """
        for _ in range(ATTEMPTS):
            async with borrow(pool) as connection:
                loaded = await self._store.load(connection, given.command.stream, request.claim)
                if loaded.replayed is not None:
                    return _repeat(loaded, request)
                try:
                    return await self._attempt(connection, given, request, loaded)
                except Conflict as conflict:
                    if conflict.args == ("lock",):
                        raise
        raise Conflict("others kept changing it first")

    async def dispatch(self, connection: Connection, given: Sequence[Given], due: Sequence[Due] = ()) -> None:
        """Decide a batch in the caller's transaction, each command on what the earlier ones made of its stream.

        A rejected command changes nothing and is counted. Raises Conflict: the whole batch must be tried again; and
        Undecided, before anything is written, when an aggregate fails or tells too much for one record.
        """
        stored = await self._store.load_many(connection, list(dict.fromkeys(each.command.stream for each in given)))
        standing: dict[str, Standing] = {}
        added: list[NewEvent] = []
        timers = list(due)
        for each in given:
            stream = each.command.stream
            try:
                before = standing.get(stream) or self._aggregates.standing(stream, stored[stream])
                standing[stream], events, later = self._aggregates.decide(each, before)
                check_sizes(events)
            except Rejected as rejected:
                REJECTED.labels(command=type(each.command).__name__, slug=rejected.slug).inc()
                log.info("command_rejected", command=type(each.command).__name__, stream=stream, slug=rejected.slug)
                continue
            except Exception as error:
                raise Undecided(each, error) from error
            added += events
            timers += later
        if added or timers:
            await self._store.append(connection, added, due=timers)
            self.timers_asked += len(timers)

    async def _attempt(self, connection: Connection, given: Given, request: Request[Any], loaded: Loaded) -> Answer:
        before = self._aggregates.standing(given.command.stream, loaded.events)
        await request.admit(connection, before.state)
        if request.expected is not None and request.expected != before.version:
            raise VersionMismatch(f"the version is {before.version}")
        after, events, due = self._aggregates.decide(given, before)
        answer = request.answer(after.state, after.version)
        async with _together(connection, request.also if events else None):
            await self._store.append(
                connection, events, due=due, claim=request.claim, answer=answer, recorded_at=self._clock.now()
            )
        self.timers_asked += len(due)
        self._committed()
        return answer


@asynccontextmanager
async def _together(connection: Connection, also: Also | None) -> AsyncIterator[None]:
    """The append alone is one statement and needs no transaction; with something beside it, it does."""
    if also is None:
        yield
        return
    async with connection.transaction():
        yield
        await also(connection)


def _repeat(loaded: Loaded, request: Request[Any]) -> Answer:
    if request.claim is None or loaded.replayed is None or loaded.claimed_for != request.claim.request_hash:
        raise KeyReused
    return replace(loaded.replayed, headers=loaded.replayed.headers | {"Idempotency-Replayed": "true"})
