"""What a person was to learn in the yearly online training, and when he had (F13)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.audit.domain.history import History, told_of
from services.audit.domain.interval import EventRef
from shared.events.training import CourseKind, TrainingAssigned, TrainingCompleted, TrainingResumed


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due day of his own, told from a day on."""

    fy: str
    since: date
    due: date
    because: EventRef


@dataclass(frozen=True, slots=True)
class Completion:
    fy: str
    since: date
    because: EventRef


def deadlines(history: History) -> Iterator[Deadline]:
    """Of each assignment, and again after each leave."""
    years: dict[str, str] = {}
    for told, assigned in told_of(history, TrainingAssigned):
        if assigned.course_kind is CourseKind.ANNUAL_ONLINE:
            years[assigned.assignment_id] = assigned.fy
            yield Deadline(assigned.fy, told.day, assigned.due_date, told.ref)
    for told, resumed in told_of(history, TrainingResumed):
        if resumed.assignment_id in years:
            yield Deadline(years[resumed.assignment_id], told.day, resumed.due_date, told.ref)


def completions(history: History) -> Iterator[Completion]:
    for told, completed in told_of(history, TrainingCompleted):
        if completed.course_kind is CourseKind.ANNUAL_ONLINE:
            yield Completion(completed.fy, told.day, told.ref)
