"""From a command to committed events: load, decide, append. The only way anything is ever written.

`execute` serves one request; `dispatch` serves a batch of reactions or timers inside the caller's transaction.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Generic, Protocol, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog
import uuid_utils.compat

from shared.decider import Command, Decider, Rejected, Timer
from shared.events.base import DomainEvent
from shared.events.codec import Recorded, encode
from shared.runtime import event_store
from shared.runtime.clock import Clock
from shared.runtime.database import Connection, Pool, borrow
from shared.runtime.event_store import Answer, Claim, Conflict, Due, Loaded, NewEvent
from shared.runtime.instruments import REJECTED

S = TypeVar("S")
C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=DomainEvent)

ATTEMPTS: Final = 5
NAMESPACE: Final = uuid5(NAMESPACE_URL, "urn:daicho")
log = structlog.get_logger()


class KeyReused(Exception):  # noqa: N818 - becomes a 422
    """The idempotency key was used before, for another request."""


class VersionMismatch(Exception):  # noqa: N818 - becomes a 412
    """The caller decided on a version of the stream that is no longer the last."""


@dataclass(frozen=True)
class Aggregate(Generic[C, S, E]):
    """One kind of stream: its decider, its commands, and what its events put on the calendar."""

    kind: str
    decider: Decider[C, S, E]
    commands: tuple[type[C], ...]
    timers: Callable[[E], Iterable[Timer]] = lambda _event: ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Who caused a command, when it happened (None: now), and because of which event.

    `seed` makes the ids of what follows deterministic: a timer that fires twice would record the same event.
    """

    actor: str
    time: datetime | None = None
    causation_id: str | None = None
    correlation_id: str | None = None
    traceparent: str | None = None
    seed: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A command and where it came from."""

    command: Command
    origin: Origin


@dataclass(frozen=True, slots=True)
class Request(Generic[S]):
    """What a REST request adds to its command.

    `admit` refuses a caller who may not; `answer` renders the state after the decision; `expected` is If-Match.
    """

    claim: Claim | None
    admit: Callable[[Connection, S], Awaitable[None]]
    answer: Callable[[S, int], Answer]
    expected: int | None = None


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


@dataclass(frozen=True, slots=True)
class _Standing:
    """A stream while a batch is decided: what is stored plus what the batch has added so far."""

    state: Any
    version: int


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
        self._aggregates: Mapping[str, Aggregate[Any, Any, Any]] = {each.kind: each for each in aggregates}
        self._names = {command.__name__: command for each in aggregates for command in each.commands}

    def named(self, stored: Mapping[str, Any]) -> Command | None:
        """The command a due row holds; None when no aggregate of this service has it."""
        known = self._names.get(stored["name"])
        return None if known is None else known.model_validate_json(stored["fields"])

    async def state(self, connection: Connection, stream: str) -> tuple[Any, int]:
        """The stream folded, and its version: what a caller reads of his own writes."""
        loaded = await self._store.load(connection, stream)
        return self._of(stream).decider.fold(each.event for each in loaded.events), loaded.version

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

        A rejected command changes nothing and is counted. Raises Conflict: the whole batch must be tried again.
        """
        stored = await self._store.load_many(connection, list(dict.fromkeys(each.command.stream for each in given)))
        standing = {stream: self._standing(stream, events) for stream, events in stored.items()}
        added: list[NewEvent] = []
        timers = list(due)
        for each in given:
            stream = each.command.stream
            try:
                standing[stream], events, later = self._decide(each, standing[stream])
            except Rejected as rejected:
                REJECTED.labels(command=type(each.command).__name__, slug=rejected.slug).inc()
                log.info("command_rejected", command=type(each.command).__name__, stream=stream, slug=rejected.slug)
                continue
            added += events
            timers += later
        if added or timers:
            await self._store.append(connection, added, due=timers)

    async def _attempt(self, connection: Connection, given: Given, request: Request[Any], loaded: Loaded) -> Answer:
        before = self._standing(given.command.stream, loaded.events)
        await request.admit(connection, before.state)
        if request.expected is not None and request.expected != before.version:
            raise VersionMismatch(f"the version is {before.version}")
        after, events, due = self._decide(given, before)
        answer = request.answer(after.state, after.version)
        await self._store.append(
            connection, events, due=due, claim=request.claim, answer=answer, recorded_at=self._clock.now()
        )
        self._committed()
        return answer

    def _decide(self, given: Given, before: _Standing) -> tuple[_Standing, list[NewEvent], list[Due]]:
        aggregate = self._of(given.command.stream)
        facts = aggregate.decider.decide(given.command, before.state)
        state, version = before.state, before.version
        events: list[NewEvent] = []
        due: list[Due] = []
        for fact in facts:
            state, version = aggregate.decider.evolve(state, fact), version + 1
            recorded = self._recorded(given, fact, version, ordinal=len(events))
            events.append(_new(recorded))
            due += (due_of(timer, origin_of(recorded, self.service)) for timer in aggregate.timers(fact))
        return _Standing(state, version), events, due

    def _recorded(self, given: Given, fact: DomainEvent, version: int, *, ordinal: int) -> Recorded:
        origin, now = given.origin, self._clock.now()
        event_id = _event_id(origin.seed, fact, ordinal)
        return Recorded(
            id=str(event_id),
            source=f"/{self.service}",
            stream=given.command.stream,
            version=version,
            time=origin.time or now,
            recorded_at=now,
            event=fact,
            actor=origin.actor,
            company_id=getattr(fact, "company_id", None),
            org_unit_id=getattr(fact, "org_unit_id", None),
            correlation_id=origin.correlation_id or origin.causation_id or str(event_id),
            causation_id=origin.causation_id,
            traceparent=origin.traceparent,
        )

    def _standing(self, stream: str, events: Sequence[Recorded]) -> _Standing:
        return _Standing(self._of(stream).decider.fold(each.event for each in events), len(events))

    def _of(self, stream: str) -> Aggregate[Any, Any, Any]:
        return self._aggregates[stream.partition("/")[0]]


def stored_command(command: Command) -> dict[str, Any]:
    """A command as a due row holds it; `named` reads it back."""
    return {"name": type(command).__name__, "fields": command.model_dump_json()}


def due_of(timer: Timer, because: Origin) -> Due:
    return Due(
        id=timer.id,
        at=timer.at,
        command=stored_command(timer.command),
        causation_id=because.causation_id,
        correlation_id=because.correlation_id,
    )


def origin_of(because: Recorded, service: str) -> Origin:
    """The origin of what a service does of itself because of an event."""
    return Origin(
        actor=f"system/{service}",
        causation_id=because.id,
        correlation_id=because.correlation_id or because.id,
        traceparent=because.traceparent,
    )


def _event_id(seed: str | None, fact: DomainEvent, ordinal: int) -> UUID:
    if seed is None:
        return uuid_utils.compat.uuid7()
    return uuid5(NAMESPACE, f"{seed}#{fact.type}#{ordinal}")


def _new(recorded: Recorded) -> NewEvent:
    return NewEvent(
        stream=recorded.stream,
        version=recorded.version or 0,
        id=UUID(recorded.id),
        type=recorded.event.type,
        recorded_at=recorded.recorded_at,
        body=encode(recorded),
    )


def _repeat(loaded: Loaded, request: Request[Any]) -> Answer:
    if request.claim is None or loaded.replayed is None or loaded.claimed_for != request.claim.request_hash:
        raise KeyReused
    return replace(loaded.replayed, headers=loaded.replayed.headers | {"Idempotency-Replayed": "true"})
