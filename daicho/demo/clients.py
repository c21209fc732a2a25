"""People at their screens: HTTP clients that act in the name of a person, each with a token of his own."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import httpx

from daicho.demo.endpoints import Stack
from daicho.stack import AUDIENCE
from shared.runtime.dev_issuer import DevIssuer, TokenRequest

AT_ONCE: Final = 32
"""How many people press a button at the same time."""
PATIENCE: Final = 120.0
"""Seconds for which somebody waits for an answer, and asks again for it."""
AGAIN: Final = 2
"""Times that a request is sent again when its connection broke."""
PAGE: Final = 200


class Refused(Exception):  # noqa: N818 - an answer of the system, not a fault of the demo
    """The system said no; `status` is HTTP's, `problem` its reason in a sentence."""

    def __init__(self, asked: str, status: int, problem: str) -> None:
        super().__init__(f"{asked} was refused with {status}: {problem}")
        self.status = status
        self.problem = problem


class People:
    """Everybody who calls the services, each with a token of his own.

    They are signed here, with the keys of the stack's issuer: to ask it for so many takes longer than what they are
    for. Each of the `screens` serves one person at a time.
    """

    def __init__(self, screens: Iterable[httpx.AsyncClient], stack: Stack) -> None:
        self._screens: asyncio.LifoQueue[httpx.AsyncClient] = asyncio.LifoQueue()
        for screen in screens:
            self._screens.put_nowait(screen)
        self._stack = stack
        self._issuer = DevIssuer(stack.issuer, stack.keys, AUDIENCE)
        self._tokens: dict[str, str] = {}

    async def get(self, caller: str, service: str, path: str, **query: Any) -> dict[str, Any]:
        """Raises Refused."""
        asked = {name: str(value) for name, value in query.items() if value is not None}
        return _document(await self.ask(caller, "GET", service, path, params=asked))

    async def everything(self, caller: str, service: str, path: str, **query: Any) -> AsyncIterator[dict[str, Any]]:
        """A list over all its pages. Raises Refused."""

        async def page(where: dict[str, Any]) -> dict[str, Any]:
            return await self.get(caller, service, path, **query, **where)

        async for item in pages(page):
            yield item

    async def post(self, caller: str, service: str, path: str, body: Mapping[str, Any], key: str) -> dict[str, Any]:
        """A command; the same `key` never does it twice. Raises Refused."""
        return _document(await self.command(caller, service, path, body, key))

    async def command(self, caller: str, service: str, path: str, body: Mapping[str, Any], key: str) -> httpx.Response:
        """As `post`, but whatever comes back is the answer."""
        return await self.ask(caller, "POST", service, path, json=dict(body), headers={"Idempotency-Key": key})

    async def ask(self, caller: str, method: str, service: str, path: str, **how: Any) -> httpx.Response:
        """`caller` is a person's id, or `client/<id>`; empty for somebody without a token."""
        headers = {**how.pop("headers", {}), **self._badge(caller)}
        screen = await self._screens.get()
        try:
            return await _sent(screen, method, self._stack.urls[service] + path, headers=headers, **how)
        finally:
            self._screens.put_nowait(screen)

    def _badge(self, caller: str) -> dict[str, str]:
        if not caller:
            return {}
        if caller not in self._tokens:
            self._tokens[caller] = self._issuer.token(TokenRequest(sub=caller, client_id="daicho-demo"))
        return {"Authorization": f"Bearer {self._tokens[caller]}"}


async def pages(page: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]) -> AsyncIterator[dict[str, Any]]:
    """Every item of a list; `page` is asked with what says which part of it comes next."""
    cursor: str | None = None
    while True:
        found = await page({"limit": PAGE, "cursor": cursor})
        for item in found["items"]:
            yield item
        cursor = found.get("next_cursor")
        if cursor is None:
            return


async def _sent(screen: httpx.AsyncClient, method: str, url: str, **how: Any) -> httpx.Response:
    """A service that can not answer now says when to ask again."""
    deadline = time.monotonic() + PATIENCE
    while True:
        answer = await _unbroken(screen, method, url, **how)
        pause = answer.headers.get("Retry-After") if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE else None
        if pause is None or time.monotonic() > deadline:
            return answer
        await asyncio.sleep(float(pause))


async def _unbroken(screen: httpx.AsyncClient, method: str, url: str, **how: Any) -> httpx.Response:
    """A connection that broke says nothing of what was done: ask again, and nothing is done twice."""
    for _ in range(AGAIN):
        with contextlib.suppress(httpx.TransportError):
            return await screen.request(method, url, **how)
    return await screen.request(method, url, **how)


def _document(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_error:
        raise Refused(f"{answer.request.method} {answer.request.url}", answer.status_code, _reason(answer))
    document: dict[str, Any] = answer.json() if answer.content else {}
    return document


def _reason(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return answer.text[:200]
    return str(problem.get("detail") or problem.get("title") or problem)[:300]


@asynccontextmanager
async def people_of(stack: Stack) -> AsyncIterator[People]:
    """Connections of their own for each screen: one pool of many looks at all of them for each request."""
    trusted = httpx.create_ssl_context(trust_env=False)
    async with AsyncExitStack() as opened:
        screens = [
            await opened.enter_async_context(httpx.AsyncClient(trust_env=False, timeout=PATIENCE, verify=trusted))
            for _ in range(AT_ONCE)
        ]
        yield People(screens, stack)
