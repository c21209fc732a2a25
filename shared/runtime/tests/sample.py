"""A small real application made with the layer under test, and the ways to call it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, Any, Literal

import httpx
from fastapi import Request, Response
from pydantic import AwareDatetime, Field

from shared.decider import Rejected
from shared.runtime.auth import Caller, Principal
from shared.runtime.http.app import CHANGE_PROBLEMS, Application, api_router
from shared.runtime.http.body import RequestModel, RequestPart
from shared.runtime.http.conditional import Known, RequiredVersion, etag, not_modified, require_current
from shared.runtime.http.consistency import ConsistencyToken, WaitFor, catch_up
from shared.runtime.http.cursor import Page, Paging
from shared.runtime.http.idempotency import IdempotencyKey, claimed

VERSION = 3
ROWS = [f"row{number:03}" for number in range(1, 12)]
SHOWN = ConsistencyToken("thing/T1", VERSION)


class Round(RequestPart):
    kind: Literal["round"]
    radius: int


class Square(RequestPart):
    kind: Literal["square"]
    side: int


class Thing(RequestModel):
    """What the sample takes."""

    name: str
    quantity: int
    since: date | None = None
    at: AwareDatetime | None = None
    weight: float | None = None
    tags: tuple[str, ...] = ()
    shape: Annotated[Round | Square, Field(discriminator="kind")] | None = None


async def _never_or_now(token: ConsistencyToken) -> None:
    if token != SHOWN:
        await asyncio.Event().wait()


def sample_app() -> Application:
    app = Application("Sample", version="1", description="For tests")
    router = api_router(tags=["things"])

    @router.post("/things", status_code=201, responses=CHANGE_PROBLEMS)
    async def make(request: Request, caller: Caller, thing: Thing, key: IdempotencyKey) -> dict[str, str]:
        claim = await claimed(request, caller.subject, key)
        return {"name": thing.name, "since": str(thing.since), "hash": claim.request_hash.hex()}

    @router.get("/things")
    async def find(paging: Paging, wait: WaitFor, response: Response, state: str | None = None) -> Page[str]:
        await catch_up(wait, _never_or_now, response, longest=0.05)
        rows = [row for row in ROWS if paging.after is None or row > str(paging.after[0])]
        return paging.shown(rows, lambda row: (row,), lambda row: row, response)

    @router.get("/things/{thing_id}")
    async def show(thing_id: str, known: Known, response: Response) -> Any:
        if known.hold(VERSION):
            return not_modified(VERSION)
        response.headers["ETag"] = etag(VERSION)
        return {"id": thing_id}

    @router.patch("/things/{thing_id}")
    async def amend(thing_id: str, expected: RequiredVersion, thing: Thing) -> dict[str, str]:
        require_current(expected, VERSION)
        return {"id": thing_id, "name": thing.name}

    @router.get("/refusal/{slug}")
    async def refuse(slug: str) -> None:
        raise Rejected("the thing is finished", slug)

    @router.get("/failure")
    async def fail() -> None:
        raise RuntimeError("duplicate key (name)=(Sato Hanako)")

    @router.get("/me")
    async def me(caller: Caller) -> dict[str, str]:
        return {"subject": caller.subject}

    app.include_router(router)
    return app


class Anybody:
    """Takes everybody for one person, whatever token he brings."""

    async def principal(self, _authorization: object) -> Principal:
        return Principal("person/P1", "test", "https://issuer.example.com", "t1", 2**40)


def open_app() -> Application:
    """The sample without the need of a token, for what has nothing to do with it."""
    app = sample_app()
    app.state.authenticator = Anybody()
    return app


@asynccontextmanager
async def calling(app: Any, base: str = "http://service.example.com") -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base) as client:
        yield client


__all__ = ["ROWS", "SHOWN", "VERSION", "Thing", "calling", "open_app", "sample_app"]
