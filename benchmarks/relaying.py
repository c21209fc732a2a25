"""From the outbox to Kafka, acknowledged and deleted, beside one row at a time and beside nothing but sending."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import asyncpg
from aiokafka import AIOKafkaProducer

from benchmarks.contest import Contest, Contestant
from benchmarks.goals import Times
from benchmarks.place import Place
from services.training.app import SERVICE
from shared.events.codec import HEADERS
from shared.events.topics import INCIDENTS
from shared.runtime.database import connect
from shared.runtime.writing.producer import KafkaPublisher
from shared.runtime.writing.relay import Relay
from shared.testing.house import MORNING, Town

MANY: Final = 20_000
FEW: Final = 300
BODY: Final = b"x" * 520
_FILL: Final = """
WITH told AS (
  INSERT INTO event (stream, version, event_id, type, recorded_at, body)
  SELECT 'pledge/' || gen_random_uuid(), 1, gen_random_uuid(), 'training.PledgeSigned.v1', $3, $2
    FROM generate_series(1, $1::int) RETURNING position)
INSERT INTO outbox (position) SELECT position FROM told
"""
_ONE: Final = "SELECT o.position, e.stream, e.body FROM outbox o JOIN event e USING (position) ORDER BY 1 LIMIT 1"
_DONE: Final = "DELETE FROM outbox WHERE position = $1"


@asynccontextmanager
async def contests(place: Place) -> AsyncIterator[tuple[Contest, ...]]:
    async with place.town() as town:
        with town.database(SERVICE) as dsn:
            async with _outbox(town, dsn) as outbox, _publisher(town, outbox.topic) as publisher:
                yield (_contest(outbox, Relay(dsn, publisher)),)


def _contest(outbox: "_Outbox", relay: Relay) -> Contest:
    return Contest(
        "relay",
        Contestant("relay", lambda: outbox.relayed(relay), lambda: outbox.fill(MANY)),
        (
            Contestant("one row at a time", outbox.one_by_one, lambda: outbox.fill(FEW)),
            Contestant("bare aiokafka send", outbox.only_sent),
        ),
        (Times("one row at a time", "wall", 40), Times("bare aiokafka send", "cpu", 1.5)),
    )


@dataclass(frozen=True)
class _Outbox:
    connection: "asyncpg.Connection[asyncpg.Record]"
    producer: AIOKafkaProducer
    topic: str

    async def fill(self, events: int) -> None:
        await self.connection.execute("DELETE FROM outbox")
        await self.connection.execute(_FILL, events, BODY, MORNING)

    async def relayed(self, relay: Relay) -> int:
        done = 0
        while batch := await relay.relay_once(self.connection):
            done += batch
        return done

    async def one_by_one(self) -> int:
        done = 0
        while row := await self.connection.fetchrow(_ONE):
            await self.producer.send_and_wait(self.topic, row["body"], row["stream"].encode(), headers=HEADERS)
            await self.connection.execute(_DONE, row["position"])
            done += 1
        return done

    async def only_sent(self) -> int:
        """No database at all, and one key for all: the least that the library itself does for a record."""
        sent = [await self.producer.send(self.topic, BODY, b"pledge/1", headers=HEADERS) for _ in range(MANY)]
        await asyncio.gather(*sent)
        return MANY


@asynccontextmanager
async def _outbox(town: Town, dsn: str) -> AsyncIterator[_Outbox]:
    connection = await connect(dsn)
    producer = AIOKafkaProducer(bootstrap_servers=town.parts.kafka, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        yield _Outbox(connection, producer, town.prefix + INCIDENTS.name)  # nobody reads what has no meaning
    finally:
        await producer.stop()
        await connection.close()


@asynccontextmanager
async def _publisher(town: Town, topic: str) -> AsyncIterator[KafkaPublisher]:
    publisher = KafkaPublisher(town.parts.kafka, topic)
    try:
        yield publisher
    finally:
        await publisher.reset()
