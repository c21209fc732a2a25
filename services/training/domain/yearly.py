"""What the yearly campaigns have in common: the office plans them, the calendar opens them (T07). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeAlias, TypeVar

from shared.decider import Command, Rejected, Timer
from shared.events.base import Identifier
from shared.events.training import FiscalYearLabel, PledgeCampaignPlanned, TrainingCampaignPlanned
from shared.law.calendar import five_past_midnight
from shared.law.fiscal_year import fiscal_year_labelled

P = TypeVar("P", PledgeCampaignPlanned, TrainingCampaignPlanned)


class OfCampaign(Command):
    campaign_id: Identifier

    @property
    def stream(self) -> str:
        return f"{self.kind}/{self.campaign_id}"


class Plan(OfCampaign):
    fy: FiscalYearLabel
    opens_on: date
    due_date: date
    today: date

    def told(self) -> dict[str, object]:
        """What is planned: the terms, without the day on which it was."""
        return self.model_dump(exclude={"today"}) | {"period_end": fiscal_year_labelled(self.fy).end}


@dataclass(frozen=True)
class Unplanned:
    pass


@dataclass(frozen=True)
class Planned(Generic[P]):
    planned: P


@dataclass(frozen=True)
class Open(Generic[P]):
    planned: P


Campaign: TypeAlias = Unplanned | Planned[P] | Open[P]


def plan(told: P, campaign: Campaign[P], today: date) -> list[P]:
    """Once: the same plan again changes nothing, another one is refused."""
    if isinstance(campaign, Unplanned):
        _check_days(told, today)
        return [told]
    if told != campaign.planned:
        raise Rejected(f"campaign {told.campaign_id} is planned otherwise already", "campaign-exists")
    return []


def _check_days(told: PledgeCampaignPlanned | TrainingCampaignPlanned, today: date) -> None:
    year = fiscal_year_labelled(told.fy)
    if told.opens_on not in year or not told.opens_on <= told.due_date <= year.end:
        raise Rejected(f"a campaign of {year} opens and falls due within it, in this order", "campaign-outside-year")
    if told.due_date < today:
        raise Rejected(f"nobody could be in time by {told.due_date} any more", "campaign-past")


def to_open(campaign: Campaign[P]) -> Sequence[P]:
    """The terms to open with; none when it is open."""
    match campaign:
        case Planned(planned):
            return [planned]
        case Open():
            return []
        case _:
            raise Rejected("a campaign that is not planned can not open", "campaign-unplanned")


def opening(opens_on: date, command: OfCampaign) -> Timer:
    return Timer(five_past_midnight(opens_on), command, "opening")
