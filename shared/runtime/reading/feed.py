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
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import NoOffsetForPartitionError, OffsetOutOfRangeError

from shared.runtime.database import Connection, Pool, borrow, transaction
from shared.runtime.reading.consumer import FeedSettings, LagOffsets, consuming
from shared.runtime.reading.pace import Pace
from shared.runtime.reading.positions import begin, move
from shared.runtime.reading.record import Record
from shared.runtime.watching.instruments import BATCH_SECONDS, CONSUMER_FAILURES, LAG_EVENTS, LAG_SECONDS

POLL_MS: Final = 1_000
"""How long a feed waits for a record before it looks how far a transaction's marker has moved it."""
JOINING_MS: Final = 50
"""The same until it first has its partitions, and after a failure: its service is not ready before."""
BACKOFF: Final = (0.1, 0.3, 1.0, 3.0, 10.0)

log = structlog.get_logger()
Process = Callable[[Connection, Sequence[Record]], Awaitable[None]]


class LostHistory(Exception):  # noqa: N818 - an alarm
    """Kafka no longer holds the next record. Jumping over the hole would make every later answer wrong."""


@dataclass(slots=True)
class Condition:
    """How a feed is doing, for readiness."""

    ready: bool = False
    problem: str | None = "not yet assigned"
    behind: int = 0


class Feed:
    """One subscription: topics in, transactions out."""

    def __init__(
        self,
        name: str,
        topics: Sequence[str],
        pool: Pool,
        process: Process,
        settings: FeedSettings,
        *,
        committed: Callable[[], None] = lambda: None,
        concerns: Callable[[Record], bool] = lambda _: True,
    ) -> None:
        """`concerns` says which records are processed; the position moves over all of them."""
        self.name = name
        self.condition = Condition()
        self._topics = tuple(topics)
        self._pool = pool
        self._process = process
        self._settings = settings
        self._committed = committed
        self._concerns = concerns
        self._next: dict[TopicPartition, int] = {}
        """The next offset of each assigned partition, as loaded from or last written to the database.

        An assignment makes a new one; a batch goes on with the one it began with. Where the assignment was read before
        the batch committed, the next compare-and-set notices.
        """
        self._assigned = False
        self._fault: Exception | None = None
        """Why partitions could not be taken over; aiokafka only logs what its listener raises."""
        self._lost = False
        """History was lost, and Kafka has not answered for every partition since."""
        self._lag_offsets = LagOffsets()
        self._pace = Pace()

    async def run(self) -> None:
        """Consume for ever: a failed batch is rolled back and read again from the database's position."""
        failures = 0
        while True:
            try:
                async with self._consumer() as consumer:
                    while True:
                        if await self.poll(consumer):
                            failures = 0
            except Exception as error:  # noqa: BLE001 - survived, counted, shown
                self._failed(error)
                await asyncio.sleep(BACKOFF[min(failures, len(BACKOFF) - 1)])
                failures += 1

    async def poll(self, consumer: AIOKafkaConsumer) -> int:
        """Take what has arrived, process it and move the position, in one transaction; how many records it was."""
        arrived = await self._fetch(consumer)
        held = self._next
        fetched = {partition: batch for partition, batch in arrived.items() if _is_ours(partition, batch, held)}
        records = [record for batch in fetched.values() for record in batch]
        moves = await self._moves(consumer, fetched, held)
        began = time.monotonic()
        if moves:
            await self._apply(records, moves)
            held.update({partition: reached for partition, (_, reached) in moves.items()})
        rest = self._pace.rest(len(records), time.monotonic() - began)
        self._observe(consumer, records)
        if moves and len(records) < self._settings.max_records:
            await asyncio.sleep(rest)
        return len(records)

    async def _fetch(self, consumer: AIOKafkaConsumer) -> Mapping[TopicPartition, list[Record]]:
        patience = POLL_MS if self.condition.ready else JOINING_MS
        try:
            fetched: Mapping[TopicPartition, list[Record]] = await consumer.getmany(
                timeout_ms=patience, max_records=self._settings.max_records
            )
        except NoOffsetForPartitionError:
            # fetched between the assignment and the seek
            await self.assigned(consumer, sorted(consumer.assignment()))
            return {}
        except OffsetOutOfRangeError as error:
            raise LostHistory(f"Kafka no longer holds the next records of {sorted(map(str, error.args[0]))}") from error
        if self._fault is not None:
            raise self._fault
        self._demand_topics(consumer)
        return fetched

    def _demand_topics(self, consumer: AIOKafkaConsumer) -> None:
        """A topic that is gone takes its partitions along: a consumer without any would rest, as if all were read."""
        gone = [topic for topic in self._topics if consumer.partitions_for_topic(topic) is None]
        if gone:
            raise LostHistory(f"Kafka no longer holds the topics {gone}")

    async def _moves(
        self,
        consumer: AIOKafkaConsumer,
        fetched: Mapping[TopicPartition, list[Record]],
        held: Mapping[TopicPartition, int],
    ) -> dict[TopicPartition, tuple[int, int]]:
        """From where to where each partition goes; a transaction's marker moves the position without a record."""
        moves = {partition: (held[partition], batch[-1].offset + 1) for partition, batch in fetched.items()}
        for partition in consumer.assignment() & held.keys() - moves.keys():
            reached = await consumer.position(partition)
            if reached > held[partition]:
                moves[partition] = (held[partition], reached)
        return moves

    async def _apply(self, records: Sequence[Record], moves: Mapping[TopicPartition, tuple[int, int]]) -> None:
        """Where there is nothing to process, one statement is transaction enough."""
        mine = [record for record in records if self._concerns(record)]
        if not mine:
            async with borrow(self._pool) as connection:
                await move(connection, self.name, moves)
            return
        with BATCH_SECONDS.labels(self.name).time():
            async with transaction(self._pool) as connection:
                await move(connection, self.name, moves)
                await self._process(connection, mine)
        self._committed()

    async def assigned(self, consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]) -> None:
        """Take over partitions at the database's position; a partition never read begins at its first record."""
        async with borrow(self._pool) as connection:
            positions = await begin(connection, self.name, partitions)
        self._next = positions
        for partition, offset in self._next.items():
            consumer.seek(partition, offset)
        self._assigned = True

    @contextlib.asynccontextmanager
    async def _consumer(self) -> AsyncIterator[AIOKafkaConsumer]:
        self._assigned, self._fault, self._next = False, None, {}
        async with consuming(self._settings, self.name, self._topics, self) as consumer:
            try:
                yield consumer
            finally:
                self._lag_offsets.give_up()

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
        if self._is_well(consumer):
            self.condition.ready, self.condition.problem = True, None
        LAG_EVENTS.labels(self.name).set(behind)
        LAG_SECONDS.labels(self.name).set(time.time() - records[-1].timestamp / 1000 if behind and records else 0)
        self._lag_offsets.tell(consumer, self._next)

    def _is_well(self, consumer: AIOKafkaConsumer) -> bool:
        """Who lost history and begins again is not, until it is known that the hole is gone."""
        if self._assigned and self._lost:
            self._lost = any(consumer.highwater(partition) is None for partition in self._next)
        return self._assigned and not self._lost

    def _failed(self, error: Exception) -> None:
        CONSUMER_FAILURES.labels(self.name).inc()
        lost = isinstance(error, LostHistory)
        self._lost = self._lost or lost
        self.condition.ready = False
        self.condition.problem = str(error) if lost else type(error).__name__
        log.error("history_lost" if lost else "batch_failed", subscription=self.name, exc_info=error)


def _is_ours(partition: TopicPartition, batch: Sequence[Record], held: Mapping[TopicPartition, int]) -> bool:
    """Whether records were read from the database's position.

    Between an assignment and the seek that belongs to it a consumer reads from wherever Kafka's own offsets point;
    what arrives so is dropped, and read again from where it should.
    """
    return partition in held and batch[0].offset >= held[partition]
