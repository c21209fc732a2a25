import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from sqlalchemy.ext.asyncio import create_async_engine

from daicho.embedded.parts import Parts
from shared.events.codec import Recorded, decode
from shared.events.topics import Topic
from shared.runtime.clock import FixedClock
from shared.runtime.database import Pool, borrow, open_pool, transaction
from shared.runtime.reading.consumer import FeedSettings
from shared.runtime.reading.intake import Intake
from shared.runtime.reading.subscription import Subscription
from shared.runtime.reading.views import ViewHandler
from shared.runtime.topics import create
from shared.runtime.writing.commands import Commands
from shared.runtime.writing.origin import Given, Origin
from shared.runtime.writing.producer import KafkaPublisher
from shared.runtime.writing.relay import Relay
from shared.testing.house import eventually
from shared.testing.stack import Migration
from tests.integration.tally import TALLY, TOPIC, TOTALS, Count, metadata


def migrate(dsn: str) -> None:
    async def run() -> None:
        engine = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://", 1))
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        await engine.dispose()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


@pytest.fixture(scope="session")
def migration() -> Migration:
    return Migration("tally", migrate)


@dataclass
class House:
    """One database, one topic, and the runtime's parts put together as a service would."""

    dsn: str
    kafka: str
    topic: Topic
    prefix: str
    pool: Pool
    clock: FixedClock = field(default_factory=lambda: FixedClock(datetime(2016, 4, 1, tzinfo=UTC)))
    woken: list[Relay] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.commands = Commands("tally", [TALLY], self.clock, self.wake)

    def wake(self) -> None:
        for relay in self.woken:
            relay.wake()

    @property
    def topic_name(self) -> str:
        return self.prefix + self.topic.name

    def relay(self, **options: Any) -> Relay:
        relay = Relay(self.dsn, KafkaPublisher(self.kafka, self.topic_name), **options)
        self.woken.append(relay)
        return relay

    def totals(self) -> Subscription:
        return Subscription((self.topic,), Intake("totals", ViewHandler(TOTALS.at(""))), self.pool)

    def feed_settings(self, **changes: Any) -> FeedSettings:
        return replace(FeedSettings(self.kafka, self.prefix + "tally", session_timeout_ms=6000), **changes)

    async def count(self, tally: str, by: int = 1, note: str = "") -> None:
        async with transaction(self.pool) as connection:
            await self.commands.dispatch(connection, [Given(Count(tally=tally, by=by, note=note), Origin("test"))])
        self.wake()

    @asynccontextmanager
    async def counting(self, tally: str, by: int = 1) -> AsyncIterator[None]:
        """A count whose transaction stays open inside the block and commits at its end."""
        async with transaction(self.pool) as connection:
            await self.commands.dispatch(connection, [Given(Count(tally=tally, by=by), Origin("test"))])
            yield

    async def fetch(self, query: str, *values: Any) -> list[Any]:
        async with borrow(self.pool) as connection:
            return await connection.fetch(query, *values)

    async def value(self, query: str, *values: Any) -> Any:
        rows = await self.fetch(query, *values)
        return rows[0][0] if rows else None

    async def queued(self) -> int:
        """Events that are committed and not known to be on Kafka."""
        return int(await self.value("SELECT count(*) FROM outbox"))

    async def relayed(self, *, within: float = 20) -> None:
        async def empty() -> bool:
            return await self.queued() == 0

        await eventually(empty, within=within)

    async def totals_reach(self, expected: dict[str, tuple[int, int]], *, within: float = 20) -> None:
        """Wait until the view holds exactly these (total, events) by tally."""
        found: dict[str, tuple[int, int]] = {}

        async def equal() -> bool:
            rows = await self.fetch("SELECT * FROM totals")
            found.clear()
            found.update({row["stream"].removeprefix("tally/"): (row["total"], row["events"]) for row in rows})
            return found == expected

        try:
            await eventually(equal, within=within)
        except TimeoutError:
            raise AssertionError(f"the view holds {found}, not {expected}") from None

    async def put(self, *records: tuple[bytes | None, bytes | None]) -> None:
        """Write records as somebody else's program might: key and value, in this order."""
        async with AIOKafkaProducer(bootstrap_servers=self.kafka, enable_idempotence=True) as producer:
            waiting = [await producer.send(self.topic_name, key=key, value=value) for key, value in records]
            await asyncio.gather(*waiting)

    async def events(self) -> list[Recorded]:
        """What is on the topic, decoded, in the order of partition and offset."""
        return [
            recorded for record in await self.published(0) if isinstance(recorded := decode(record.value), Recorded)
        ]

    async def ends(self) -> dict[int, int]:
        """The offset after the last record of each partition, transaction markers included."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka)
        await consumer.start()
        try:
            partitions = [TopicPartition(self.topic_name, number) for number in range(self.topic.partitions)]
            found: dict[Any, int] = await consumer.end_offsets(partitions)
            return {partition.partition: offset for partition, offset in found.items()}
        finally:
            await consumer.stop()

    async def published(self, at_least: int, *, within: float = 20) -> list[Any]:
        """Everything on the topic, read by a plain consumer, in the order of partition and offset."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka, isolation_level="read_committed")
        await consumer.start()
        try:
            partitions = [TopicPartition(self.topic_name, number) for number in range(self.topic.partitions)]
            consumer.assign(partitions)
            await consumer.seek_to_beginning(*partitions)
            records: list[Any] = []
            ends = await consumer.end_offsets(partitions)
            async with asyncio.timeout(within):
                while len(records) < at_least or await _behind(consumer, ends):
                    for batch in (await consumer.getmany(timeout_ms=100)).values():
                        records += batch
            return sorted(records, key=lambda record: (record.partition, record.offset))
        finally:
            await consumer.stop()


async def _behind(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    return any([await consumer.position(partition) < end for partition, end in ends.items()])


@pytest.fixture
async def house(database: str, parts: Parts, topic_prefix: str) -> AsyncIterator[House]:
    await create(parts.kafka, [TOPIC], replication=1, prefix=topic_prefix)
    pool = await open_pool(database, size=60)
    yield House(database, parts.kafka, TOPIC, topic_prefix, pool)
    pool.terminate()


@pytest.fixture
async def without_kafka(database: str) -> AsyncIterator[House]:
    """A house whose log is in memory."""
    pool = await open_pool(database, size=10)
    yield House(database, "", TOPIC, "", pool)
    pool.terminate()


@pytest.fixture
async def running() -> AsyncIterator[Callable[[Any], asyncio.Task[Any]]]:
    """Start coroutines that run beside the test; they are cancelled when it ends."""
    tasks: list[asyncio.Task[Any]] = []

    def start(coroutine: Any) -> asyncio.Task[Any]:
        tasks.append(asyncio.create_task(coroutine))
        return tasks[-1]

    yield start
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
