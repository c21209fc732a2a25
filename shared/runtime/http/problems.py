"""Every 4xx and 5xx is one RFC 9457 document: what went wrong, where, and the cure; never how it looks inside."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from shared.decider import Rejected
from shared.runtime.database import CONNECTION_LOST
from shared.runtime.http.pointers import located
from shared.runtime.http.problem_kinds import KINDS, kind_of
from shared.runtime.http.problem_pages import router as pages
from shared.runtime.http.problem_schema import MOST_ERRORS
from shared.runtime.watching.telemetry import current_trace_id

MEDIA_TYPE: Final = "application/problem+json"
log = structlog.get_logger()

_SLUGS: Final = {
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "content-too-large",
    415: "unsupported-media-type",
    422: "invalid-request",
    429: "too-many-requests",
    503: "unavailable",
}
"""For what the framework itself refuses."""
_MISSING_HEADERS: Final = {"idempotency-key": "idempotency-key-missing", "if-match": "version-required"}


@dataclass
class Problem(Exception):  # noqa: N818 - RFC 9457's word
    """Raised anywhere below a request, it becomes the answer.

    `detail` and `errors` are shown to the caller: no internals, and never the value that was refused.
    Status and title come from the slug's kind, unless given.
    """

    slug: str
    detail: str = ""
    errors: Sequence[Mapping[str, Any]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    status: int | None = None
    title: str | None = None

    def __post_init__(self) -> None:
        super().__init__(self.slug)

    def response(self) -> Response:
        kind = kind_of(self.slug)
        status = self.status or kind.status
        document = {
            **self.extra,
            "type": f"/problems/{self.slug}",
            "title": self.title or kind.title,
            "status": status,
            **({"detail": self.detail} if self.detail else {}),
            **({"errors": list(self.errors)[:MOST_ERRORS]} if self.errors else {}),
            "traceid": current_trace_id(),
        }
        # ASCII only: whatever text comes here, also a lone surrogate, can be written.
        return Response(json.dumps(document), status, dict(self.headers), MEDIA_TYPE)


def install_problems(app: FastAPI) -> None:
    """Answer every refusal of this application with a problem document, and serve the pages that explain them."""
    app.exception_handler(Problem)(_problem)
    app.exception_handler(Rejected)(_rejected)
    app.exception_handler(HTTPException)(_framework)
    app.exception_handler(RequestValidationError)(_invalid)
    app.include_router(pages)


def unavailable(detail: str) -> Problem:
    """What the service needs does not answer: the caller may ask again."""
    return Problem("unavailable", detail, headers={"Retry-After": "5"})


def unexpected(error: BaseException) -> Problem:
    """Note the kind and the place of a failure, not its message: a driver's message quotes rows."""
    log.error("request_failed", exc_info=error)
    if isinstance(error, CONNECTION_LOST):
        return unavailable("the database does not answer, or not in time")
    return Problem("internal-error")


async def _problem(_: Request, problem: Problem) -> Response:
    return problem.response()


async def _rejected(_: Request, rejected: Rejected) -> Response:
    if rejected.slug not in KINDS:
        log.warning("problem_undeclared", slug=rejected.slug)
    return Problem(rejected.slug, rejected.reason, status=409).response()


async def _invalid(_: Request, error: RequestValidationError) -> Response:
    faults = error.errors()
    for fault in faults:
        if fault["type"] == "missing" and str(fault["loc"][-1]).lower() in _MISSING_HEADERS:
            return Problem(_MISSING_HEADERS[str(fault["loc"][-1]).lower()]).response()
    return Problem("invalid-request", errors=[located(fault) for fault in faults]).response()


async def _framework(request: Request, error: HTTPException) -> Response:
    headers = dict(error.headers or {})
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=headers)
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_methods(request))
    slug = _SLUGS.get(error.status_code)
    title = None if slug else HTTPStatus(error.status_code).phrase
    other = "internal-error" if error.status_code >= 500 else "malformed-request"
    return Problem(slug or other, headers=headers, status=error.status_code, title=title).response()


def _methods(request: Request) -> list[str]:
    """What this path does allow: the framework names the methods of the first matching route only."""
    every = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
    return [method for method in every if _serves(request, method)]


def _serves(request: Request, method: str) -> bool:
    scope = {**request.scope, "method": method}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes)
