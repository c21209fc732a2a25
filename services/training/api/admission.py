"""Whom training admits to what: people where they are in post today, the office to what it publishes and plans."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, TypeAlias

from fastapi import Request

from shared.organisation.access import Resource
from shared.organisation.directory import desk_of
from shared.organisation.person import at
from shared.runtime.application import running_of
from shared.runtime.auth import Principal
from shared.runtime.database import Connection, borrow
from shared.runtime.http.problems import Problem

Admit: TypeAlias = Callable[[Connection, Any], Awaitable[None]]


def of_person(request: Request, principal: Principal, action: str, whose: Callable[[Any], str | None]) -> Admit:
    """Admits to what is about a person, wherever he is in post today; `whose` answers None where there is nothing."""
    running = running_of(request)

    async def admit(connection: Connection, state: object) -> None:
        person_id, day = whose(state), running.clock.today()
        if person_id is None:
            raise Problem("not-found")
        await desk_of(request).admit_to_person(connection, principal.subject, action, person_id, day)

    return admit


def of_group(request: Request, principal: Principal, action: str) -> Admit:
    """Admits to what is of no unit and no company: who may do it for the whole group."""
    running = running_of(request)

    async def admit(connection: Connection, _state: object) -> None:
        day = running.clock.today()
        await desk_of(request).admit(connection, principal.subject, action, Resource(), day)

    return admit


async def placed(request: Request, person_id: str, day: date) -> dict[str, Any]:
    """Where somebody is in post on a day, and as what: it becomes part of what he signs or completes."""
    async with borrow(running_of(request).pool) as connection:
        known = await desk_of(request).directory.around(connection, [f"person/{person_id}"])
    spell = at(known.person(person_id), day)
    if spell is None:
        return {}
    return {"person_kind": spell.person_kind, "company_id": spell.company_id, "org_unit_id": spell.org_unit_id}
