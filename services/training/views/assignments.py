"""Who is to take which course, and how far is he?"""

from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec.structs import replace
from sqlalchemy import Index

from services.training.schema import metadata
from shared.events.codec import Recorded
from shared.events.topics import TRAINING
from shared.events.training import (
    KnowledgeTestGraded,
    TrainingAssigned,
    TrainingCompleted,
    TrainingLapsed,
    TrainingOverdue,
    TrainingResumed,
    TrainingSuspended,
    TrainingWithdrawn,
)
from shared.runtime.reading.views import View, table_of

AssignmentState = Literal["assigned", "overdue", "suspended", "completed", "withdrawn", "lapsed"]


class AssignmentRow(msgspec.Struct, frozen=True):
    """`org_unit_id` is where he was when assigned, or when he completed it; `score` is that of the last test."""

    assignment_id: str
    person_id: str
    person_kind: str
    company_id: str | None
    org_unit_id: str | None
    cause: str
    campaign_id: str | None
    fy: str
    course_id: str
    course_version: int
    course_kind: str
    pass_mark: int
    since: date
    due_date: date
    period_end: date
    state: str
    attempts: int
    score: int | None
    completed_at: datetime | None
    version: int


STATES = {
    TrainingOverdue: "overdue",
    TrainingSuspended: "suspended",
    TrainingResumed: "assigned",
    TrainingWithdrawn: "withdrawn",
    TrainingLapsed: "lapsed",
}

table = table_of(
    AssignmentRow, "assignments", metadata, Index(None, "person_id"), Index(None, "fy", "course_kind", "state")
)


def key(recorded: Recorded) -> str | None:
    return recorded.stream.removeprefix("assignment/") if recorded.stream.startswith("assignment/") else None


def project(row: AssignmentRow | None, recorded: Recorded) -> AssignmentRow | None:
    version = recorded.version or 0
    match recorded.event, row:
        case TrainingAssigned() as assigned, _:
            return _assigned(assigned, row, version)
        case KnowledgeTestGraded(attempt=attempt, score=score), AssignmentRow():
            return replace(row, attempts=attempt, score=score, version=version)
        case TrainingCompleted() as done, AssignmentRow():
            placed = replace(row, company_id=done.company_id, org_unit_id=done.org_unit_id)
            return replace(placed, state="completed", completed_at=done.completed_at, version=version)
        case TrainingResumed(due_date=due), AssignmentRow():
            return replace(row, state="assigned", due_date=due, version=version)
        case event, AssignmentRow() if type(event) in STATES:
            return replace(row, state=STATES[type(event)], version=version)
        case _:
            return row


def _assigned(assigned: TrainingAssigned, before: AssignmentRow | None, version: int) -> AssignmentRow:
    """Assigned again after he left and came back, his tests still count as his."""
    return AssignmentRow(
        **assigned.model_dump(),
        state="assigned",
        attempts=before.attempts if before else 0,
        score=before.score if before else None,
        completed_at=None,
        version=version,
    )


ASSIGNMENTS = View("assignments", (TRAINING,), table, AssignmentRow, key, project, frozenset({"assignment"}))
