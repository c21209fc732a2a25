"""When a step of the driven clock is over: no service has anything left to do.

Nothing is asked of the services themselves, so none of them needs to know that time is driven: their five databases
and Kafka tell it all.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from daicho.demo.endpoints import Stack

PATIENCE: Final = 120.0
"""Seconds without any progress after which a step is given up."""
POLL: Final = 0.02
SLOWEST: Final = 0.5
"""The longer a step takes, the more seldom it is looked at: looking takes time from what is looked at."""
STABLE: Final = 2
"""So many looks in a row must agree: each reads six servers one after another. Since all that is counted only grows or
empties, two that agree, however close, say how everything stood between them."""
UNKNOWN: Final = 10
"""Milliseconds after which the consumer looks again for a topic's partitions: it learns of one topic at a time."""
TRIED: Final = 3
"""A timer that failed so often is held, and nobody waits for it."""

Ends: TypeAlias = Mapping[tuple[str, int], int]

_BACKLOG: Final = """
SELECT (SELECT count(*) FROM due WHERE at <= $1 AND failures < $2) AS due,
       (SELECT count(*) FROM due WHERE at <= $1 AND failures >= $2) AS held,
       (SELECT count(*) FROM outbox) AS outbox,
       (SELECT coalesce(max(position), 0) FROM event) AS position,
       (SELECT count(DISTINCT (subscription, stream)) FROM parked) AS parked,
       (SELECT json_agg(json_build_array(subscription, topic, partition, next)) FROM subscription_offset) AS offsets
"""
"""One statement, so one snapshot: what fired is no longer due exactly when it stands in the outbox."""

_DIRTY: Final = "SELECT count(*) FILTER (WHERE failure IS NULL), count(failure) FROM dirty"
_HAS_DIRTY: Final = "SELECT to_regclass('dirty') IS NOT NULL"
_MAILS: Final = "SELECT count(*) FROM mails WHERE not_before <= $1"
_HAS_MAILS: Final = "SELECT to_regclass('mails') IS NOT NULL"


class NotQuiet(Exception):  # noqa: N818 - says what goes on and on
    """A step did not come to its end."""


@dataclass(frozen=True)
class Backlog:
    """What one service has still to do; `behind` counts the records not yet read, by subscription.

    Nobody waits for what failed: `held` timers, `unjudged` subjects, `parked` streams. `position` is of the last event.
    """

    due: int = 0
    outbox: int = 0
    dirty: int = 0
    mails: int = 0
    behind: Mapping[str, int] = field(default_factory=dict)
    held: int = 0
    unjudged: int = 0
    position: int = 0
    parked: int = 0

    @property
    def quiet(self) -> bool:
        return not (self.due or self.outbox or self.dirty or self.mails or any(self.behind.values()))

    @property
    def failed(self) -> bool:
        return bool(self.held or self.unjudged)

    def __str__(self) -> str:
        late = [f"{name} {count} behind" for name, count in self.behind.items() if count]
        waiting = {"timers due": self.due, "in the outbox": self.outbox, "to be judged": self.dirty}
        waiting |= {"mails to be sent": self.mails}
        return ", ".join([*(f"{count} {what}" for what, count in waiting.items() if count), *late]) or "quiet"


@dataclass(frozen=True)
class Look:
    """The whole stack at about one instant; two looks that are equal are about the same state."""

    services: Mapping[str, Backlog]
    ends: Ends

    @property
    def quiet(self) -> bool:
        return all(backlog.quiet for backlog in self.services.values())

    @property
    def records(self) -> int:
        """On all topics that anybody reads."""
        return sum(self.ends.values())

    def __str__(self) -> str:
        return "; ".join(f"{name}: {backlog}" for name, backlog in self.services.items() if not backlog.quiet)


def behind(offsets: Iterable[tuple[str, str, int, int]], ends: Ends) -> dict[str, int]:
    """How many records each subscription has not read; a partition it never saw counts from its beginning."""
    late: dict[str, int] = {}
    for subscription, topic, partition, following in offsets:
        late[subscription] = late.get(subscription, 0) + max(0, ends.get((topic, partition), following) - following)
    return late


def pause(waited: float, *, quiet: bool) -> float:
    """Seconds until the next look, after having waited so long already."""
    return 0.0 if quiet else min(SLOWEST, max(POLL, waited / 10))


class Watch:
    """Looks at the stack until it is quiet."""

    def __init__(
        self,
        stack: Stack,
        databases: Mapping[str, asyncpg.Connection],
        consumer: AIOKafkaConsumer,
        judges: Collection[str],
        mailers: Collection[str] = (),
    ) -> None:
        """`judges` are the services that judge in the background, `mailers` those that send mails."""
        self._stack = stack
        self._databases = databases
        self._consumer = consumer
        self._judges = judges
        self._mailers = mailers

    async def drive_to(self, instant: datetime) -> Look:
        """Set the clock, unless it is there already, and wait for the end of all that follows. Raises NotQuiet."""
        if instant > self._stack.clock.now():
            self._stack.clock.set(instant)
        return await self.until_quiet()

    async def until_quiet(self) -> Look:
        """Raises NotQuiet when nothing moves any more and something is still left to do."""
        last, agreed, moved = await self.look(), 1, time.monotonic()
        began = moved
        while agreed < STABLE or not last.quiet:
            await asyncio.sleep(pause(time.monotonic() - began, quiet=last.quiet))
            look = await self.look()
            agreed, moved = (agreed + 1, moved) if look == last else (1, time.monotonic())
            if time.monotonic() - moved > PATIENCE:
                raise NotQuiet(f"nothing has moved for {PATIENCE:.0f} s: {look}")
            last = look
        return last

    async def look(self) -> Look:
        """The databases first: what is published after that shows as not yet read."""
        now = self._stack.clock.now()
        rows = await asyncio.gather(*(self._backlog(name, now) for name in self._databases))
        offsets = {row["name"]: json.loads(row["offsets"] or "[]") for row in rows}
        ends = await self._ends({(topic, number) for each in offsets.values() for _, topic, number, _ in each})
        services = {
            row["name"]: Backlog(
                behind=behind(offsets[row["name"]], ends),
                **{each: value for each, value in row.items() if each not in {"name", "offsets"}},
            )
            for row in rows
        }
        return Look(services, ends)

    async def _backlog(self, name: str, now: datetime) -> dict[str, Any]:
        connection = self._databases[name]
        row = await connection.fetchrow(_BACKLOG, now, TRIED)
        waiting, failed = 0, 0
        if name in self._judges:
            waiting, failed = await connection.fetchrow(_DIRTY) or (0, 0)
        mails = await connection.fetchval(_MAILS, now) if name in self._mailers else 0
        return {"name": name, "dirty": waiting, "unjudged": failed, "mails": mails, **dict(row or {})}

    async def _ends(self, places: set[tuple[str, int]]) -> dict[tuple[str, int], int]:
        """Kafka's, of committed records."""
        partitions = [TopicPartition(topic, partition) for topic, partition in sorted(places)]
        found = await self._consumer.end_offsets(partitions) if partitions else {}
        return {(each.topic, each.partition): offset for each, offset in found.items()}


@asynccontextmanager
async def watch(stack: Stack) -> AsyncIterator[Watch]:
    """Connected to every database of the stack and to its Kafka."""
    async with AsyncExitStack() as opened:
        databases = {}
        for name, dsn in stack.databases.items():
            databases[name] = await asyncpg.connect(dsn)
            opened.push_async_callback(databases[name].close)
        consumer = AIOKafkaConsumer(
            bootstrap_servers=stack.kafka, isolation_level="read_committed", retry_backoff_ms=UNKNOWN
        )
        await consumer.start()
        opened.push_async_callback(consumer.stop)
        judges = [name for name, each in databases.items() if await each.fetchval(_HAS_DIRTY)]
        mailers = [name for name, each in databases.items() if await each.fetchval(_HAS_MAILS)]
        yield Watch(stack, databases, consumer, judges, mailers)
