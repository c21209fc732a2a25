import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from daicho.embedded.parts import Parts
from services.audit.app import SERVICE
from shared.events.codec import HEADERS, Recorded, encode
from shared.events.topics import ALL, HR, TRAINING
from shared.runtime.clock import DrivenClock
from shared.runtime.migrate import migrate
from shared.runtime.service import Running, running
from shared.runtime.settings import Settings
from shared.runtime.topics import TopicFault, create
from shared.testing.stack import Migration

NOW = datetime(2017, 6, 1, 3, tzinfo=UTC)


@pytest.fixture(scope="session")
def migration() -> Migration:
    return Migration("audit", partial(migrate, "audit"))


@dataclass
class Audit:
    """The audit service with everything that runs beside its API, and a way to tell it things."""

    running: Running
    clock: DrivenClock
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    told: int = 0

    def start(self) -> None:
        wanted = {name: work for name, work in self.running.workers().items() if name not in {"relay", "timers"}}
        self.tasks += [asyncio.create_task(work(), name=name) for name, work in wanted.items()]

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks.clear()

    async def tell(self, events: Sequence[Recorded]) -> None:
        await self.publish([(topic_of(each), each.stream.encode(), encode(each)) for each in events])

    async def publish(self, records: Sequence[tuple[str, bytes | None, bytes | None]]) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=self.running.settings.kafka_bootstrap_servers, acks="all")
        await producer.start()
        try:
            prefix = self.running.settings.topic_prefix
            for topic, key, value in records:
                await producer.send_and_wait(prefix + topic, key=key, value=value, headers=HEADERS)
        finally:
            await producer.stop()
        self.told += len(records)

    async def settled(self, *, within: float = 30) -> None:
        """Everything told is archived and judged."""

        async def done() -> bool:
            archived = await self.fetchval("SELECT count(*) FROM leaf")
            dirty = await self.fetchval("SELECT count(*) FROM dirty")
            behind = sum(each.condition.behind for each in self.running.feeds.values())
            ready = all(each.condition.ready for each in self.running.feeds.values())
            return bool(archived == self.told and not dirty and not behind and ready)

        await until(done, within=within)

    async def fetchval(self, query: str, *values: Any) -> Any:
        async with self.running.pool.acquire() as connection:
            return await connection.fetchval(query, *values)

    async def fetch(self, query: str, *values: Any) -> list[Any]:
        async with self.running.pool.acquire() as connection:
            return list(await connection.fetch(query, *values))


async def until(true: Callable[[], Awaitable[bool]], *, within: float = 20) -> None:
    async with asyncio.timeout(within):
        while not await true():  # noqa: ASYNC110 - what is waited for happens in a database
            await asyncio.sleep(0.05)


async def topics(kafka: str, prefix: str) -> None:
    """A broker that has just made topics may not know them yet."""

    async def made() -> bool:
        with suppress(TopicFault):
            await create(kafka, ALL, replication=1, prefix=prefix)
            return True
        return False

    await until(made)


def topic_of(recorded: Recorded) -> str:
    return (HR if recorded.event.type.startswith("hr.") else TRAINING).name


@pytest.fixture
async def audit(database: str, parts: Parts, topic_prefix: str, tmp_path: Path) -> AsyncIterator[Audit]:
    """Started, with nothing told yet; today is 1 June 2017."""
    await topics(parts.kafka, topic_prefix)
    clock = DrivenClock(tmp_path / "clock.json")
    clock.set(NOW)
    settings = Settings(
        environment="test",
        database_url=database,
        kafka_bootstrap_servers=parts.kafka,
        oidc_issuer="http://127.0.0.1:1",
        topic_prefix=topic_prefix,
        group_prefix=topic_prefix,
        clock_file=tmp_path / "clock.json",
    )
    async with running(SERVICE, settings) as parts_of_audit:
        house = Audit(parts_of_audit, clock)
        house.start()
        yield house
        await house.stop()
