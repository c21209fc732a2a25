"""The yearly pledge campaign: planned by the promotion office, opened by the calendar (F18)."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, assert_never

from shared.decider import Command, Decider, Rejected, Timer
from shared.events.base import Identifier, Sha256
from shared.events.training import CampaignTold, FiscalYearLabel, PledgeCampaignOpened, PledgeCampaignPlanned
from shared.law.calendar import five_past_midnight
from shared.law.fiscal_year import fiscal_year_labelled


class PlanPledgeCampaign(Command):
    kind = "pledge-campaign"
    campaign_id: Identifier
    fy: FiscalYearLabel
    template_id: Identifier
    template_version: int
    template_hash: Sha256
    opens_on: date
    due_date: date
    today: date

    @property
    def stream(self) -> str:
        return f"{self.kind}/{self.campaign_id}"


class OpenPledgeCampaign(Command):
    kind = "pledge-campaign"
    campaign_id: Identifier

    @property
    def stream(self) -> str:
        return f"{self.kind}/{self.campaign_id}"


@dataclass(frozen=True)
class Unplanned:
    pass


@dataclass(frozen=True)
class Planned:
    planned: PledgeCampaignPlanned


@dataclass(frozen=True)
class Open:
    planned: PledgeCampaignPlanned


Campaign: TypeAlias = Unplanned | Planned | Open
CampaignCommand: TypeAlias = PlanPledgeCampaign | OpenPledgeCampaign


def decide(command: CampaignCommand, campaign: Campaign) -> list[CampaignTold]:
    match command, campaign:
        case PlanPledgeCampaign() as plan, Unplanned():
            _check_days(plan)
            return [_planned(plan)]
        case PlanPledgeCampaign() as plan, Planned(planned) | Open(planned):
            if _planned(plan) != planned:
                raise Rejected(f"campaign {plan.campaign_id} is planned otherwise already", "campaign-exists")
            return []
        case OpenPledgeCampaign(), Planned(planned):
            return [PledgeCampaignOpened.model_validate(planned.model_dump())]
        case OpenPledgeCampaign(), Open():
            return []
        case _:
            raise Rejected("a campaign that is not planned can not open", "campaign-unplanned")


def _check_days(plan: PlanPledgeCampaign) -> None:
    year = fiscal_year_labelled(plan.fy)
    if plan.opens_on not in year or not plan.opens_on <= plan.due_date <= year.end:
        raise Rejected(f"a campaign of {year} opens and falls due within it, in this order", "campaign-outside-year")
    if plan.due_date < plan.today:
        raise Rejected(f"nobody could sign by {plan.due_date} any more", "campaign-past")


def _planned(plan: PlanPledgeCampaign) -> PledgeCampaignPlanned:
    return PledgeCampaignPlanned(
        campaign_id=plan.campaign_id,
        fy=plan.fy,
        template_id=plan.template_id,
        template_version=plan.template_version,
        template_hash=plan.template_hash,
        opens_on=plan.opens_on,
        due_date=plan.due_date,
        period_end=fiscal_year_labelled(plan.fy).end,
    )


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
    opening = five_past_midnight(event.opens_on)
    return [Timer(opening, OpenPledgeCampaign(campaign_id=event.campaign_id), "opening")]


CAMPAIGN: Decider[CampaignCommand, Campaign, CampaignTold] = Decider(Unplanned(), decide, evolve)
