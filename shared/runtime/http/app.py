"""The one kind of HTTP application and the one kind of router that every service is made of."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from fastapi import APIRouter, FastAPI

from shared.runtime.http.description import complete, words_of
from shared.runtime.http.docs_page import install_docs_page
from shared.runtime.http.middleware import Edge
from shared.runtime.http.problem_kinds import KINDS
from shared.runtime.http.problems import MEDIA_TYPE, install_problems
from shared.runtime.http.route import StrictRoute
from shared.runtime.watching.telemetry import HTTP_TELEMETRY

_CONTENT: Final = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def problem_answers(*slugs: str) -> dict[int | str, dict[str, Any]]:
    """The answers of an operation that are problems, for the `responses` of its OpenAPI description."""
    answers: dict[int | str, dict[str, Any]] = {}
    for slug in slugs:
        kind = KINDS[slug]
        answers.setdefault(kind.status, {"description": kind.title, "content": _CONTENT})
    return answers


READ_PROBLEMS: Final = problem_answers("unauthenticated", "forbidden", "not-found", "invalid-request", "unavailable")
CHANGE_PROBLEMS: Final = problem_answers(
    "malformed-request",
    "rejected",
    "stale-version",
    "content-too-large",
    "unsupported-media-type",
    "version-required",
)
"""Beside READ_PROBLEMS, for operations that change something."""


class Application(FastAPI):
    """Every failure a problem document, every request counted and traced, no page from another server."""

    def __init__(self, title: str, *, version: str, description: str, lifespan: Lifespan | None = None) -> None:
        self._words: dict[str, str] = {}
        super().__init__(
            title=title,
            version=version,
            description=description,
            lifespan=lifespan,
            telemetry=HTTP_TELEMETRY,
            redirect_slashes=False,
            docs_url=None,
            redoc_url=None,
        )
        install_problems(self)
        install_docs_page(self)
        self.add_middleware(Edge)

    def openapi(self) -> dict[str, Any]:
        """The description, made once: what the framework knows, and what holds for every operation."""
        if self.openapi_schema is None:
            self.openapi_schema = complete(super().openapi(), self._words)
        return self.openapi_schema

    def include_router(self, router: APIRouter, **settings: Any) -> None:
        self._words |= words_of(router)
        super().include_router(router, **settings)


def api_router(prefix: str = "/v1", tags: list[str] | None = None) -> APIRouter:
    """A router whose operations ask who is calling, and read bodies and parameters strictly."""
    return APIRouter(
        prefix=prefix,
        tags=[*(tags or [])],
        route_class=StrictRoute,
        responses=READ_PROBLEMS,
    )
