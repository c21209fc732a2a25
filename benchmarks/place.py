"""Where contests are held: real servers, started for them, and a service with nothing running beside its API."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
from fastapi import FastAPI

from daicho.embedded.parts import open_parts
from shared.runtime.application import describe
from shared.runtime.auth.authenticator import Authenticator
from shared.runtime.dev_issuer import TokenRequest, issuer_app
from shared.runtime.service import Running, Service, running
from shared.testing.house import Town, open_town
from shared.testing.stack import StackSession, Templates


@asynccontextmanager
async def open_place() -> AsyncIterator[Town]:
    """PostgreSQL and Kafka as the embedded stack has them, and topics of its own."""
    with tempfile.TemporaryDirectory(prefix="daicho-bench-") as name:
        folder = Path(name)
        with open_parts(folder, say=lambda _: None) as opened:
            session = StackSession("bench", 0, folder)
            async with open_town(opened.parts, Templates(opened.parts, session), folder) as town:
                yield town


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
    """A request straight into an application, its status: an HTTP client would cost more than what is measured."""
    content = orjson.dumps(body)
    named = {"content-type": "application/json", "content-length": str(len(content)), **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
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
