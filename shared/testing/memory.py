"""The event store, the log and a subscription without any server, for pure tests; one contract suite runs on both.

    database, log = MemoryDatabase(), MemoryLog("tally.events")
    commands = Commands("ledger", [SLIP], clock, store=database)
    await commands.execute(database.pool, given, request)
    await database.relay(log)
    await MemorySubscription(log, handler).consume()

It is a database with one connection: whoever needs it waits until the other's transaction has ended.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from shared.events.codec import Recorded, Unknown, decode
from shared.runtime.database import Connection, Pool
from shared.runtime.reading.intake import Handler, Unfoldable
from shared.runtime.reading.parked import StoredRecord
from shared.runtime.reading.record import Mark, Outcome, Read, outcome_of
from shared.runtime.reading.sift import Known, Parking, sift
from shared.runtime.writing.event_store import Answer, Claim, Conflict, Due, Loaded, NewEvent, check_sizes
from shared.runtime.writing.relay import Message, Publisher


@dataclass(frozen=True)
class _Content:
    events: tuple[NewEvent, ...] = ()
    outbox: tuple[NewEvent, ...] = ()
    answers: dict[tuple[str, str], tuple[bytes, Answer]] = field(default_factory=dict)
    due: dict[str, Due] = field(default_factory=dict)


class MemoryDatabase:
    """Where `Commands` finds a store, a pool and a connection."""

    def __init__(self) -> None:
        self._content = _Content()
        self._alone = asyncio.Lock()

    @property
    def pool(self) -> Pool:
        return cast("Pool", self)

    @property
    def events(self) -> tuple[NewEvent, ...]:
        return self._content.events

    @property
    def due(self) -> tuple[Due, ...]:
        return tuple(self._content.due.values())

    @asynccontextmanager
    async def acquire(self, *, timeout: float | None = None) -> AsyncIterator["MemoryDatabase"]:  # noqa: ASYNC109 - a pool's signature
        async with asyncio.timeout(timeout), self._alone:
            yield self

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        before = self._content
        try:
            yield
        except BaseException:
            self._content = before
            raise

    async def load(self, _: Connection, stream: str, claim: Claim | None = None) -> Loaded:
        claimed_for, replayed = (
            self._content.answers.get((claim.principal, claim.key), (None, None)) if claim else (None, None)
        )
        return Loaded(self._of(stream), replayed, claimed_for)

    async def load_many(self, _: Connection, streams: Sequence[str]) -> dict[str, list[Recorded]]:
        return {stream: list(self._of(stream)) for stream in streams}

    async def append(
        self,
        _: Connection,
        events: Sequence[NewEvent],
        *,
        due: Sequence[Due] = (),
        claim: Claim | None = None,
        answer: Answer | None = None,
        recorded_at: datetime | None = None,  # noqa: ARG002 - the interface of the real one
    ) -> None:
        now = self._content
        self._check(events, claim)
        claimed = {(claim.principal, claim.key): (claim.request_hash, answer)} if claim and answer else {}
        self._content = _Content(
            (*now.events, *events),
            (*now.outbox, *events),
            now.answers | claimed,
            {timer.id: timer for timer in due} | now.due,
        )

    async def relay(self, publisher: Publisher) -> None:
        """Publish what waits, as the relay does; it stays when that fails."""
        async with self.acquire():
            await publisher.publish([Message(event.stream.encode(), event.body) for event in self._content.outbox])
            self._content = _Content(self._content.events, (), self._content.answers, self._content.due)

    def _check(self, events: Sequence[NewEvent], claim: Claim | None) -> None:
        if claim and (claim.principal, claim.key) in self._content.answers:
            raise Conflict("idempotency_pkey")
        check_sizes(events)
        versions = {event.stream: len(self._of(event.stream)) for event in events}
        ids = {event.id for event in self._content.events}
        for event in events:
            if event.id in ids:
                raise Conflict("event_event_id_key")
            if event.version != versions[event.stream] + 1:
                raise Conflict(
                    "event_stream_version_ahead"
                    if event.version > versions[event.stream]
                    else "event_stream_version_key"
                )
            versions[event.stream] += 1

    def _of(self, stream: str) -> tuple[Recorded, ...]:
        found = [decode(event.body) for event in self._content.events if event.stream == stream]
        return tuple(each for each in found if not isinstance(each, Unknown))


class MemoryLog:
    """A topic with one partition; a Publisher for the relay, and for `put` by anybody else."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.records: list[StoredRecord] = []

    def put(self, key: bytes | None, value: bytes | None) -> None:
        self.records.append(StoredRecord(self.topic, 0, len(self.records), key, value, 0))

    async def publish(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self.put(message.key, message.value)

    async def reset(self) -> None:
        """Nothing is ever in flight."""


class MemorySubscription:
    """Decoded, once each and in order into a handler, which gets the given connection."""

    def __init__(self, log: MemoryLog, handler: Handler, connection: Any = None, *, read: Read = decode) -> None:
        self.parked: list[Parking] = []
        self._log, self._handler, self._read, self._connection = log, handler, read, connection
        self._next = 0
        self._versions: dict[str, int] = {}
        self._seen: set[Mark] = set()

    async def consume(self) -> None:
        """Everything that was published since the last time."""
        arrived = self._log.records[self._next :]
        outcomes: list[tuple[Any, Outcome]] = [(record, outcome_of(record, self._read)) for record in arrived]
        refused: dict[Mark, str] = {}
        while True:
            sifted = sift(outcomes, self._known(), refused)
            try:
                await self._handler.handle(self._connection, sifted.accepted)
                break
            except Unfoldable as unfoldable:
                refused[unfoldable.mark] = unfoldable.detail
        self._next += len(arrived)
        self._versions |= sifted.versions
        self._seen |= sifted.seen
        self.parked += sifted.parked

    def _known(self) -> Known:
        parked = frozenset(parking.stream for parking in self.parked)
        return Known(self._versions, parked, seen=frozenset(self._seen))
