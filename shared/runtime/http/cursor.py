"""Pages by keyset: a cursor says after which row to go on, and belongs to one list with one set of filters.

A cursor is no secret and no permission: whoever forges one sees what the list would show him anyway. Its checksum
tells a changed or foreign cursor from a good one, so that it is refused instead of giving a strange page.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field

from shared.runtime.http.documents import unstorable
from shared.runtime.http.problems import Problem

MOST_ITEMS: Final = 200
_CHECKSUM_BYTES: Final = 8
_BESIDE: Final = frozenset({"cursor", "limit"})
"""These may change from page to page; every other parameter is a filter."""

Key = str | int | None
Keys = tuple[Key, ...]
T = TypeVar("T")
R = TypeVar("R")
S = TypeVar("S")
Some = Callable[[list[R]], Awaitable[list[R]]]
"""Those of the rows that count."""


class Page(BaseModel, Generic[T]):
    items: list[T]
    next_cursor: str | None = Field(default=None, description="Opaque; null on the last page.")


@dataclass(frozen=True, slots=True)
class PageRequest:
    limit: int
    after: Keys | None
    """The sort keys of the last row already seen; None for the first page."""
    path: str
    filters: tuple[tuple[str, str], ...]

    @property
    def fetch(self) -> int:
        """How many rows to ask the database for: one more tells whether there is a next page."""
        return self.limit + 1

    def shown(
        self, rows: Sequence[R], keys: Callable[[R], Keys], show: Callable[[R], S], response: Response
    ) -> Page[S]:
        """The rows of this page as they are shown, and the cursor of the next, which goes into the Link header too."""
        page, cursor = rows[: self.limit], None
        if len(rows) > self.limit:
            cursor = encode(keys(page[-1]), self.scope)
            query = urlencode([*self.filters, ("limit", self.limit), ("cursor", cursor)])
            response.headers["Link"] = f'<{self.path}?{query}>; rel="next"'
        return Page(items=[show(row) for row in page], next_cursor=cursor)

    def beginning(self, *first: Key) -> Keys:
        """The keys to go on after; `first` on the first page. Raises Problem 400 for keys of another kind."""
        after = self.after or first
        if list(map(type, after)) != list(map(type, first)):
            raise Problem("malformed-cursor")
        return after

    async def fill(
        self, first: Keys, after: Callable[[Keys], Awaitable[list[R]]], keys: Callable[[R], Keys], some: Some[R]
    ) -> list[R]:
        """Some of the rows that come `after` keys, one more than a page holds if there are more.

        However many rows are passed over, a page is full or the last. Raises Problem 400 for a foreign cursor.
        """
        found: list[R] = []
        last = self.beginning(*first)
        while len(found) < self.fetch:
            batch = await after(last)
            found += await some(batch)
            if len(batch) < self.fetch:
                break
            last = keys(batch[-1])
        return found[: self.fetch]

    @property
    def scope(self) -> str:
        return f"{self.path}?{urlencode(self.filters)}"


async def page_request(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Items on a page.")] = 50,
    cursor: Annotated[str | None, Query(max_length=2000, description="`next_cursor` of the page before.")] = None,
) -> PageRequest:
    """Raises Problem 400 for a cursor that another list gave, or nobody."""
    filters = tuple(sorted(item for item in request.query_params.multi_items() if item[0] not in _BESIDE))
    asked = PageRequest(limit, None, request.url.path, filters)
    after = decode(cursor, asked.scope) if cursor is not None else None
    return PageRequest(limit, after, asked.path, filters)


Paging = Annotated[PageRequest, Depends(page_request)]


def encode(keys: Keys, scope: str) -> str:
    """An opaque cursor; `scope` names the list and its filters."""
    content = json.dumps(keys, separators=(",", ":")).encode()
    return urlsafe_b64encode(_checksum(content, scope) + content).decode().rstrip("=")


def decode(cursor: str, scope: str) -> Keys:
    """Raises Problem 400 unless `encode` made this for the same scope."""
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        content = raw[_CHECKSUM_BYTES:]
        keys = json.loads(content)
    except (ValueError, RecursionError):
        raise Problem("malformed-cursor") from None
    if raw[:_CHECKSUM_BYTES] != _checksum(content, scope) or encode(tuple(keys), scope) != cursor:
        raise Problem("malformed-cursor")
    if any(isinstance(key, str) and unstorable(key) for key in keys):
        raise Problem("malformed-cursor")
    return tuple(keys)


def _checksum(content: bytes, scope: str) -> bytes:
    return sha256(scope.encode() + b"\x00" + content).digest()[:_CHECKSUM_BYTES]
