"""Reading Kafka: the loop, the offsets and who owns them. What a record means is somebody else's business.

The position lives in the database, moved by compare-and-set in the transaction of the work it stands for: a consumer
that lost its partition moves nothing and applies nothing. Kafka's own offsets are written for lag tools only.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError

from shared.runtime.database import Connection, Pool, borrow, transaction
from shared.runtime.instruments import BATCH_SECONDS, CONSUMER_FAILURES, LAG_EVENTS, LAG_SECONDS
from shared.runtime.intake import Record

MAX_RECORDS: Final = 5_000
POLL_MS: Final = 200
COMMIT_EVERY: Final = 1.0
BACKOFF: Final = (0.1, 0.3, 1.0, 3.0, 10.0)
STOP_TIMEOUT: Final = 3.0

log = structlog.get_logger()
Process = Callable[[Connection, Sequence[Record]], Awaitable[None]]


class Fenced(Exception):  # noqa: N818 - a fact about two consumers
    """Another consumer moved the position since it was loaded: nothing of this batch may be applied."""


class LostHistory(Exception):  # noqa: N818 - an alarm
    """Kafka no longer holds the next record. Jumping over the hole would make every later answer wrong."""


_LOAD = "SELECT topic, partition, next FROM subscription_offset WHERE subscription = $1"
_BEGIN = """
INSERT INTO subscription_offset (subscription, topic, partition, next)
SELECT $1, n.topic, n.partition, 0 FROM unnest($2::text[], $3::int[]) AS n(topic, partition)
 WHERE NOT EXISTS (
   SELECT FROM subscription_offset o WHERE o.subscription = $1 AND o.topic = n.topic AND o.partition = n.partition)
ON CONFLICT DO NOTHING
"""
_MOVE = """
WITH n AS (
  SELECT * FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[]) AS n(topic, partition, loaded, next)
), held AS (
  SELECT o.topic, o.partition FROM subscription_offset o JOIN n USING (topic, partition)
   WHERE o.subscription = $1 AND o.next = n.loaded ORDER BY o.topic, o.partition FOR UPDATE OF o
), moved AS (
  UPDATE subscription_offset o SET next = n.next FROM n JOIN held USING (topic, partition)
   WHERE o.subscription = $1 AND o.topic = n.topic AND o.partition = n.partition AND o.next = n.loaded RETURNING 1
)
SELECT count(*) FROM moved
"""


@dataclass(slots=True)
class Condition:
    """How a feed is doing, for readiness."""

    ready: bool = False
    problem: str | None = "not yet assigned"
    behind: int = 0


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """What a feed needs to know of Kafka. `prefix` stands before every topic's name."""

    bootstrap_servers: str
    group: str
    session_timeout_ms: int = 10_000
    max_poll_interval_ms: int = 300_000
    max_records: int = MAX_RECORDS


class Feed:
    """One subscription: topics in, transactions out."""

    def __init__(
        self,
        name: str,
        topics: Sequence[str],
        pool: Pool,
        process: Process,
        settings: FeedSettings,
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.condition = Condition()
        self._topics = tuple(topics)
        self._pool = pool
        self._process = process
        self._settings = settings
        self._committed = committed
        self._next: dict[TopicPartition, int] = {}
        """The next offset of each assigned partition, as loaded from or last written to the database.

        An assignment makes a new one; a batch goes on with the one it began with. Where the assignment was read before
        the batch committed, the next compare-and-set notices.
        """
        self._assigned = False
        self._fault: Exception | None = None
        """Why partitions could not be taken over; aiokafka only logs what its listener raises."""
        self._committed_at = 0.0
        self._committing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Consume for ever: a failed batch is rolled back and read again from the database's position."""
        failures = 0
        while True:
            try:
                async with self._consumer() as consumer:
                    while True:
                        await self.poll(consumer)
                        failures = 0
            except Exception as error:  # noqa: BLE001 - survived, counted, shown
                self._failed(error)
                await asyncio.sleep(BACKOFF[min(failures, len(BACKOFF) - 1)])
                failures += 1

    async def poll(self, consumer: AIOKafkaConsumer) -> int:
        """Take what has arrived, process it and move the position, in one transaction; how many records it was."""
        fetched = await self._fetch(consumer)
        held = self._next
        records = [record for batch in fetched.values() for record in batch]
        moves = await self._moves(consumer, fetched, held)
        if moves:
            await self._apply(records, moves)
            held.update({partition: reached for partition, (_, reached) in moves.items()})
        self._observe(consumer, records)
        return len(records)

    async def _fetch(self, consumer: AIOKafkaConsumer) -> Mapping[TopicPartition, list[Record]]:
        try:
            fetched: Mapping[TopicPartition, list[Record]] = await consumer.getmany(
                timeout_ms=POLL_MS, max_records=self._settings.max_records
            )
        except NoOffsetForPartitionError:
            # fetched between the assignment and the seek
            await self.assigned(consumer, sorted(consumer.assignment()))
            return {}
        except OffsetOutOfRangeError as error:
            raise LostHistory(f"Kafka no longer holds the next records of {sorted(map(str, error.args[0]))}") from error
        if self._fault is not None:
            raise self._fault
        return fetched

    async def _moves(
        self,
        consumer: AIOKafkaConsumer,
        fetched: Mapping[TopicPartition, list[Record]],
        held: Mapping[TopicPartition, int],
    ) -> dict[TopicPartition, tuple[int, int]]:
        """From where to where each partition goes; a transaction's marker moves the position without a record."""
        lost = fetched.keys() - held.keys()
        if lost:
            raise Fenced(f"{len(lost)} partitions of {self.name} are no longer ours")
        moves = {partition: (held[partition], batch[-1].offset + 1) for partition, batch in fetched.items()}
        for partition in consumer.assignment() & held.keys() - moves.keys():
            reached = await consumer.position(partition)
            if reached > held[partition]:
                moves[partition] = (held[partition], reached)
        return moves

    async def _apply(self, records: Sequence[Record], moves: Mapping[TopicPartition, tuple[int, int]]) -> None:
        with BATCH_SECONDS.labels(self.name).time():
            async with transaction(self._pool) as connection:
                await self._move(connection, moves)
                if records:
                    await self._process(connection, records)
        self._committed()

    async def _move(self, connection: Connection, moves: Mapping[TopicPartition, tuple[int, int]]) -> None:
        moved = await connection.fetchval(
            _MOVE,
            self.name,
            [partition.topic for partition in moves],
            [partition.partition for partition in moves],
            [loaded for loaded, _ in moves.values()],
            [reached for _, reached in moves.values()],
        )
        if moved != len(moves):
            raise Fenced(f"{len(moves) - moved} partitions of {self.name} were moved by another consumer")

    @contextlib.asynccontextmanager
    async def _consumer(self) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._settings.bootstrap_servers,
            group_id=f"{self._settings.group}.{self.name}",
            enable_auto_commit=False,
            auto_offset_reset="none",
            isolation_level="read_committed",
            session_timeout_ms=self._settings.session_timeout_ms,
            heartbeat_interval_ms=self._settings.session_timeout_ms // 5,
            max_poll_interval_ms=self._settings.max_poll_interval_ms,
            fetch_max_wait_ms=250,
            max_partition_fetch_bytes=2 * 1024 * 1024,
        )
        self._assigned, self._fault = False, None
        consumer.subscribe(list(self._topics), listener=_Rebalance(self, consumer))
        try:
            await consumer.start()
            yield consumer
        finally:
            if self._committing is not None:
                self._committing.cancel()  # left alone it would try for ever on a consumer that is gone
            with contextlib.suppress(Exception):
                await asyncio.wait_for(consumer.stop(), STOP_TIMEOUT)

    async def assigned(self, consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]) -> None:
        """Take over partitions at the database's position; a partition never read begins at its first record."""
        async with borrow(self._pool) as connection:
            await connection.execute(
                _BEGIN,
                self.name,
                [partition.topic for partition in partitions],
                [partition.partition for partition in partitions],
            )
            stored = {(row["topic"], row["partition"]): row["next"] for row in await connection.fetch(_LOAD, self.name)}
        self._next = {each: stored[each.topic, each.partition] for each in partitions}
        for partition, offset in self._next.items():
            consumer.seek(partition, offset)
        self._assigned = True

    def revoked(self) -> None:
        self._next = {}

    def not_assigned(self, error: Exception) -> None:
        """Partitions are ours, but where to read on could not be learnt: the next poll fails, and begins again."""
        self._fault = error

    def _observe(self, consumer: AIOKafkaConsumer, records: Sequence[Record]) -> None:
        behind = sum(
            max(0, (consumer.highwater(partition) or reached) - reached) for partition, reached in self._next.items()
        )
        self.condition.behind = behind
        if self._assigned:
            self.condition.ready, self.condition.problem = True, None
        LAG_EVENTS.labels(self.name).set(behind)
        LAG_SECONDS.labels(self.name).set(time.time() - records[-1].timestamp / 1000 if behind and records else 0)
        self._tell_kafka(consumer)

    def _tell_kafka(self, consumer: AIOKafkaConsumer) -> None:
        """At most once a second and never waited for: inline it took most of a batch's time."""
        now = time.monotonic()
        if now - self._committed_at < COMMIT_EVERY or (self._committing and not self._committing.done()):
            return
        self._committed_at = now
        self._committing = asyncio.create_task(_commit(consumer, dict(self._next)))

    def _failed(self, error: Exception) -> None:
        CONSUMER_FAILURES.labels(self.name).inc()
        lost = isinstance(error, LostHistory)
        self.condition.ready = False
        self.condition.problem = str(error) if lost else type(error).__name__
        log.error("history_lost" if lost else "batch_failed", subscription=self.name, exc_info=error)


class _Rebalance(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, feed: Feed, consumer: AIOKafkaConsumer) -> None:
        self._feed = feed
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        if revoked:
            self._feed.revoked()

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        try:
            await self._feed.assigned(self._consumer, list(assigned))
        except Exception as error:  # noqa: BLE001 - told to who polls, whom aiokafka would tell nothing
            self._feed.not_assigned(error)


async def _commit(consumer: AIOKafkaConsumer, positions: Mapping[TopicPartition, int]) -> None:
    with contextlib.suppress(KafkaError, asyncio.CancelledError):
        if positions:
            await consumer.commit(dict(positions))
