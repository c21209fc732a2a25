"""A list over REST: it shows what its caller waits for, and as much of it as he may see."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeVar

from fastapi import Depends, Request, Response

from shared.organisation.access import Scope
from shared.organisation.directory import AboutPerson, Directory, desk_of
from shared.runtime.auth import Caller, Principal
from shared.runtime.database import Connection, borrow
from shared.runtime.http.consistency import ConsistencyToken, WaitFor
from shared.runtime.http.cursor import Keys, Page, PageRequest, Paging
from shared.runtime.http.waiting import waited

P = TypeVar("P", bound=AboutPerson)
R = TypeVar("R")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Sight:
    """How far somebody sees on a day, which page of it he asked for, and what to look it up with."""

    connection: Connection
    directory: Directory
    scope: Scope
    today: date
    page: PageRequest

    async def covered(self, rows: list[P]) -> list[P]:
        """Those of the rows that are about people he sees, wherever each of them is in post on the day."""
        return await self.directory.covered(self.connection, self.scope, self.today, rows)


@dataclass(frozen=True, slots=True)
class Listing:
    """The request of a list."""

    request: Request
    response: Response
    caller: Principal
    page: PageRequest
    wait_for: ConsistencyToken | None

    @asynccontextmanager
    async def seen(self, view: str, action: str) -> AsyncIterator[Sight]:
        """What the caller may do an action on, once the view has read what he waits for."""
        running = await waited(self.request, self.wait_for, view, self.response)
        desk, today = desk_of(self.request), running.clock.today()
        async with borrow(running.pool) as connection:
            scope = await desk.scope(connection, self.caller.subject, action, today)
            yield Sight(connection, desk.directory, scope, today, self.page)

    def shown(self, rows: Sequence[R], keys: Callable[[R], Keys], show: Callable[[R], S]) -> Page[S]:
        """The rows of this page as they are shown, and the cursor of the next."""
        return self.page.shown(rows, keys, show, self.response)


async def listing(
    request: Request, response: Response, caller: Caller, page: Paging, wait_for: WaitFor
) -> Listing:  # fmt: skip
    return Listing(request, response, caller, page, wait_for)


Listed = Annotated[Listing, Depends(listing)]
