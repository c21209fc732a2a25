"""How an inspection stands after each event about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias, assert_never

from shared.events.ledger import (
    ApproverRole,
    InspectionApproved,
    InspectionCancelled,
    InspectionCompleted,
    InspectionDue,
    InspectionOverdue,
    InspectionReturned,
    InspectionScheduled,
    InspectionStarted,
    InspectionSubmitted,
    InspectionTold,
    Priority,
)


class Stage(StrEnum):
    """How far an inspection has come that is not over; whether it is overdue is another question."""

    SCHEDULED = "scheduled"
    DUE = "due"
    IN_PROGRESS = "in-progress"
    SUBMITTED = "submitted"
    RETURNED = "returned"


@dataclass(frozen=True)
class Unscheduled:
    """There is no such inspection yet."""


@dataclass(frozen=True)
class Open:
    plan: InspectionScheduled
    """The last one told."""
    stage: Stage = Stage.SCHEDULED
    overdue: bool = False
    submitted: InspectionSubmitted | None = None
    approvals: Mapping[ApproverRole, str] = field(default_factory=dict)
    """Who approved the last submission, as what."""


@dataclass(frozen=True)
class Closed:
    """`how` is `completed` or `cancelled`."""

    plan: InspectionScheduled
    how: str
    overdue: bool
    """It was, before."""
    completed: InspectionCompleted | None = None


Inspection: TypeAlias = Unscheduled | Open | Closed


def evolve(inspection: Inspection, event: InspectionTold) -> Inspection:
    match event, inspection:
        case InspectionScheduled(), Unscheduled():
            return Open(event)
        case _, Open():
            return _evolve_open(inspection, event)
        case _:
            return inspection


def _evolve_open(inspection: Open, event: InspectionTold) -> Inspection:
    match event:
        case InspectionScheduled(due_date=due):
            return replace(inspection, plan=event, overdue=inspection.overdue and due == inspection.plan.due_date)
        case InspectionOverdue():
            return replace(inspection, overdue=True)
        case InspectionApproved(role=role, approved_by=person):
            return replace(inspection, approvals={**inspection.approvals, role: person})
        case InspectionSubmitted():
            return replace(inspection, stage=Stage.SUBMITTED, submitted=event, approvals={})
        case InspectionDue() | InspectionStarted() | InspectionReturned():
            return replace(inspection, stage=_STAGES[type(event)])
        case InspectionCompleted():
            return Closed(inspection.plan, "completed", inspection.overdue, event)
        case InspectionCancelled():
            return Closed(inspection.plan, "cancelled", inspection.overdue)
        case _:
            assert_never(event)


_STAGES = {
    InspectionDue: Stage.DUE,
    InspectionStarted: Stage.IN_PROGRESS,
    InspectionReturned: Stage.RETURNED,
}


def needed(priority: Priority) -> frozenset[ApproverRole]:
    """As what an inspection must be approved; of high priority by two people (F33)."""
    both = frozenset({ApproverRole.DIV_MANAGER, ApproverRole.PROMOTER})
    return both if priority is Priority.HIGH else frozenset({ApproverRole.DIV_MANAGER})


def name(inspection: Inspection) -> str:
    """The state as the API and the messages call it."""
    match inspection:
        case Unscheduled():
            return "unscheduled"
        case Open(stage=stage):
            return stage.value
        case Closed(how=how):
            return how
        case _:
            assert_never(inspection)
