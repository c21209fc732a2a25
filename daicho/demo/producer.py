"""The HR system: a program of somebody else's that writes to hr.events and hr.contacts with any Kafka client."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final

from aiokafka import AIOKafkaProducer

from daicho.demo.script.contacts import ContactRecord
from daicho.demo.script.news import Message
from shared.events.topics import HR, HR_CONTACTS

IN_FLIGHT: Final = 2_000
"""Records handed over before their acknowledgements are awaited."""


class HrSystem:
    def __init__(self, producer: AIOKafkaProducer, prefix: str = "") -> None:
        self._producer = producer
        self._prefix = prefix

    async def tell(self, messages: Iterable[Message]) -> int:
        """Send in order and wait until Kafka has them all; how many it was."""
        records = ((message.key, message.value) for message in messages)
        return await self._send(self._prefix + HR.name, records)

    async def tell_contacts(self, contacts: Iterable[ContactRecord]) -> int:
        return await self._send(self._prefix + HR_CONTACTS.name, contacts)

    async def _send(self, topic: str, records: Iterable[tuple[str, bytes | None]]) -> int:
        sent, waiting = 0, []
        for key, value in records:
            waiting.append(await self._producer.send(topic, key=key.encode(), value=value))
            sent += 1
            if len(waiting) >= IN_FLIGHT:
                await _acknowledged(waiting)
        await _acknowledged(waiting)
        return sent


async def _acknowledged(waiting: list) -> None:  # type: ignore[type-arg]
    for each in waiting:
        await each
    waiting.clear()


@asynccontextmanager
async def hr_system(bootstrap_servers: str, prefix: str = "") -> AsyncIterator[HrSystem]:
    """A producer that keeps the order within a key whatever is sent again."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all", enable_idempotence=True, linger_ms=2)
    await producer.start()
    try:
        yield HrSystem(producer, prefix)
    finally:
        await producer.stop()
