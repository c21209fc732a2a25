"""From the outbox to Kafka: read in order, publish, await every acknowledgement, delete those rows.

One leader per service, elected by a session lock on the very connection that deletes: who loses the connection
loses the lock and can delete nothing. A crash between publishing and deleting publishes again; consumers drop the
repeat by its version.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import asyncpg
import structlog

from shared.runtime.database import CONNECTION_LOST, alone
from shared.runtime.tasks import woken
from shared.runtime.watching.instruments import RELAY_FAILURES, RELAYED

LOCK: Final = 0xDA1C_0001
BATCH: Final = 2_000
POLL: Final = 0.2
"""Seconds between looks at the outbox when nobody woke the relay (another replica may have committed)."""

log = structlog.get_logger()

_READ = "SELECT o.position, e.stream, e.body FROM outbox o JOIN event e USING (position) ORDER BY o.position LIMIT $1"
_DELETE = "DELETE FROM outbox WHERE position = ANY($1::bigint[])"


@dataclass(frozen=True, slots=True)
class Message:
    key: bytes
    value: bytes


class Publisher(Protocol):
    """Where the relay publishes."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """Return when every message is acknowledged; on any failure raise, having sent none, some or all of them."""

    async def reset(self) -> None:
        """Forget everything in flight: after a failure nothing of the old producer may come later."""


async def _no_pause() -> None:
    """Where a test may hold or kill the relay: after publishing, before deleting."""


class Relay:
    def __init__(self, dsn: str, publisher: Publisher, *, published: Callable[[], Awaitable[None]] = _no_pause) -> None:
        self._dsn = dsn
        self._publisher = publisher
        self._published = published
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something was committed in this process; many wakes before the next look are one."""
        self._woken.set()

    async def run(self) -> None:
        """Lead when nobody else does, for ever; without the database there is nothing to lead, so wait for it."""
        while True:
            try:
                await self._stand()
            except CONNECTION_LOST:
                log.warning("relay_lost_its_database", exc_info=True)
                await asyncio.sleep(POLL)

    async def _stand(self) -> None:
        try:
            async with alone(self._dsn, LOCK, poll=POLL) as connection:
                log.info("relay_leads")
                while True:
                    if not await self.relay_once(connection):
                        await woken(self._woken, POLL)
        finally:
            await self._publisher.reset()

    async def relay_once(self, connection: "asyncpg.Connection[asyncpg.Record]") -> int:
        """Publish and delete one batch; how many events it was. A failed batch stays and is tried again."""
        rows = await connection.fetch(_READ, BATCH)
        if not rows:
            return 0
        try:
            await self._publisher.publish([Message(row["stream"].encode(), row["body"]) for row in rows])
        except Exception:
            RELAY_FAILURES.inc()
            log.warning("publish_failed", count=len(rows), exc_info=True)
            await self._publisher.reset()
            return 0
        await self._published()
        await connection.execute(_DELETE, [row["position"] for row in rows])
        RELAYED.inc(len(rows))
        return len(rows)
