"""Where contests are held: real servers, started for them, and a service with nothing running beside its API."""

import asyncio
import os
import platform
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import orjson
from aiokafka import AIOKafkaProducer
from fastapi import FastAPI

from daicho.embedded.jars import VERSION as KAFKA
from daicho.embedded.parts import Parts, open_parts
from shared.events.codec import HEADERS, Recorded, encode
from shared.events.topics import HR, OWN
from shared.runtime.application import describe
from shared.runtime.auth.authenticator import Authenticator
from shared.runtime.database import connect
from shared.runtime.dev_issuer import TokenRequest, issuer_app
from shared.runtime.service import Running, Service, running
from shared.testing.house import Town, open_town
from shared.testing.stack import StackSession, Templates

T = TypeVar("T")


@dataclass
class Place:
    """`events` is how many the long log should have."""

    parts: Parts
    templates: Templates
    folder: Path
    events: int
    _stack: AsyncExitStack
    _kept: dict[object, Any] = field(default_factory=dict)

    def town(self) -> AbstractAsyncContextManager[Town]:
        """Topics that no other contest reads or writes."""
        return open_town(self.parts, self.templates, self.folder)

    async def keep(self, opening: Callable[["Place"], AbstractAsyncContextManager[T]]) -> T:
        """Opened by whoever needs it first, and closed with the place."""
        if opening not in self._kept:
            self._kept[opening] = await self._stack.enter_async_context(opening(self))
        kept: T = self._kept[opening]
        return kept


@asynccontextmanager
async def open_place(events: int) -> AsyncIterator[Place]:
    """PostgreSQL and Kafka as the embedded stack has them."""
    with tempfile.TemporaryDirectory(prefix="daicho-bench-") as name:
        folder = Path(name)
        with open_parts(folder, say=lambda _: None) as opened:
            templates = Templates(opened.parts, StackSession("bench", 0, folder))
            async with AsyncExitStack() as stack:
                yield Place(opened.parts, templates, folder, events, stack)


async def described(place: Place) -> str:
    """The machine in words."""
    connection = await connect(place.parts.postgres_dsn)
    database = connection.get_server_version()
    await connection.close()
    servers = f"PostgreSQL {database.major}.{database.minor}, Kafka {KAFKA}"
    return f"{os.cpu_count()} cores, {servers}, Python {platform.python_version()}"


async def publish(town: Town, events: Iterable[Recorded]) -> None:
    """Each on its producer's topic, as it would be after the relay."""
    producer = AIOKafkaProducer(bootstrap_servers=town.parts.kafka, acks="all", linger_ms=20)
    await producer.start()
    try:
        sent = [
            await producer.send(town.prefix + topic_of(each), encode(each), each.stream.encode(), headers=HEADERS)
            for each in events
        ]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


def topic_of(recorded: Recorded) -> str:
    return OWN.get(recorded.source.strip("/"), HR).name


@dataclass(frozen=True)
class Office:
    """A service whose API alone is at work: no feed, no relay, no timer takes processor time from what is measured."""

    town: Town
    app: FastAPI

    @property
    def running(self) -> Running:
        parts: Running = self.app.state.running
        return parts

    def token(self, principal: str) -> str:
        return self.town.issuer.token(TokenRequest(sub=principal))


@asynccontextmanager
async def open_office(town: Town, service: Service) -> AsyncIterator[Office]:
    with town.database(service) as dsn:
        async with running(service, town.settings(dsn)) as parts:
            app = describe(service)
            app.state.running = parts
            app.state.authenticator = Authenticator(parts.settings, httpx.ASGITransport(issuer_app(town.issuer)))
            yield Office(town, app)
            await app.state.authenticator.close()


async def post(app: FastAPI, path: str, body: Any, headers: Mapping[str, str]) -> int:
    """The status."""
    content = orjson.dumps(body)
    named = {"content-type": "application/json", "content-length": str(len(content)), **headers}
    return await _ask(app, "POST", path, named, content)


async def get(app: FastAPI, path: str, headers: Mapping[str, str]) -> None:
    """Raises AssertionError unless it is answered."""
    status = await _ask(app, "GET", path, headers)
    if status != 200:
        raise AssertionError(f"{path} was answered with {status}")


async def _ask(app: FastAPI, method: str, path: str, headers: Mapping[str, str], content: bytes = b"") -> int:
    """A request straight into an application, its status: an HTTP client would cost more than what is measured."""
    place, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": place,
        "raw_path": place.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    return statuses[0]
