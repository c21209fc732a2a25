"""What can be asked of a pledge: by the person, by the HR feed's consequences, by the calendar."""

from datetime import date, datetime
from typing import TypeAlias

from shared.decider import Command
from shared.events.base import CompanyId, Identifier, OrgUnitId, PersonId, Sha256
from shared.events.hr import PersonKind
from shared.events.training import FiscalYearLabel, SigningMethod


class OfPledge(Command):
    kind = "pledge"
    pledge_id: Identifier

    @property
    def stream(self) -> str:
        return f"{self.kind}/{self.pledge_id}"


class RequestPledge(OfPledge):
    person_id: PersonId
    person_kind: PersonKind
    company_id: CompanyId | None = None
    org_unit_id: OrgUnitId | None = None
    contractor_id: Identifier | None = None
    campaign_id: Identifier
    template_id: Identifier
    template_version: int
    template_hash: Sha256
    period_fy: FiscalYearLabel
    period_start: date
    period_end: date
    due_date: date


class SignPledge(OfPledge):
    """`person_id` is who signs; kind, company and unit are his on the day, when they are known."""

    person_id: PersonId
    person_kind: PersonKind | None = None
    company_id: CompanyId | None = None
    org_unit_id: OrgUnitId | None = None
    template_hash: Sha256
    language: str
    consent_text_hash: Sha256
    signed_at: datetime
    method: SigningMethod
    pages_viewed: int
    page_count: int


class DeclinePledge(OfPledge):
    person_id: PersonId


class SuspendPledge(OfPledge):
    pass


class ResumePledge(OfPledge):
    due_date: date


class WithdrawPledge(OfPledge):
    pass


class MarkPledgeOverdue(OfPledge):
    due_date: date


class LapsePledge(OfPledge):
    pass


class SupersedePledge(OfPledge):
    by_campaign_id: Identifier


PledgeCommand: TypeAlias = (
    RequestPledge
    | SignPledge
    | DeclinePledge
    | SuspendPledge
    | ResumePledge
    | WithdrawPledge
    | MarkPledgeOverdue
    | LapsePledge
    | SupersedePledge
)
