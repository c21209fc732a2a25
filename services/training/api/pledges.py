"""Pledges over REST: one's own to sign, one's people's to follow."""

from typing import Annotated, Final

from fastapi import Depends, Path, Query, Request, Response

from services.training.api.admission import of_person, placed
from services.training.api.shapes import CompletionShown, PledgeShown, Signature
from services.training.domain.pledge import Pledge, Signed, Unrequested, name
from services.training.domain.pledge_commands import DeclinePledge, SignPledge
from services.training.queries import PLEDGES_OF_PEOPLE, PledgeFilter, completion_by_unit
from services.training.views.pledges import PledgeRow
from shared.events.base import Identifier
from shared.events.training import FiscalYearLabel
from shared.organisation.directory import desk_of
from shared.organisation.listing import Listed
from shared.runtime.application import running_of
from shared.runtime.auth import Caller
from shared.runtime.database import borrow
from shared.runtime.http.app import CHANGE_PROBLEMS, api_router
from shared.runtime.http.changing import Changing
from shared.runtime.http.conditional import Known
from shared.runtime.http.cursor import Page
from shared.runtime.http.problems import Problem

router: Final = api_router(tags=["pledges"])
PledgeIdInPath = Annotated[Identifier, Path(description="The id in the pledge request.")]


@router.get("/pledges", operation_id="list_pledges", summary="Pledges the caller may see")
async def get_pledges(listing: Listed, wanted: Annotated[PledgeFilter, Depends()]) -> Page[PledgeShown]:
    """One's own, and those of the people one answers for, in the order of their ids."""
    async with listing.seen("pledges", "pledge:read") as seen:
        rows = await PLEDGES_OF_PEOPLE.page(seen, wanted)
    return listing.shown(rows, PLEDGES_OF_PEOPLE.keys, _of_row)


@router.get("/pledges/{pledge_id}", operation_id="get_pledge", summary="One pledge", response_model=PledgeShown)
async def get_pledge(request: Request, pledge_id: PledgeIdInPath, caller: Caller, known: Known) -> Response:
    """As it stands now: a caller always reads his own write."""
    running = running_of(request)
    async with borrow(running.pool) as connection:
        pledge, version = await running.commands.state(connection, f"pledge/{pledge_id}")
        await of_person(request, caller, "pledge:read", _whose)(connection, pledge)
    return known.answer(version, lambda: _pledge(pledge, version))


@router.post(
    "/pledges/{pledge_id}/signature",
    operation_id="sign_pledge",
    summary="Sign one's own pledge",
    response_model=PledgeShown,
    responses=CHANGE_PROBLEMS,
)
async def sign_pledge(request: Request, pledge_id: PledgeIdInPath, body: Signature, changing: Changing) -> Response:
    """Only the person himself, after reading every page of the very text that was asked for (F18)."""
    running = running_of(request)
    signer = changing.principal.person_id
    if signer is None:
        raise Problem("forbidden", "a program can not pledge")
    command = SignPledge(
        pledge_id=pledge_id,
        person_id=signer,
        signed_at=running.clock.now(),
        **await placed(request, signer, running.clock.today()),
        **body.model_dump(),
    )
    admit = of_person(request, changing.principal, "pledge:sign", _whose)
    return await changing.make(command, admit=admit, show=_pledge)


@router.post(
    "/pledges/{pledge_id}/refusal",
    operation_id="decline_pledge",
    summary="Decline one's own pledge",
    response_model=PledgeShown,
    responses=CHANGE_PROBLEMS,
)
async def decline_pledge(request: Request, pledge_id: PledgeIdInPath, changing: Changing) -> Response:
    """The line talks to the person; why he refuses is not recorded here, for it may name people."""
    command = DeclinePledge(pledge_id=pledge_id, person_id=changing.principal.person_id or "nobody")
    admit = of_person(request, changing.principal, "pledge:decline", _whose)
    return await changing.make(command, admit=admit, show=_pledge)


@router.get("/completion", operation_id="get_completion", summary="How many have signed, by unit")
async def get_completion(
    request: Request, caller: Caller, fy: Annotated[FiscalYearLabel, Query(examples=["FY2017"])]
) -> Page[CompletionShown]:
    """Of the units the caller may see, as the people were placed when asked or when they signed."""
    running = running_of(request)
    async with borrow(running.pool) as connection:
        scope = await desk_of(request).scope(connection, caller.subject, "pledge:read", running.clock.today())
        rows = await completion_by_unit(connection, scope, fy)
    return Page[CompletionShown](items=[CompletionShown(fy=fy, **row) for row in rows])


def _whose(pledge: Pledge) -> str | None:
    return None if isinstance(pledge, Unrequested) else pledge.request.person_id


def _pledge(pledge: Pledge, _version: int) -> PledgeShown:
    if isinstance(pledge, Unrequested):
        raise Problem("not-found")
    request = pledge.request
    return PledgeShown(
        pledge_id=request.pledge_id,
        person_id=request.person_id,
        state=name(pledge),
        company_id=request.company_id,
        org_unit_id=request.org_unit_id,
        campaign_id=request.campaign_id,
        fy=request.period_fy,
        template_id=request.template_id,
        template_version=request.template_version,
        template_hash=request.template_hash,
        due_date=request.due_date,
        period_end=request.period_end,
        signed_at=pledge.signed_at if isinstance(pledge, Signed) else None,
    )


def _of_row(row: PledgeRow) -> PledgeShown:
    return PledgeShown.model_validate(row, from_attributes=True)
