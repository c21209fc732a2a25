"""What can be asked of an inspection: by the calendar, by who inspects, by who approves."""

from datetime import date, datetime
from typing import TypeAlias

from shared.decider import Command
from shared.events.base import CompanyId, Identifier, OrgUnitId, PersonId
from shared.events.ledger import Answer, ApproverRole, CancelCause, Cycle, Priority, Reason, SlipId
from shared.late_entry import LateEntry


class OnInspection(Command):
    kind = "inspection"
    slip_id: SlipId
    cycle: Cycle

    @property
    def stream(self) -> str:
        return f"{self.kind}/{self.slip_id}/{self.cycle}"


class ScheduleInspection(OnInspection):
    """A regular one, as the slip stands now; given again whenever that changes."""

    interval_months: int
    basis_date: date
    due_date: date
    priority: Priority
    company_id: CompanyId
    org_unit_id: OrgUnitId
    assignees: tuple[PersonId, ...] = ()
    today: date


class ScheduleEmergencyInspection(Command):
    """Out of turn, because of an incident that was confirmed `on` a day (F34)."""

    kind = "inspection"
    slip_id: SlipId
    incident_id: Identifier
    on: date
    priority: Priority
    company_id: CompanyId
    org_unit_id: OrgUnitId
    assignees: tuple[PersonId, ...] = ()

    @property
    def cycle(self) -> str:
        return f"EMG-{self.incident_id}"

    @property
    def stream(self) -> str:
        return f"{self.kind}/{self.slip_id}/{self.cycle}"


class MarkInspectionDue(OnInspection):
    due_date: date


class MarkInspectionOverdue(OnInspection):
    due_date: date


class OfSlipInForce(OnInspection):
    """By a person; `slip_in_force` is false once the slip is disposed of or withdrawn."""

    slip_in_force: bool


class EntersLate(OfSlipInForce, LateEntry):
    time: datetime
    now: datetime
    late_reason: Reason | None = None


class StartInspection(EntersLate):
    checklist_id: Identifier
    checklist_version: int
    started_by: PersonId


class SubmitInspection(EntersLate):
    """`slip_version` is the slip's version now; the reviewed one may be older, but must have existed."""

    answers: tuple[Answer, ...]
    slip_version_reviewed: int
    slip_version: int
    still_valid: bool
    submitted_by: PersonId


class ReturnInspection(OfSlipInForce):
    returned_by: PersonId
    reason: Reason


class ApproveInspection(OfSlipInForce):
    approved_by: PersonId
    role: ApproverRole
    on: date


class CancelInspection(OnInspection):
    cause: CancelCause


InspectionCommand: TypeAlias = (
    ScheduleInspection
    | ScheduleEmergencyInspection
    | MarkInspectionDue
    | MarkInspectionOverdue
    | StartInspection
    | SubmitInspection
    | ReturnInspection
    | ApproveInspection
    | CancelInspection
)
