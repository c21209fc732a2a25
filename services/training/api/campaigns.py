"""Campaigns and target countries over REST: the promotion office's side of the pledge."""

from typing import Final

from fastapi import Request, Response

from services.training.api.admission import of_group
from services.training.api.shapes import CampaignPlan, CampaignShown, TargetCountry, TargetCountryShown
from services.training.domain.campaign import Campaign, PlanPledgeCampaign
from services.training.domain.target_country import SetPledgeTargetCountry
from services.training.domain.yearly import Open, Unplanned
from services.training.queries import ALL_PLEDGE_CAMPAIGNS
from shared.events.training import PledgeTargetCountrySet
from shared.runtime.application import running_of
from shared.runtime.auth import Caller
from shared.runtime.database import borrow
from shared.runtime.http.app import CHANGE_PROBLEMS, api_router
from shared.runtime.http.changing import Changing
from shared.runtime.http.consistency import WaitFor
from shared.runtime.http.cursor import Page
from shared.runtime.http.problems import Problem
from shared.runtime.http.waiting import waited

router: Final = api_router(tags=["campaigns"])


@router.post(
    "/pledge-campaigns",
    status_code=201,
    operation_id="plan_pledge_campaign",
    summary="Plan the pledge of a fiscal year",
    response_model=CampaignShown,
    responses=CHANGE_PROBLEMS,
)
async def plan_pledge_campaign(request: Request, body: CampaignPlan, changing: Changing) -> Response:
    """It opens by itself on `opens_on` at 00:05 in Japan, at once where that is past (F18)."""
    today = running_of(request).clock.today()
    command = PlanPledgeCampaign(**body.model_dump(), today=today)
    where = f"/v1/pledge-campaigns/{body.campaign_id}"
    return await changing.make(
        command,
        admit=of_group(request, changing.principal, "pledge-campaign:plan"),
        show=_campaign,
        status=201,
        location=where,
    )


@router.get("/pledge-campaigns", operation_id="list_pledge_campaigns", summary="The pledge campaigns of all years")
async def get_pledge_campaigns(
    request: Request, response: Response, caller: Caller, wait_for: WaitFor
) -> Page[CampaignShown]:
    """All of them, oldest first."""
    running = await waited(request, wait_for, "campaigns", response)
    async with borrow(running.pool) as connection:
        await of_group(request, caller, "pledge-campaign:read")(connection, None)
        rows = await ALL_PLEDGE_CAMPAIGNS.rows(connection)
    return Page[CampaignShown](items=[CampaignShown.model_validate(row, from_attributes=True) for row in rows])


@router.post(
    "/pledge-target-countries",
    status_code=201,
    operation_id="set_pledge_target_country",
    summary="Extend the pledge to a country",
    response_model=TargetCountryShown,
    responses=CHANGE_PROBLEMS,
)
async def set_pledge_target_country(request: Request, body: TargetCountry, changing: Changing) -> Response:
    """The subsidiaries in the country pledge from that day on (F19)."""
    command = SetPledgeTargetCountry(**body.model_dump())
    return await changing.make(
        command, admit=of_group(request, changing.principal, "pledge-campaign:plan"), show=_target_country, status=201
    )  # fmt: skip


def _campaign(campaign: Campaign, _version: int) -> CampaignShown:
    if isinstance(campaign, Unplanned):
        raise Problem("not-found")
    return CampaignShown(**campaign.planned.model_dump(), open=isinstance(campaign, Open))


def _target_country(country: PledgeTargetCountrySet, _version: int) -> TargetCountryShown:
    return TargetCountryShown.model_validate(country.model_dump())
