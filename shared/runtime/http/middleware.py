"""Around every request: its numbers, its last resort, and headers that every answer has."""

import time
from typing import Final

from prometheus_client import Counter, Gauge, Histogram
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime.http.problems import unexpected

REQUESTS: Final = Counter("daicho_http_requests_total", "Requests by route template", ["method", "route", "status"])
SECONDS: Final = Histogram(
    "daicho_http_request_seconds",
    "Time until the last byte of the answer",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
RUNNING: Final = Gauge("daicho_http_requests_running", "Requests not yet answered")
_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_ALWAYS: Final = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


class Edge:
    """Counts by route template, never by address: an address names people and has no bounds.

    It lies outside of the handlers of exceptions, so whatever comes here was foreseen by nobody. The answer is a
    problem document, and the server, which would print the exception's message, never sees it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        began = time.perf_counter()
        with RUNNING.track_inprogress():
            try:
                await self._answer(scope, receive, answer)
            finally:
                _count(scope, answer.status, time.perf_counter() - began)

    async def _answer(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        try:
            await self._app(scope, receive, answer)
        except Exception as error:  # noqa: BLE001 - the last resort; noted with its kind and place
            problem = unexpected(error)
            if answer.status is not None:
                raise BrokenOff from None
            await problem.response()(scope, receive, answer)


class BrokenOff(RuntimeError):  # noqa: N818 - what happened
    """The answer had begun when it failed: the connection is closed, so that nobody takes the part for the whole."""


class _Answer:
    """The way back, which knows what status went over it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            present = {name.lower() for name, _ in message.get("headers", [])}
            message["headers"] = [
                *message.get("headers", []),
                *(header for header in _ALWAYS if header[0] not in present),
            ]
        await self._send(message)


def _count(scope: Scope, status: int | None, seconds: float) -> None:
    method = scope["method"] if scope["method"] in _METHODS else "other"
    route = route_template(Request(scope))
    REQUESTS.labels(method, route, str(status or 499)).inc()
    SECONDS.labels(method, route).observe(seconds)


def route_template(request: Request) -> str:
    """`/v1/slips/{id}` rather than `/v1/slips/S1`; "none" where no route was found."""
    context = request.scope.get("fastapi", {}).get("effective_route_context")
    route = context or request.scope.get("route")
    return str(getattr(route, "path_format", None) or getattr(route, "path", "none"))
