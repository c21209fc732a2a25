"""Kafka's side of a feed: the consumer and its settings, who is told of an assignment, and offsets for lag tools."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

MAX_RECORDS: Final = 5_000
COMMIT_EVERY: Final = 1.0
STOP_TIMEOUT: Final = 3.0
UNREAD_SECONDS: Final = 1.0
"""So long may records lie unread before others are fetched.

By itself aiokafka fetches on after a tenth of that, leaving out the partitions of which some lie there: what comes
on them next then waits for the end of that fetch, half a second when nothing else comes.
"""


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """What a feed needs to know of Kafka. `prefix` stands before every topic's name."""

    bootstrap_servers: str
    group: str
    session_timeout_ms: int = 10_000
    max_poll_interval_ms: int = 300_000
    max_records: int = MAX_RECORDS


class Assignee(Protocol):
    """Who reads what is assigned."""

    async def assigned(self, consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]) -> None: ...
    def revoked(self) -> None: ...
    def not_assigned(self, error: Exception) -> None: ...


@contextlib.asynccontextmanager
async def consuming(
    settings: FeedSettings, name: str, topics: Sequence[str], assignee: Assignee
) -> AsyncIterator[AIOKafkaConsumer]:
    """A running consumer of the group `<group>.<name>`, stopped at the end within a bounded time."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers,
        group_id=f"{settings.group}.{name}",
        enable_auto_commit=False,
        auto_offset_reset="none",
        isolation_level="read_committed",
        session_timeout_ms=settings.session_timeout_ms,
        heartbeat_interval_ms=settings.session_timeout_ms // 5,
        max_poll_interval_ms=settings.max_poll_interval_ms,
        fetch_max_wait_ms=500,
        max_partition_fetch_bytes=2 * 1024 * 1024,
    )
    consumer.subscribe(list(topics), listener=_Rebalance(assignee, consumer))
    try:
        await consumer.start()
        consumer._fetcher._prefetch_backoff = UNREAD_SECONDS  # noqa: SLF001 - aiokafka has no setting for it
        yield consumer
    finally:
        with contextlib.suppress(Exception):
            await asyncio.wait_for(consumer.stop(), STOP_TIMEOUT)


class _Rebalance(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, assignee: Assignee, consumer: AIOKafkaConsumer) -> None:
        self._assignee = assignee
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        if revoked:
            self._assignee.revoked()

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        try:
            await self._assignee.assigned(self._consumer, list(assigned))
        except Exception as error:  # noqa: BLE001 - told to who polls, whom aiokafka would tell nothing
            self._assignee.not_assigned(error)


class LagOffsets:
    """Kafka's own offsets: written for lag tools, read by nobody here."""

    def __init__(self) -> None:
        self._committed_at = 0.0
        self._committing: asyncio.Task[None] | None = None

    def tell(self, consumer: AIOKafkaConsumer, positions: Mapping[TopicPartition, int]) -> None:
        """At most once a second and never waited for: inline it took most of a batch's time."""
        now = time.monotonic()
        if now - self._committed_at < COMMIT_EVERY or (self._committing and not self._committing.done()):
            return
        self._committed_at = now
        self._committing = asyncio.create_task(_commit(consumer, dict(positions)))

    def give_up(self) -> None:
        """Left alone, a commit would try for ever on a consumer that is gone."""
        if self._committing is not None:
            self._committing.cancel()


async def _commit(consumer: AIOKafkaConsumer, positions: Mapping[TopicPartition, int]) -> None:
    with contextlib.suppress(KafkaError, asyncio.CancelledError):
        if positions:
            await consumer.commit(dict(positions))
