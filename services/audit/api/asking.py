"""Who asks, and what he may see: the part that every question shares."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Request

from shared.organisation.access import Resource, Scope
from shared.organisation.directory import Desk, desk_of
from shared.runtime.application import running_of
from shared.runtime.auth import Caller, Principal
from shared.runtime.database import Connection
from shared.runtime.http.problems import Problem
from shared.runtime.service import Running


@dataclass(frozen=True, slots=True)
class Asker:
    """The caller at the desk of this service."""

    running: Running
    principal: Principal
    desk: Desk

    @property
    def today(self) -> date:
        return self.running.clock.today()

    async def scope(self, connection: Connection, action: str) -> Scope:
        """What he may do it on. Raises Problem 403 if that is nothing at all."""
        scope = await self.desk.scope(connection, self.principal.subject, action, self.today)
        if scope == Scope():
            raise Problem("forbidden", "your appointments let you read nothing of the audit")
        return scope

    async def admit(self, connection: Connection, action: str) -> None:
        """Raises Problem 404, or 403, unless he may do it for the whole group."""
        await self.desk.admit(connection, self.principal.subject, action, Resource(), self.today)

    def not_in_the_future(self, day: date | None = None, instant: datetime | None = None) -> None:
        """Raises Problem 422."""
        if (day and day > self.today) or (instant and instant > self.running.clock.now()):
            raise Problem("in-the-future")


async def asker(request: Request, principal: Caller) -> Asker:
    return Asker(running_of(request), principal, desk_of(request))


Asking = Annotated[Asker, Depends(asker)]
