"""Versions over HTTP: the ETag of a resource is its stream's version, and a change says which one it was decided on."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from shared.runtime.http.problems import Problem

_TAG: Final = re.compile(r'(?:W/)?"([1-9][0-9]{0,9}|0)"')
_IF_MATCH: Final = Header(
    alias="If-Match", description="The ETag of the version this change was decided on.", examples=['"3"']
)
IfMatch = Annotated[str | None, _IF_MATCH]


def etag(version: int) -> str:
    """The header's value for a stream's version."""
    return f'"{version}"'


def expected_version(request: Request) -> int | None:
    """The version in If-Match, or None without it. Raises Problem 400 for anything but one strong ETag."""
    given = request.headers.getlist("if-match")
    if not given:
        return None
    tag = _TAG.fullmatch(given[0].strip()) if len(given) == 1 else None
    if tag is None or tag[0].startswith("W/"):
        raise _malformed("If-Match", "must be one ETag as it was received")
    return int(tag[1])


async def required_version(request: Request, _: Annotated[str, _IF_MATCH]) -> int:
    """As expected_version; without If-Match the caller gets Problem 428."""
    expected = expected_version(request)
    if expected is None:
        raise Problem("version-required")
    return expected


RequiredVersion = Annotated[int, Depends(required_version)]


def require_current(expected: int | None, actual: int) -> None:
    """Raises Problem 412 if the change was decided on another version than the current one."""
    if expected is not None and expected != actual:
        raise Problem("stale-version", headers={"ETag": etag(actual)})


@dataclass(frozen=True, slots=True)
class KnownVersions:
    """What the caller already holds, from If-None-Match."""

    versions: frozenset[int]
    any: bool = False

    def hold(self, version: int) -> bool:
        return self.any or version in self.versions

    def answer(self, version: int, shown: Callable[[], BaseModel]) -> Response:
        """What is `shown` in this version, or nothing to a caller who holds it already."""
        if self.hold(version):
            return not_modified(version)
        return Response(shown().model_dump_json(), headers={"ETag": etag(version)}, media_type="application/json")


async def known_versions(
    request: Request,
    _: Annotated[str | None, Header(alias="If-None-Match", description="ETags the caller holds.")] = None,
) -> KnownVersions:
    """Raises Problem 400 for anything but `*` or a list of ETags. Weak ones count, as RFC 9110 has it for reading."""
    text = ",".join(request.headers.getlist("if-none-match")).strip()
    if text in {"", "*"}:
        return KnownVersions(frozenset(), any=text == "*")
    tags = [_TAG.fullmatch(part.strip()) for part in text.split(",")]
    if not all(tags):
        raise _malformed("If-None-Match", "must be ETags as they were received")
    return KnownVersions(frozenset(int(tag[1]) for tag in tags if tag))


Known = Annotated[KnownVersions, Depends(known_versions)]


def not_modified(version: int) -> Response:
    """The answer to a caller who holds this version already."""
    return Response(status_code=304, headers={"ETag": etag(version)})


def _malformed(header: str, why: str) -> Problem:
    return Problem("malformed-header", errors=[{"header": header, "detail": why}])
