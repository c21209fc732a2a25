"""What training tells: pledge campaigns, and the pledge of each person on the Basic Rules (F18, F19, F27)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from shared.events.base import (
    CompanyId,
    Country,
    Digested,
    DomainEvent,
    Identifier,
    OrgUnitId,
    PersonId,
    SafeText,
    Sha256,
)
from shared.events.hr import PersonKind

FiscalYearLabel = Annotated[str, StringConstraints(pattern=r"^FY[0-9]{4}$")]
"""The company's label, by the year in which the fiscal year ends: FY2017 is 2016-04-01 to 2017-03-31."""

CampaignId = Identifier
PledgeId = Identifier
Reason = Annotated[SafeText, StringConstraints(min_length=1, max_length=500)]


class SigningMethod(StrEnum):
    """How the signer proved who he is."""

    SSO = "SSO"
    MFA = "MFA"
    LINK = "LINK"


class CampaignTerms(DomainEvent):
    """Which text is to be signed, from which day on, due when, and how long it then holds."""

    campaign_id: CampaignId
    fy: FiscalYearLabel
    template_id: Identifier
    template_version: Annotated[int, Field(ge=1)]
    template_hash: Sha256
    opens_on: date
    due_date: date
    period_end: date


class PledgeCampaignPlanned(CampaignTerms, type="training.PledgeCampaignPlanned.v1"):
    """The promotion office set the terms of a fiscal year's pledge (F18)."""


class PledgeCampaignOpened(CampaignTerms, type="training.PledgeCampaignOpened.v1"):
    """From this day on the template is the one in force, and everybody in post is asked to sign it (F18)."""


class PledgeTargetCountrySet(DomainEvent, type="training.PledgeTargetCountrySet.v1"):
    """Pledges are extended to the subsidiaries in a country, from a day on (F19)."""

    fy: FiscalYearLabel
    country: Country
    from_date: date


class PledgeEvent(DomainEvent):
    pledge_id: PledgeId
    person_id: PersonId


class PledgeRequested(PledgeEvent, type="training.PledgeRequested.v1"):
    """A person is asked to sign, by the end of `due_date` in Japan (F18, F27)."""

    person_kind: PersonKind
    company_id: CompanyId | None = None
    org_unit_id: OrgUnitId | None = None
    contractor_id: Identifier | None = None
    campaign_id: CampaignId
    template_id: Identifier
    template_version: Annotated[int, Field(ge=1)]
    template_hash: Sha256
    period_fy: FiscalYearLabel
    period_start: date
    period_end: date
    due_date: date


class PledgeSigned(PledgeEvent, type="training.PledgeSigned.v1"):
    """The person himself pledged to keep the Basic Rules and trade secrets (F18, F27).

    It is in force from the day it was signed to `period_end`, both inclusive.
    """

    person_kind: PersonKind
    company_id: CompanyId | None = None
    org_unit_id: OrgUnitId | None = None
    contractor_id: Identifier | None = None
    template_id: Identifier
    template_version: Annotated[int, Field(ge=1)]
    template_hash: Sha256
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    period_start: date
    period_end: date
    consent_text_hash: Sha256
    signed_at: datetime
    method: SigningMethod
    pages_viewed: Annotated[int, Field(ge=1)]
    page_count: Annotated[int, Field(ge=1)]


class PledgeDeclined(PledgeEvent, type="training.PledgeDeclined.v1"):
    """The person refused to sign; the line talks to him. The reason stays outside the log: it may name people."""


class PledgeOverdue(PledgeEvent, type="training.PledgeOverdue.v1"):
    """The due date passed without a signature."""

    due_date: date


class PledgeSuspended(PledgeEvent, type="training.PledgeSuspended.v1"):
    """The person is on leave: nobody waits for his signature meanwhile."""


class PledgeResumed(PledgeEvent, type="training.PledgeResumed.v1"):
    """The person is back from leave and is asked again, by a new due date."""

    due_date: date


class PledgeWithdrawn(PledgeEvent, type="training.PledgeWithdrawn.v1"):
    """The person left before signing: there is nobody to ask."""


class PledgeLapsed(PledgeEvent, type="training.PledgeLapsed.v1"):
    """The period ended without a signature."""


class PledgeSuperseded(PledgeEvent, type="training.PledgeSuperseded.v1"):
    """A newer version of the text is in force within the same fiscal year, and this one counts no longer."""

    by_campaign_id: CampaignId


class OutboxDigested(Digested, type="training.OutboxDigested.v1"):
    """The daily watermark of training."""


CampaignTold: TypeAlias = PledgeCampaignPlanned | PledgeCampaignOpened
PledgeTold: TypeAlias = (
    PledgeRequested
    | PledgeSigned
    | PledgeDeclined
    | PledgeOverdue
    | PledgeSuspended
    | PledgeResumed
    | PledgeWithdrawn
    | PledgeLapsed
    | PledgeSuperseded
)
TrainingEvent: TypeAlias = CampaignTold | PledgeTargetCountrySet | PledgeTold | OutboxDigested
