"""What can be asked of an incident: by those who handle it, and by the calendar."""

from datetime import datetime
from typing import TypeAlias

from shared.decider import Command
from shared.events.base import CompanyId, Country, Identifier, OrgUnitId, PersonId
from shared.events.incidents import (
    Affected,
    Channel,
    Decided,
    DismissalGround,
    Flags,
    IncidentKind,
    Medium,
    NoticeMethod,
    ObligationId,
    ReportItem,
    RightsRisk,
    Sealed,
    Severity,
    Stage,
    Warned,
)
from shared.late_entry import LateEntry


class OfIncident(Command):
    kind = "incident"
    incident_id: Identifier

    @property
    def stream(self) -> str:
        return f"{self.kind}/{self.incident_id}"


class Act(OfIncident, LateEntry):
    """Something somebody did; what is decided here is done when it is sent."""

    time: datetime
    now: datetime
    late_reason: Sealed | None = None


class ReportIncident(Act):
    """Whom to inform arrives with it: who supervises the unit, and who is the contact point, on the day."""

    what: IncidentKind
    occurred_at: datetime | None = None
    discovered_at: datetime
    aware_at: datetime
    aware_org_unit_id: OrgUnitId
    company_id: CompanyId | None = None
    reporter_id: PersonId | None = None
    account: Sealed
    media: tuple[Medium, ...] = ()
    slip_ids: tuple[Identifier, ...] = ()
    consignment_id: Identifier | None = None
    affected: Affected
    flags: Flags
    jurisdictions: tuple[Country, ...]
    channel: Channel
    supervisors: tuple[PersonId, ...] = ()
    contact_points: tuple[PersonId, ...] = ()


class AcknowledgeAsContactPoint(Act):
    pass


class AcknowledgeAsSupervisor(Act):
    pass


class CorrectAwareness(Act):
    aware_at: datetime
    justification: Sealed


class AssessIncident(Act):
    """`flags` replace those of the report; `pmark` says that the company holds the PrivacyMark."""

    severity: Severity
    rights_risk: RightsRisk
    flags: Flags
    jurisdictions: tuple[Country, ...]
    pmark: bool
    rationale: Sealed


class ConfirmIncident(Act):
    slip_ids: tuple[Identifier, ...] = ()


class DismissIncident(Act):
    ground: DismissalGround
    rationale: Sealed


class UpdateAffected(Act):
    affected: Affected
    confirmed: bool
    reason: Sealed | None = None


class DecideObligation(Act):
    obligation_id: ObligationId
    decided: Decided
    rationale: Sealed


class FileReport(Act):
    obligation_id: ObligationId
    stage: Stage
    missing_items: tuple[ReportItem, ...] = ()
    receipt_no: Identifier | None = None


class NotifySubjects(Act):
    count: int
    method: NoticeMethod
    items: tuple[ReportItem, ...]


class RecordContainment(Act):
    pass


class CloseIncident(Act):
    pass


class ReopenIncident(Act):
    reason: Sealed


class EraseAccount(OfIncident):
    now: datetime


class WarnOfDeadline(OfIncident):
    obligation_id: ObligationId
    warned: Warned
    due_at: datetime


class MarkDeadlineMissed(OfIncident):
    obligation_id: ObligationId
    due_at: datetime


Acts: TypeAlias = (
    AcknowledgeAsContactPoint
    | AcknowledgeAsSupervisor
    | CorrectAwareness
    | AssessIncident
    | ConfirmIncident
    | DismissIncident
    | UpdateAffected
    | DecideObligation
    | FileReport
    | NotifySubjects
    | RecordContainment
    | CloseIncident
    | ReopenIncident
)
"""What is done to an incident that was reported."""

TimeGiven: TypeAlias = WarnOfDeadline | MarkDeadlineMissed
IncidentCommand: TypeAlias = ReportIncident | Acts | EraseAccount | TimeGiven
COMMANDS: tuple[type[OfIncident], ...] = (
    ReportIncident, AcknowledgeAsContactPoint, AcknowledgeAsSupervisor, CorrectAwareness, AssessIncident,
    ConfirmIncident, DismissIncident, UpdateAffected, DecideObligation, FileReport, NotifySubjects, RecordContainment,
    CloseIncident, ReopenIncident, EraseAccount, WarnOfDeadline, MarkDeadlineMissed,
)  # fmt: skip
