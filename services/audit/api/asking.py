"""Who asks, what he may see, and what he asks about: the part that every question shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Query, Request

from services.audit import problems
from services.audit.access import TABLE
from services.audit.compliance import Question
from services.audit.domain.answers import GROUP
from services.audit.domain.rulebook import RULES
from services.audit.schema import DIRECTORY
from shared.organisation.access import Resource, Scope
from shared.organisation.directory import Desk
from shared.runtime.application import running_of
from shared.runtime.auth import Principal, authenticate
from shared.runtime.database import Connection
from shared.runtime.http.problems import Problem
from shared.runtime.service import Running

__all__ = ["Asker", "Asking", "problems"]

_PLACES = "SELECT subject, company_id FROM organisation WHERE kind IN ('unit', 'company')"


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
        """Raises Problem 403 or 404 unless he may do it for the whole group."""
        await self.desk.admit(connection, self.principal.subject, action, Resource(), self.today)

    def not_in_the_future(self, day: date | None = None, instant: datetime | None = None) -> None:
        """Raises Problem 422."""
        if (day and day > self.today) or (instant and instant > self.running.clock.now()):
            raise Problem("in-the-future")


async def asker(request: Request, principal: Annotated[Principal, Depends(authenticate)]) -> Asker:
    return Asker(running_of(request), principal, Desk(DIRECTORY, TABLE))


Asking = Annotated[Asker, Depends(asker)]


@dataclass(frozen=True, slots=True)
class Period:
    """The days a question is about: one, or from the first to the last, both included."""

    begins: date
    day: date


@dataclass(frozen=True, slots=True)
class When:
    """The parameters of a question that name days and instants."""

    as_of: Annotated[date | None, Query(description="The end of this day in Japan; today if nothing is given.")] = None
    begins: Annotated[date | None, Query(alias="from", description="First day of a period, inclusive.")] = None
    until: Annotated[date | None, Query(alias="to", description="Last day of a period, inclusive.")] = None
    known_at: Annotated[
        datetime | None, Query(description="What the log held at this instant (RFC 3339 with an offset).")
    ] = None
