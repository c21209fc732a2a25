"""What training's callers send and are shown."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from services.training.views.pledges import PledgeState
from shared.events.base import Country, Identifier, Sha256
from shared.events.training import FiscalYearLabel, SigningMethod
from shared.law.fiscal_year import fiscal_year_labelled
from shared.runtime.http.body import RequestModel


def _on_the_calendar(label: str) -> str:
    fiscal_year_labelled(label)
    return label


FiscalYear = Annotated[FiscalYearLabel, AfterValidator(_on_the_calendar)]
"""A label of a year that has days: `FY0000` has none."""


class CampaignPlan(RequestModel):
    """The pledge of a fiscal year: which version of which text, asked for from `opens_on`, due on `due_date`."""

    campaign_id: Identifier = Field(examples=["PLEDGE-FY2017"])
    fy: FiscalYear = Field(examples=["FY2017"])
    template_id: Identifier = Field(examples=["BASIC-RULES"])
    template_version: Annotated[int, Field(ge=1, le=1_000, examples=[1])]
    template_hash: Sha256 = Field(examples=["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"])
    opens_on: date = Field(examples=["2016-04-01"])
    due_date: date = Field(examples=["2016-04-30"])


class CampaignShown(BaseModel):
    campaign_id: str = Field(examples=["PLEDGE-FY2017"])
    fy: str = Field(examples=["FY2017"])
    template_id: str
    template_version: int
    template_hash: str
    opens_on: date
    due_date: date
    period_end: date
    open: bool


class TargetCountry(RequestModel):
    """A country whose subsidiaries pledge too, from a day of a fiscal year on (F19)."""

    fy: FiscalYear = Field(examples=["FY2017"])
    country: Country = Field(examples=["SG"])
    from_date: date = Field(examples=["2016-07-01"])


class TargetCountryShown(BaseModel):
    country: str
    fy: str
    from_date: date


class Signature(RequestModel):
    """What the signer saw and how he proved who he is. Who signs is the caller himself."""

    template_hash: Sha256 = Field(examples=["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"])
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$", examples=["ja"])]
    consent_text_hash: Sha256 = Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])
    method: SigningMethod = Field(examples=["SSO"])
    pages_viewed: Annotated[int, Field(ge=1, le=1_000, examples=[4])]
    page_count: Annotated[int, Field(ge=1, le=1_000, examples=[4])]


class PledgeShown(BaseModel):
    pledge_id: str
    person_id: str = Field(examples=["P7F3K2"])
    state: PledgeState
    company_id: str | None = Field(examples=["C01"])
    org_unit_id: str | None = Field(examples=["C01-D07"])
    campaign_id: str = Field(examples=["PLEDGE-FY2017"])
    fy: str = Field(examples=["FY2017"])
    template_id: str = Field(examples=["BASIC-RULES"])
    template_version: int = Field(examples=[1])
    template_hash: str
    due_date: date
    period_end: date
    signed_at: datetime | None


class CompletionShown(BaseModel):
    """How far a unit has come: `signed` of `asked`; withdrawn, superseded and suspended requests are in neither."""

    fy: str
    company_id: str | None
    org_unit_id: str | None
    asked: int = Field(examples=[40])
    signed: int = Field(examples=[38])
    overdue: int = Field(examples=[1])
