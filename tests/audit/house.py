"""The audit service on a real database and a real Kafka of its own, and a way to tell it things and to ask it."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from fastapi import FastAPI

from daicho.embedded.databases import create_database, drop_database
from daicho.embedded.parts import Parts
from services.audit.app import SERVICE
from services.audit.domain.subjects import TOPICS
from services.audit.replay import store
from services.audit.replay.order import ReplayOrder
from shared.events.codec import HEADERS, Recorded, encode
from shared.events.topics import ALL, HR, OWN
from shared.runtime.application import describe
from shared.runtime.auth.authenticator import Authenticator
from shared.runtime.clock import DrivenClock
from shared.runtime.database import borrow, transaction
from shared.runtime.dev_issuer import DevIssuer, TokenRequest, issuer_app
from shared.runtime.schema.migrate import migrate
from shared.runtime.service import Running, running
from shared.runtime.settings import Settings
from shared.runtime.topics import TopicFault, create
from shared.testing.stack import Migration, Templates

NOW: Final = datetime(2017, 6, 1, 3, tzinfo=UTC)
ISSUER: Final = "http://issuer.example.com"
MIGRATION: Final = Migration("audit", partial(migrate, "audit"))
LEFT_OUT: Final = {"relay", "timers"}
"""Audit's own events would be counted too."""


@dataclass
class House:
    running: Running
    issuer: DevIssuer
    app: FastAPI
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    told: int = 0

    def start(self) -> None:
        """Everything that runs beside the API, but what writes."""
        wanted = {name: work for name, work in self.running.workers().items() if name not in LEFT_OUT}
        self.tasks += [asyncio.create_task(work(), name=name) for name, work in wanted.items()]

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks.clear()

    async def tell(self, events: Sequence[Recorded]) -> None:
        await self.publish([(topic_of(each), each.stream.encode(), encode(each)) for each in events])

    async def publish(self, records: Sequence[tuple[str, bytes | None, bytes | None]]) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=self.running.settings.kafka_bootstrap_servers, acks="all")
        await producer.start()
        try:
            prefix = self.running.settings.topic_prefix
            sent = [await producer.send(prefix + topic, value, key, headers=HEADERS) for topic, key, value in records]
            await asyncio.gather(*sent)
        finally:
            await producer.stop()
        self.told += len(records)

    async def settled(self, *, within: float = 30) -> None:
        """Everything told is archived and judged."""
        await until(self._settled, within=within)

    async def _settled(self) -> bool:
        """What live has read it has marked too, so the marks are counted last."""
        if await self.value("SELECT count(*) FROM leaf") != self.told or await self._judged() != await self._to_judge():
            return False
        return not await self.value("SELECT count(*) FROM dirty")

    async def _judged(self) -> int:
        """Records that live has read."""
        return int(
            await self.value("SELECT coalesce(sum(next), 0) FROM subscription_offset WHERE subscription = 'live'")
        )

    async def _to_judge(self) -> int:
        return int(
            await self.value("SELECT count(*) FROM leaf WHERE topic = ANY($1)", [topic.name for topic in TOPICS])
        )

    async def value(self, query: str, *values: Any) -> Any:
        async with borrow(self.running.pool) as connection:
            return await connection.fetchval(query, *values)

    async def fetch(self, query: str, *values: Any) -> list[Any]:
        async with borrow(self.running.pool) as connection:
            return list(await connection.fetch(query, *values))

    async def replayed(self, order: ReplayOrder) -> tuple[uuid.UUID, dict[str, Any]]:
        """Queue a replay, and wait for what it comes to."""
        name = uuid.uuid4()
        async with transaction(self.running.pool) as connection:
            await store.queue(connection, name, order, b"", "person/P-AUDITOR", NOW)
        await until(partial(self.over, name), within=30)
        return name, await self.value("SELECT result FROM replay WHERE replay_id = $1", name)

    async def over(self, name: uuid.UUID) -> bool:
        return await self.value("SELECT state FROM replay WHERE replay_id = $1", name) in store.OVER

    def client(self, person: str | None) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.issuer.token(TokenRequest(sub=person))}"} if person else {}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://audit.example.com", headers=headers)

    async def get(self, person: str | None, path: str, **parameters: Any) -> httpx.Response:
        async with self.client(person) as client:
            return await client.get(path, params=parameters or None)

    async def post(self, person: str, path: str, body: Any, key: str | None = None) -> httpx.Response:
        async with self.client(person) as client:
            return await client.post(path, json=body, headers={"Idempotency-Key": key or str(uuid.uuid4())})


async def until(true: Callable[[], Awaitable[bool]], *, within: float = 20) -> None:
    async with asyncio.timeout(within):
        while not await true():  # noqa: ASYNC110 - what is waited for happens in a database
            await asyncio.sleep(0.05)


def topic_of(recorded: Recorded) -> str:
    return OWN.get(recorded.source.strip("/"), HR).name


@asynccontextmanager
async def open_house(parts: Parts, templates: Templates, folder: Path) -> AsyncIterator[House]:
    """Started, with nothing told yet; today is 1 June 2017."""
    prefix = f"t{uuid.uuid4().hex[:10]}."
    DrivenClock(folder / "clock.json").set(NOW)
    issuer = DevIssuer(ISSUER, folder / "keys", "daicho")
    with _database(parts, templates) as dsn:
        await _make_topics(parts.kafka, prefix)
        try:
            async with running(SERVICE, _settings(parts, dsn, prefix, folder)) as parts_of_audit:
                house = House(parts_of_audit, issuer, describe(SERVICE))
                house.app.state.running = parts_of_audit
                transport = httpx.ASGITransport(issuer_app(issuer))
                house.app.state.authenticator = Authenticator(parts_of_audit.settings, transport)
                house.start()
                try:
                    yield house
                finally:
                    await house.stop()
                    await house.app.state.authenticator.close()
        finally:
            await _delete_topics(parts.kafka, prefix)


@asynccontextmanager
async def told_house(
    parts: Parts, templates: Templates, folder: Path, events: Sequence[Recorded]
) -> AsyncIterator[House]:
    """For all tests of a module that only ask."""
    async with open_house(parts, templates, folder) as house:
        await house.tell(events)
        await house.settled()
        yield house


def _settings(parts: Parts, dsn: str, prefix: str, folder: Path) -> Settings:
    return Settings(
        environment="test",
        database_url=dsn,
        kafka_bootstrap_servers=parts.kafka,
        oidc_issuer=ISSUER,
        topic_prefix=prefix,
        group_prefix=prefix,
        clock_file=folder / "clock.json",
    )


@contextmanager
def _database(parts: Parts, templates: Templates) -> Iterator[str]:
    name = f"{templates.of(MIGRATION)}_{uuid.uuid4().hex[:8]}"
    yield create_database(parts.postgres_dsn, name, template=templates.of(MIGRATION))
    drop_database(parts.postgres_dsn, name)


async def _make_topics(kafka: str, prefix: str) -> None:
    """A broker that has just made topics may not know them yet."""

    async def made() -> bool:
        with suppress(TopicFault):
            await create(kafka, ALL, replication=1, prefix=prefix)
            return True
        return False

    await until(made)


async def _delete_topics(kafka: str, prefix: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.delete_topics([each for each in await admin.list_topics() if each.startswith(prefix)])
    finally:
        await admin.close()
