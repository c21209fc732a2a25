"""A real service in this process, on a real database and a real Kafka of its own; only its calendar is driven."""

import asyncio
import io
import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import httpx
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from confluent_kafka import Producer
from fastapi import FastAPI

from daicho.embedded.databases import create_database, drop_database
from daicho.embedded.parts import Parts
from shared.decider import Command
from shared.events.base import DomainEvent
from shared.events.codec import Recorded, encode
from shared.events.topics import ALL, HR, OWN, Topic
from shared.law.calendar import business_date, start_of_day
from shared.runtime.application import build
from shared.runtime.auth.authenticator import Authenticator
from shared.runtime.clock import DrivenClock
from shared.runtime.database import borrow, transaction
from shared.runtime.dev_issuer import DevIssuer, TokenRequest, issuer_app
from shared.runtime.reading.views import canonical
from shared.runtime.schema.migrate import migrate
from shared.runtime.service import Running, Service
from shared.runtime.settings import Settings
from shared.runtime.topics import create
from shared.runtime.watching.logs import install_logs
from shared.runtime.writing.origin import Given, Origin
from shared.testing.stack import Migration, Templates

ISSUER: Final = "http://issuer.example.com"
MORNING: Final = datetime(2016, 4, 1, 0, 0, tzinfo=UTC)
"""09:00 in Japan on the first day of FY2017."""
WRITTEN: Final = ("event", "outbox", "idempotency", "due")
"""What a command may leave behind."""


async def eventually(holds: Callable[[], Awaitable[bool]], *, within: float = 20) -> None:
    """Poll until it holds; TimeoutError when it did not in `within` seconds."""
    async with asyncio.timeout(within):
        while not await holds():  # noqa: ASYNC110 - what is waited for is in another process
            await asyncio.sleep(0.02)


@dataclass
class Hr:
    """The HR system: somebody else's producer, of another make."""

    producer: Producer
    topic: str
    clock: DrivenClock
    sent: int = 0
    _refused: list[str] = field(default_factory=list)

    def tell(self, stream: str, event: DomainEvent, *, id: str | None = None) -> str:  # noqa: A002 - the envelope's word
        """Publish an event as it is recorded now; its id."""
        self.sent += 1
        told = id or f"hr-{self.sent:06}"
        now = self.clock.now()
        day = event.business_date or business_date(now)
        self.publish(stream, encode(Recorded(told, "/hr", stream, None, start_of_day(day), now, event)))
        return told

    def publish(self, key: str | bytes | None, value: bytes | None, *, partition: int | None = None) -> None:
        """Any bytes, as any program could send them."""
        anywhere = -1
        place = anywhere if partition is None else partition
        self.producer.produce(self.topic, value=value, key=key, partition=place, on_delivery=self._told)

    def flush(self) -> None:
        """Return when the broker has everything."""
        undelivered = self.producer.flush(10)
        if undelivered or self._refused:
            raise AssertionError(f"{undelivered} not delivered, refused: {self._refused}")

    def _told(self, error: Any, _message: Any) -> None:
        if error is not None:
            self._refused.append(str(error))


@dataclass
class House:
    """A service at work, and everything around it that a test reaches for."""

    app: FastAPI
    issuer: DevIssuer
    clock: DrivenClock
    hr: Hr
    kafka: str
    prefix: str
    api: httpx.AsyncClient
    log: io.StringIO
    """Everything the service wrote to its log."""
    _tokens: dict[str, str] = field(default_factory=dict)

    @property
    def running(self) -> Running:
        running: Running = self.app.state.running
        return running

    def token(self, principal: str) -> str:
        """`P1` for a person, `client/dashboard` for a program."""
        if principal not in self._tokens:
            self._tokens[principal] = self.issuer.token(TokenRequest(sub=principal))
        return self._tokens[principal]

    async def ask(self, method: str, path: str, token: str | None, **options: Any) -> httpx.Response:
        """Any request with any token, or none."""
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        return await self.api.request(method, path, headers=headers | dict(options.pop("headers", {})), **options)

    async def get(self, principal: str, path: str, **options: Any) -> httpx.Response:
        return await self.ask("GET", path, self.token(principal), **options)

    async def post(
        self, principal: str, path: str, body: Any = None, *, key: str | None = None, **headers: str
    ) -> httpx.Response:
        """A change under a fresh idempotency key, unless one is given."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["Idempotency-Key"] = key or str(uuid.uuid4())
        return await self.ask("POST", path, self.token(principal), json=body, headers=named)

    async def delete(self, principal: str, path: str, *, version: int) -> httpx.Response:
        headers = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": f'"{version}"'}
        return await self.ask("DELETE", path, self.token(principal), headers=headers)

    async def fetch(self, query: str, *values: Any) -> list[Any]:
        async with borrow(self.running.pool) as connection:
            return await connection.fetch(query, *values)

    async def value(self, query: str, *values: Any) -> Any:
        rows = await self.fetch(query, *values)
        return rows[0][0] if rows else None

    async def rows(self, view: str) -> bytes:
        """All rows of a view's live build, as bytes to compare."""
        store = next(each for each in self.running.service.views if each.name == view).at("")
        return canonical(store.row(row) for row in await self.fetch(f"SELECT * FROM {store.table}"))

    async def told(self, stream: str) -> list[str]:
        """The kinds of a stream's events, in their order: `PledgeRequested`."""
        rows = await self.fetch("SELECT type FROM event WHERE stream = $1 ORDER BY version", stream)
        return [row["type"].split(".")[1] for row in rows]

    async def give(self, *commands: Command) -> None:
        """As a reaction would; when this returns, everything that follows has happened."""
        given = [Given(each, Origin("test")) for each in commands]
        async with transaction(self.running.pool) as connection:
            await self.running.commands.dispatch(connection, given)
        await self.settled()

    async def written(self) -> dict[str, int]:
        """How many rows there are of everything a command may leave behind."""
        return {name: await self.value(f"SELECT count(*) FROM {name}") for name in WRITTEN}

    async def parked(self) -> dict[str, str]:
        """From the stream of each culprit to the reason, as the reactions saw it."""
        query = (
            "SELECT stream, reason FROM parked WHERE subscription = 'reactions' AND reason <> 'behind-a-parked-event'"
        )
        return {row["stream"]: row["reason"] for row in await self.fetch(query)}

    async def settled(self, *, within: float = 20) -> None:
        """Wait until everything that was told has been read, everything due has fired and everything is published."""
        self.hr.flush()
        async with self._watermarks() as ends:

            async def still() -> bool:
                reached = await ends()
                return await self._read_to(reached) and await self._idle() and await ends() == reached

            await eventually(still, within=within)

    async def _idle(self) -> bool:
        query = "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM due WHERE at <= $1)"
        return int(await self.value(query, self.clock.now())) == 0

    async def _read_to(self, ends: Mapping[tuple[str, int], int]) -> bool:
        rows = await self.fetch("SELECT subscription, topic, partition, next FROM subscription_offset")
        reached = {(row["subscription"], row["topic"], row["partition"]): row["next"] for row in rows}
        return all(
            reached.get((each.name, topic, partition), -1) >= end
            for each in self.running.subscriptions.values()
            for (topic, partition), end in ends.items()
            if topic in {self.prefix + read.name for read in each.topics}
        )

    @asynccontextmanager
    async def _watermarks(self) -> AsyncIterator[Callable[[], Awaitable[dict[tuple[str, int], int]]]]:
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka)
        await consumer.start()
        read = {topic for each in self.running.subscriptions.values() for topic in each.topics}
        places = [
            TopicPartition(self.prefix + topic.name, each)
            for topic in {HR, OWN[self.running.service.name]} | read
            for each in _numbers(topic)
        ]

        async def ends() -> dict[tuple[str, int], int]:
            found = await consumer.end_offsets(places)
            return {(place.topic, place.partition): end for place, end in found.items()}

        try:
            yield ends
        finally:
            await consumer.stop()


def _numbers(topic: Topic) -> range:
    return range(topic.partitions)


@dataclass(frozen=True)
class Town:
    """Where houses stand beside each other: topics, a calendar and an issuer that they share."""

    parts: Parts
    templates: Templates
    folder: Path
    prefix: str
    clock: DrivenClock
    issuer: DevIssuer
    hr: Hr

    @asynccontextmanager
    async def house(self, service: Service) -> AsyncIterator[House]:
        """A service with a database of its own, its feeds assigned."""
        with self.database(service) as dsn, _logged(service.name) as log:
            app = build(service, self.settings(dsn))
            async with app.router.lifespan_context(app), _api(app) as api:
                await _trust(app, self.issuer)
                house = House(app, self.issuer, self.clock, self.hr, self.parts.kafka, self.prefix, api, log)
                await eventually(lambda: _assigned(house.running))
                yield house

    @contextmanager
    def database(self, service: Service) -> Iterator[str]:
        """Of one service, empty, gone at the end."""
        template = self.templates.of(_migration(service.name))
        name = f"{template}_{uuid.uuid4().hex[:8]}"
        yield create_database(self.parts.postgres_dsn, name, template=template)
        drop_database(self.parts.postgres_dsn, name)

    def settings(self, dsn: str) -> Settings:
        """What a service here is told."""
        return Settings(
            environment="test",
            database_url=dsn,
            kafka_bootstrap_servers=self.parts.kafka,
            oidc_issuer=ISSUER,
            topic_prefix=self.prefix,
            group_prefix=self.prefix,
            clock_file=self.folder / "clock.json",
        )


@asynccontextmanager
async def open_town(parts: Parts, templates: Templates, folder: Path) -> AsyncIterator[Town]:
    """Topics of its own, gone at the end; it is the morning of 1 April 2016."""
    prefix = f"t{uuid.uuid4().hex[:10]}."
    clock = DrivenClock(folder / "clock.json")
    clock.set(MORNING)
    await create(parts.kafka, ALL, replication=1, prefix=prefix)
    hr = Hr(Producer({"bootstrap.servers": parts.kafka, "linger.ms": 0}), prefix + HR.name, clock)
    issuer = DevIssuer(ISSUER, folder / "keys", "daicho")
    try:
        yield Town(parts, templates, folder, prefix, clock, issuer, hr)
    finally:
        await _delete_topics(parts.kafka, prefix)


@asynccontextmanager
async def open_house(service: Service, parts: Parts, templates: Templates, folder: Path) -> AsyncIterator[House]:
    """A service alone in its town."""
    async with open_town(parts, templates, folder) as town, town.house(service) as house:
        yield house


def _api(app: FastAPI) -> httpx.AsyncClient:
    """Requests go straight to the application; what it fails to catch comes back as it would from a server."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://service.example.com", trust_env=False)


@cache
def _migration(service: str) -> Migration:
    """One object per service: by it the templates know what they have made already."""
    return Migration(service, partial(migrate, service))


async def _trust(app: FastAPI, issuer: DevIssuer) -> None:
    """The issuer's keys come over ASGI instead of a port; everything else about tokens is as it always is."""
    await app.state.authenticator.close()
    settings = app.state.running.settings
    app.state.authenticator = Authenticator(settings, httpx.ASGITransport(issuer_app(issuer)))


async def _assigned(running: Running) -> bool:
    return all(feed.condition.ready for feed in running.feeds.values())


@contextmanager
def _logged(service: str) -> Iterator[io.StringIO]:
    """The log as a service writes it; how pytest catches those of libraries stays as it is."""
    before, root, log = structlog.get_config(), logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    install_logs(service, stream=log)
    root.handlers[:] = handlers
    root.setLevel(level)
    yield log
    structlog.configure(**before)


async def _delete_topics(kafka: str, prefix: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        mine = [topic for topic in await admin.list_topics() if topic.startswith(prefix)]
        await admin.delete_topics(mine)
    finally:
        await admin.close()
