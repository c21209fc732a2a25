"""The yearly pledge campaign: planned by the promotion office, opened by the calendar (F18)."""

from typing import TypeAlias, assert_never

from services.training.domain import yearly
from services.training.domain.yearly import OfCampaign, Open, Plan, Planned, Unplanned, opening, plan, to_open
from shared.decider import Decider, Timer
from shared.events.base import Identifier, Sha256
from shared.events.training import CampaignTold, PledgeCampaignOpened, PledgeCampaignPlanned


class PlanPledgeCampaign(Plan):
    kind = "pledge-campaign"
    template_id: Identifier
    template_version: int
    template_hash: Sha256


class OpenPledgeCampaign(OfCampaign):
    kind = "pledge-campaign"


Campaign: TypeAlias = yearly.Campaign[PledgeCampaignPlanned]
CampaignCommand: TypeAlias = PlanPledgeCampaign | OpenPledgeCampaign


def decide(command: CampaignCommand, campaign: Campaign) -> list[CampaignTold]:
    match command:
        case PlanPledgeCampaign():
            return [*plan(PledgeCampaignPlanned.model_validate(command.told()), campaign, command.today)]
        case OpenPledgeCampaign():
            return [PledgeCampaignOpened.model_validate(terms.model_dump()) for terms in to_open(campaign)]
        case _:
            assert_never(command)


def evolve(_campaign: Campaign, event: CampaignTold) -> Campaign:
    match event:
        case PledgeCampaignPlanned() as planned:
            return Planned(planned)
        case PledgeCampaignOpened() as opened:
            return Open(PledgeCampaignPlanned.model_validate(opened.model_dump()))
        case _:
            assert_never(event)


def timers(event: CampaignTold) -> list[Timer]:
    """T07: a planned campaign opens by itself."""
    if not isinstance(event, PledgeCampaignPlanned):
        return []
    return [opening(event.opens_on, OpenPledgeCampaign(campaign_id=event.campaign_id))]


CAMPAIGN: Decider[CampaignCommand, Campaign, CampaignTold] = Decider(Unplanned(), decide, evolve)
