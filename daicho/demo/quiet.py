"""When a step of the driven clock is over: no service has anything left to do.

Nothing is asked of the services themselves, so none of them needs to know that time is driven: their five databases
and Kafka tell it all.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from daicho.demo.endpoints import Stack

PATIENCE: Final = 120.0
"""Seconds without any progress after which a step is given up."""
POLL: Final = 0.03
STABLE: Final = 2
"""So many looks in a row must agree: each of them reads six servers one after another."""
TRIED: Final = 3
"""A timer that failed so often is held, and nobody waits for it."""

Ends: TypeAlias = Mapping[tuple[str, int], int]

_BACKLOG: Final = """
SELECT (SELECT count(*) FROM due WHERE at <= $1 AND failures < $2) AS due,
       (SELECT count(*) FROM due WHERE at <= $1 AND failures >= $2) AS held,
       (SELECT count(*) FROM outbox) AS outbox,
       (SELECT coalesce(max(position), 0) FROM event) AS position,
       (SELECT count(*) FROM event) AS events,
       (SELECT count(*) FROM parked) AS parked
"""
_DIRTY: Final = "SELECT count(*) FROM dirty WHERE to_jsonb(dirty) ->> 'failure' IS NULL"
_OFFSETS: Final = "SELECT subscription, topic, partition, next FROM subscription_offset"


class NotQuiet(Exception):  # noqa: N818 - says what goes on and on
    """A step did not come to its end."""


@dataclass(frozen=True)
class Backlog:
    """What one service has still to do; `behind` counts the records not yet read, by subscription."""

    due: int = 0
    outbox: int = 0
    dirty: int = 0
    behind: Mapping[str, int] = field(default_factory=dict)
    held: int = 0
    position: int = 0
    events: int = 0
    parked: int = 0

    @property
    def quiet(self) -> bool:
        return not (self.due or self.outbox or self.dirty or any(self.behind.values()))

    def __str__(self) -> str:
        late = [f"{name} {count} behind" for name, count in self.behind.items() if count]
        waiting = {"timers due": self.due, "in the outbox": self.outbox, "to be judged": self.dirty}
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
    def events(self) -> int:
        return sum(backlog.events for backlog in self.services.values())

    def __str__(self) -> str:
        return "; ".join(f"{name}: {backlog}" for name, backlog in self.services.items() if not backlog.quiet)


def behind(offsets: Iterable[tuple[str, str, int, int]], ends: Ends) -> dict[str, int]:
    """How many records each subscription has not read; a partition it never saw counts from its beginning."""
    late: dict[str, int] = {}
    for subscription, topic, partition, following in offsets:
        late[subscription] = late.get(subscription, 0) + max(0, ends.get((topic, partition), following) - following)
    return late


class Watch:
    """Looks at the stack until it is quiet."""

    def __init__(self, stack: Stack, databases: Mapping[str, asyncpg.Connection], consumer: AIOKafkaConsumer) -> None:
        self._stack = stack
        self._databases = databases
        self._consumer = consumer
        self._partitions: set[TopicPartition] = set()
        self._dirty: set[str] = set()

    async def drive_to(self, instant: datetime) -> Look:
        """Set the clock and wait for the end of all that follows. Raises NotQuiet."""
        if instant > self._stack.clock.now() or not self._stack.clock_is_set:
            self._stack.clock.set(instant)
        return await self.until_quiet(instant)

    async def until_quiet(self, now: datetime) -> Look:
        """Raises NotQuiet when nothing moves any more and something is still left to do."""
        last, agreed, moved = await self.look(now), 0, time.monotonic()
        while agreed < STABLE:
            await asyncio.sleep(POLL)
            look = await self.look(now)
            agreed = agreed + 1 if look == last and look.quiet else 0
            moved = moved if look == last else time.monotonic()
            if time.monotonic() - moved > PATIENCE:
                raise NotQuiet(f"after {PATIENCE:.0f} s without progress: {look}")
            last = look
        return last

    async def look(self, now: datetime) -> Look:
        """Kafka last: what a service published after it was looked at shows as not yet read."""
        rows = {name: await self._offsets(connection) for name, connection in self._databases.items()}
        counts = {name: await self._backlog(name, now) for name in self._databases}
        ends = await self._ends(rows)
        services = {name: Backlog(**counts[name], behind=behind(rows[name], ends)) for name in rows}
        return Look(services, ends)
