"""What can be asked of an assignment: by the learning platform, by the HR feed's consequences, by the calendar."""

from datetime import date, datetime
from typing import TypeAlias

from shared.decider import Command
from shared.events.base import CompanyId, Identifier, OrgUnitId, PersonId, Sha256
from shared.events.hr import PersonKind
from shared.events.training import AssignmentCause, CourseKind, FiscalYearLabel, Reason, Score
from shared.late_entry import LateEntry


class OfAssignment(Command):
    kind = "assignment"
    assignment_id: Identifier

    @property
    def stream(self) -> str:
        return f"{self.kind}/{self.assignment_id}"


class AssignTraining(OfAssignment):
    person_id: PersonId
    person_kind: PersonKind
    company_id: CompanyId | None = None
    org_unit_id: OrgUnitId | None = None
    cause: AssignmentCause
    campaign_id: Identifier | None = None
    fy: FiscalYearLabel
    course_id: Identifier
    course_version: int
    course_kind: CourseKind
    pass_mark: Score
    since: date
    due_date: date
    period_end: date


class RecordAttempt(OfAssignment, LateEntry):
    """A graded test; kind, company and unit are the person's on the day it was taken, when they are known."""

    person_kind: PersonKind | None = None
    company_id: CompanyId | None = None
    org_unit_id: OrgUnitId | None = None
    score: Score
    answers_hash: Sha256
    seconds: int
    time: datetime
    now: datetime
    late_reason: Reason | None = None


class SuspendTraining(OfAssignment):
    pass


class ResumeTraining(OfAssignment):
    due_date: date


class WithdrawTraining(OfAssignment):
    pass


class MarkTrainingOverdue(OfAssignment):
    due_date: date


class LapseTraining(OfAssignment):
    pass


AssignmentCommand: TypeAlias = (
    AssignTraining
    | RecordAttempt
    | SuspendTraining
    | ResumeTraining
    | WithdrawTraining
    | MarkTrainingOverdue
    | LapseTraining
)
