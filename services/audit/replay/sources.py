"""Where a replay reads: the archive, or Kafka itself from offset 0. Both give the same records in the same batches."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.audit.domain.subjects import TOPICS
from services.audit.locks import patiently
from services.audit.replay.gather import Raw
from shared.events.topics import Topic
from shared.runtime.database import Pool, borrow, transaction

BATCH: Final = 5_000
SILENCE: Final = 15.0
"""Seconds without a record after which Kafka is taken to be gone."""

_UPPER: Final = (
    "SELECT coalesce(max(leaf_index), -1) AS upper, count(*) AS total FROM leaf WHERE topic = ANY($1::text[])"
)
_NEXT: Final = """
SELECT leaf_index, key, value, (extract(epoch FROM broker_time) * 1000)::bigint AS timestamp FROM leaf
 WHERE leaf_index > $1 AND leaf_index <= $2 AND topic = ANY($3::text[]) ORDER BY leaf_index LIMIT $4
"""
_POSITIONS: Final = """
SELECT topic, partition, max("offset") + 1 AS next FROM leaf
 WHERE leaf_index <= $1 AND topic = ANY($2::text[]) GROUP BY topic, partition ORDER BY topic, partition
"""
Positions = dict[str, int]
"""From `topic/partition` to the first offset that was not read."""


class Log(Protocol):
    """A log that ends where it ended when it was opened, however much arrives meanwhile."""

    @property
    def total(self) -> int: ...

    @property
    def positions(self) -> Positions: ...

    def batches(self) -> AsyncIterator[Sequence[Raw]]:
        """All records from the first on; may be asked for several times."""
        ...


@dataclass
class ArchivedLog:
    pool: Pool
    upper: int = -1
    total: int = 0
    positions: Positions = field(default_factory=dict)

    @classmethod
    async def open(cls, pool: Pool) -> "ArchivedLog":
        async with transaction(pool) as connection:
            await patiently(connection)
            bounds = await connection.fetchrow(_UPPER, _names())
            assert bounds is not None  # noqa: S101 - an aggregate has one row
            places = await connection.fetch(_POSITIONS, bounds["upper"], _names())
        positions = {f"{row['topic']}/{row['partition']}": row["next"] for row in places}
        return cls(pool, bounds["upper"], bounds["total"], positions)

    async def batches(self) -> AsyncIterator[Sequence[Raw]]:
        last = -1
        while last < self.upper:
            async with borrow(self.pool) as connection:
                rows = await connection.fetch(_NEXT, last, self.upper, _names(), BATCH)
            if not rows:
                return
            last = rows[-1]["leaf_index"]
            yield [Raw(row["key"], row["value"], row["timestamp"]) for row in rows]


@dataclass
class KafkaLog:
    consumer: AIOKafkaConsumer
    ends: dict[TopicPartition, int]
    prefix: str

    @property
    def total(self) -> int:
        return sum(self.ends.values())

    @property
    def positions(self) -> Positions:
        places = sorted((each.topic.removeprefix(self.prefix), each.partition, end) for each, end in self.ends.items())
        return {f"{topic}/{partition}": end for topic, partition, end in places if end}

    async def batches(self) -> AsyncIterator[Sequence[Raw]]:
        async for fetched in self.fetches():
            yield [Raw(each.key, each.value, each.timestamp) for records in fetched.values() for each in records]

    async def fetches(self) -> AsyncIterator[dict[TopicPartition, list[Any]]]:
        """Kafka's own records by partition, in the order of their offsets. Raises TimeoutError when none come."""
        await self.consumer.seek_to_beginning(*self.ends)
        heard = time.monotonic()
        while await self._behind():
            fetched = await self.consumer.getmany(timeout_ms=1000, max_records=BATCH)
            heard = time.monotonic() if fetched else heard
            if time.monotonic() - heard > SILENCE:
                raise TimeoutError("Kafka did not give the records it said it had")
            yield {
                place: [each for each in records if each.offset < self.ends[place]]
                for place, records in fetched.items()
            }

    async def _behind(self) -> bool:
        return any([await self.consumer.position(place) < end for place, end in self.ends.items()])


@asynccontextmanager
async def kafka_log(bootstrap_servers: str, prefix: str, topics: Sequence[Topic] = TOPICS) -> AsyncIterator[KafkaLog]:
    """A plain consumer of its own, in no group."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        enable_auto_commit=False,
        auto_offset_reset="none",
        isolation_level="read_committed",
        max_partition_fetch_bytes=2 * 1024 * 1024,
    )
    await consumer.start()
    try:
        places = [TopicPartition(prefix + topic.name, each) for topic in topics for each in range(topic.partitions)]
        consumer.assign(places)
        ends: dict[Any, int] = await consumer.end_offsets(places)
        yield KafkaLog(consumer, ends, prefix)
    finally:
        await asyncio.wait_for(consumer.stop(), SILENCE)


def _names() -> list[str]:
    return [topic.name for topic in TOPICS]
