"""Whom a slip admits, and what it may name: units that exist, people in post."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, TypeAlias

from fastapi import Request

from services.ledger.domain.slip import Active, Over, Slip, Unregistered
from shared.events.ledger import CustodianRole
from shared.organisation.access import Resource
from shared.organisation.directory import desk_of
from shared.organisation.organisation import Organisation
from shared.organisation.person import at
from shared.runtime.application import running_of
from shared.runtime.auth import Principal
from shared.runtime.database import Connection, borrow
from shared.runtime.http.problems import Problem
from shared.runtime.service import Running

Admit: TypeAlias = Callable[[Connection, Any], Awaitable[None]]


def standing(slip: Slip) -> Active:
    """The slip as it stands or last stood. Raises Problem 404 where there is none."""
    match slip:
        case Unregistered():
            raise Problem("not-found", "there is nothing here that you may see")
        case Over(last=last):
            return last
        case Active():
            return slip


def of_slip(request: Request, principal: Principal, action: str) -> Admit:
    """Admits to a slip where its unit is today, or as somebody in charge of it."""

    async def admit(connection: Connection, slip: Slip) -> None:
        await admit_to(request, connection, principal, action, standing(slip))

    return admit


async def admit_to(
    request: Request, connection: Connection, principal: Principal, action: str, slip: Active
) -> None:  # fmt: skip
    """Raises Problem. Staff in charge see their slip; what managers do with it is not for them."""
    custodian = slip.custodian(principal.person_id) if principal.person_id else None
    acts = custodian is not None and (action.endswith(":read") or custodian.role is CustodianRole.PI_MANAGER)
    resource = await _resource(request, connection, slip, principal.person_id if acts else None)
    try:
        await desk_of(request).admit(connection, principal.subject, action, resource, running_of(request).clock.today())
    except Problem as refusal:
        if custodian is not None and refusal.slug == "not-found":
            raise Problem("forbidden", f"you may see this, and may not do {action!r} on it") from refusal
        raise


async def _resource(request: Request, connection: Connection, slip: Active, person_id: str | None) -> Resource:
    place = await resource_of_unit(request, connection, slip.org_unit_id)
    return Resource(person_id, slip.company_id, place.org_unit_ids, slip.details.pi_type)


async def resource_of_unit(request: Request, connection: Connection, org_unit_id: str) -> Resource:
    day = running_of(request).clock.today()
    known = await desk_of(request).directory.around(connection, [f"unit/{org_unit_id}"])
    return Resource(company_id=known.company_of(org_unit_id, day), org_unit_ids=known.ancestors(org_unit_id, day))


async def may(request: Request, connection: Connection, principal: Principal, action: str, slip: Active) -> bool:
    """Whether the caller could do it, for what depends on who asks."""
    try:
        await admit_to(request, connection, principal, action, slip)
    except Problem:
        return False
    return True


async def load_slip(running: Running, connection: Connection, slip_id: str) -> tuple[Slip, int]:
    return await running.commands.state(connection, f"slip/{slip_id}")


async def company_of(request: Request, org_unit_id: str, pointer: str) -> str:
    """The company of a unit that exists today. Raises Problem 422 that points at the field."""
    known, day = await _look(request, [f"unit/{org_unit_id}"])
    spell = at(known.unit(org_unit_id), day)
    if spell is None or not spell.exists or spell.company_id is None:
        raise Problem("slip-unit-unknown", errors=[{"pointer": pointer, "detail": "is no unit that exists today"}])
    return spell.company_id


async def check_people(request: Request, people: dict[str, str]) -> None:
    """`people` from the pointer to the field to the person. Raises Problem 422 for who is not in post today."""
    known, day = await _look(request, [f"person/{person}" for person in people.values()])
    spells = {pointer: at(known.person(person), day) for pointer, person in people.items()}
    errors = [
        {"pointer": pointer, "detail": "is nobody in post today"}
        for pointer, spell in spells.items()
        if spell is None or not spell.employed or spell.on_leave
    ]
    if errors:
        raise Problem("custodian-unknown", errors=errors)


async def _look(request: Request, subjects: list[str]) -> tuple[Organisation, date]:
    """What is known of them today."""
    running = running_of(request)
    async with borrow(running.pool) as connection:
        return await desk_of(request).directory.around(connection, subjects), running.clock.today()


def person_of(principal: Principal) -> str:
    """Who does it, by his own name. Raises Problem 403 for a program."""
    if principal.person_id is None:
        raise Problem("forbidden", "a program can not do this: somebody must answer for it")
    return principal.person_id
