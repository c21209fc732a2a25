"""What is sent and shown of inspections."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from services.ledger.api.shapes import Happened, LateReason
from services.ledger.views.inspection_calendar import InspectionState
from shared.events.base import Identifier, Sha256
from shared.events.ledger import Answer, AnswerResult, ApproverRole, InspectionKind, InspectionResult, Priority, Reason
from shared.runtime.http.body import RequestModel, RequestPart


class Start(RequestModel):
    """With which version of which checklist the slip is inspected."""

    checklist_id: Identifier = Field(examples=["SLIP-CHECK"])
    checklist_version: Annotated[int, Field(ge=1, le=1_000, examples=[1])]
    time: Happened = None
    late_reason: LateReason = None


class AnswerGiven(RequestPart):
    item: Identifier = Field(examples=["access-list"])
    result: AnswerResult = Field(examples=["OK"])
    evidence_hashes: Annotated[tuple[Sha256, ...], Field(max_length=20)] = ()


class Submission(RequestModel):
    """What was found. `slip_version_reviewed` is the number in the ETag of the slip that was looked at."""

    answers: Annotated[tuple[AnswerGiven, ...], Field(min_length=1, max_length=200)]
    slip_version_reviewed: Annotated[int, Field(ge=1, le=1_000_000, examples=[3])]
    still_valid: bool = Field(description="Whether what the slip says still holds.", examples=[True])
    time: Happened = None
    late_reason: LateReason = None

    def told(self) -> tuple[Answer, ...]:
        return tuple(Answer.model_validate(each.model_dump(), strict=False) for each in self.answers)


class Approval(RequestModel):
    """As what the caller approves; high priority needs both, from two people."""

    role: ApproverRole = Field(default=ApproverRole.DIV_MANAGER, examples=["DIV_MANAGER"])


class Return(RequestModel):
    reason: Reason = Field(examples=["the access list is of last year"])


class InspectionShown(BaseModel):
    slip_id: str = Field(examples=["S-1"])
    cycle: str = Field(examples=["REG-1"])
    kind: InspectionKind
    state: InspectionState
    overdue: bool
    company_id: str
    org_unit_id: str = Field(examples=["C01-D07"])
    priority: Priority
    basis_date: date
    window_opens: date
    due_date: date
    assignees: tuple[str, ...]
    incident_id: str | None
    result: InspectionResult | None
    next_due: date | None
