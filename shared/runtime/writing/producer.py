"""The relay's Kafka side: batches made by ourselves, because they cost a third of single sends per event."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import ProducerClosed
from murmurhash2 import murmurhash2

from shared.events.codec import HEADERS
from shared.events.topics import MAX_RECORD_BYTES
from shared.runtime.writing.relay import Message

SEND_TIMEOUT: Final = 10.0
STOP_TIMEOUT: Final = 2.0
SEED: Final = 0x9747B28C
POSITIVE: Final = 0x7FFFFFFF
"""What Kafka begins its hash with, and what it takes of it."""


class KafkaPublisher:
    """Publishes to one topic, idempotently, acknowledged by all in-sync replicas.

    One refused record wedges its partition of a producer for ever (OutOfOrderSequenceNumber), so a producer that
    failed once is thrown away, never repaired. Every wait is bounded: `send` hangs while Kafka is down.
    """

    def __init__(self, bootstrap_servers: str, topic: str) -> None:
        self._servers = bootstrap_servers
        self._topic = topic
        self._producer: AIOKafkaProducer | None = None

    async def publish(self, messages: Sequence[Message]) -> None:
        async with asyncio.timeout(SEND_TIMEOUT):
            producer = self._producer or await self._start()
            partitions = len(await producer.partitions_for(self._topic))
            by_partition = defaultdict(list)
            for message in messages:
                by_partition[partition_of(message.key, partitions)].append(message)
            await asyncio.gather(*(self._send(producer, *each) for each in by_partition.items()))

    async def reset(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await _bury(producer)

    async def _start(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._servers,
            acks="all",
            enable_idempotence=True,
            max_batch_size=MAX_RECORD_BYTES,
            max_request_size=2 * MAX_RECORD_BYTES,
            request_timeout_ms=int(SEND_TIMEOUT * 1000),
        )
        self._producer = producer
        await producer.start()
        return producer

    async def _send(self, producer: AIOKafkaProducer, partition: int, messages: Sequence[Message]) -> None:
        """All messages of one partition, in order, in as many batches as they need."""
        waiting = []
        batch = producer.create_batch()
        for message in messages:
            if not _fits(batch, message):
                waiting.append(await producer.send_batch(batch, self._topic, partition=partition))
                batch = producer.create_batch()
                if not _fits(batch, message):
                    raise ValueError(f"a message of {len(message.value)} bytes fits in no batch")
        waiting.append(await producer.send_batch(batch, self._topic, partition=partition))
        await asyncio.gather(*waiting)


def partition_of(key: bytes, partitions: int) -> int:
    """Where every Kafka client puts a key: aiokafka's own way is the same, and half of what a message costs here."""
    return int(murmurhash2(key, SEED) & POSITIVE) % partitions


def _fits(batch: Any, message: Message) -> bool:
    return batch.append(timestamp=None, key=message.key, value=message.value, headers=HEADERS) is not None


async def _bury(producer: AIOKafkaProducer) -> None:
    """Stop without flushing: what is in flight is the outbox's business again.

    Asked politely, a producer that can not reach Kafka waits for ever; given up waiting for, it leaves a sender
    behind that tries for ever, and delivers when Kafka is back.
    """
    producer._message_accumulator.fail_all(ProducerClosed())  # noqa: SLF001 - aiokafka has no stop without flushing
    with contextlib.suppress(Exception):
        await producer.client.close()  # ends the requests in flight, for which the sender would wait
    with contextlib.suppress(Exception):
        await asyncio.wait_for(producer.stop(), STOP_TIMEOUT)
