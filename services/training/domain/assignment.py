"""One person's course for one occasion: a campaign, his hire, a transfer (F13, F16)."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias, assert_never

from services.training.domain.assignment_commands import (
    AssignmentCommand,
    AssignTraining,
    LapseTraining,
    MarkTrainingOverdue,
    RecordAttempt,
    ResumeTraining,
    SuspendTraining,
    WithdrawTraining,
)
from services.training.domain.owed import lapse_timer, overdue_timer
from shared.decider import Decider, Rejected, Timer
from shared.events.training import (
    AssignmentTold,
    KnowledgeTestGraded,
    TrainingAssigned,
    TrainingCompleted,
    TrainingLapsed,
    TrainingOverdue,
    TrainingResumed,
    TrainingSuspended,
    TrainingWithdrawn,
)
from shared.law.due_dates import put_off


@dataclass(frozen=True)
class Unassigned:
    """Nobody asked the person yet."""


@dataclass(frozen=True)
class Assigned:
    task: TrainingAssigned
    """With the due date that holds now: leave moves it."""
    graded: tuple[KnowledgeTestGraded, ...] = ()
    overdue: bool = False
    suspended: bool = False
    """The person is on leave."""
    lapsed: bool = False
    """The period is over; what was done within it may still be told."""

    @property
    def due_date(self) -> date:
        return self.task.due_date


@dataclass(frozen=True)
class Completed:
    task: TrainingAssigned
    """Placed where the person was when he completed it."""
    graded: tuple[KnowledgeTestGraded, ...]
    completion: TrainingCompleted


@dataclass(frozen=True)
class Withdrawn:
    task: TrainingAssigned
    graded: tuple[KnowledgeTestGraded, ...] = ()


Assignment: TypeAlias = Unassigned | Assigned | Completed | Withdrawn


def decide(command: AssignmentCommand, assignment: Assignment) -> list[AssignmentTold]:
    match command:
        case AssignTraining():
            return [_assigned(command)] if isinstance(assignment, Unassigned | Withdrawn) else []
        case RecordAttempt():
            return _record(command, assignment)
        case SuspendTraining() | ResumeTraining():
            return _leave(command, assignment)
        case WithdrawTraining() | LapseTraining() | MarkTrainingOverdue():
            return _end(command, assignment)
        case _:
            assert_never(command)


def _assigned(command: AssignTraining) -> TrainingAssigned:
    """Once, and again after somebody left and came back."""
    return TrainingAssigned.model_validate(command.model_dump())


def _record(attempt: RecordAttempt, assignment: Assignment) -> list[AssignmentTold]:
    """Passed, it completes the course in the same breath; failed, the course stays open. Told twice it counts once."""
    match assignment:
        case Completed():
            return []
        case Assigned(graded=graded) if _told_before(attempt, graded):
            return []
        case Assigned(task=task, graded=graded):
            _check_day(attempt, task)
            test = _graded(attempt, task, len(graded) + 1)
            return [test, _completed(attempt, task)] if test.passed else [test]
        case _:
            raise Rejected(f"an assignment that is {name(assignment)} takes no test", "assignment-not-open")


def _told_before(attempt: RecordAttempt, graded: tuple[KnowledgeTestGraded, ...]) -> bool:
    told = attempt.time, attempt.answers_hash, attempt.score
    return any((each.graded_at, each.answers_hash, each.score) == told for each in graded)


def _check_day(attempt: RecordAttempt, task: TrainingAssigned) -> None:
    if attempt.on < task.since:
        raise Rejected(f"the course is to be taken since {task.since}: an earlier test was another's", "test-too-early")
    if attempt.on > task.period_end:
        raise Rejected(f"the course could be taken until {task.period_end}", "assignment-not-open")


def _graded(attempt: RecordAttempt, task: TrainingAssigned, number: int) -> KnowledgeTestGraded:
    return KnowledgeTestGraded(
        assignment_id=task.assignment_id,
        person_id=task.person_id,
        attempt=number,
        score=attempt.score,
        passed=attempt.score >= task.pass_mark,
        answers_hash=attempt.answers_hash,
        graded_at=attempt.time,
        backdated=attempt.backdated(),
        late_reason=attempt.late_reason,
    )


def _completed(attempt: RecordAttempt, task: TrainingAssigned) -> TrainingCompleted:
    return TrainingCompleted(
        assignment_id=task.assignment_id,
        person_id=task.person_id,
        person_kind=attempt.person_kind or task.person_kind,
        company_id=attempt.company_id or task.company_id,
        org_unit_id=attempt.org_unit_id or task.org_unit_id,
        cause=task.cause,
        campaign_id=task.campaign_id,
        fy=task.fy,
        course_id=task.course_id,
        course_kind=task.course_kind,
        content_version=task.course_version,
        score=attempt.score,
        seconds=attempt.seconds,
        completed_at=attempt.time,
    )


def _leave(command: SuspendTraining | ResumeTraining, assignment: Assignment) -> list[AssignmentTold]:
    """On leave nobody waits for him; back from it there is a new due date, never an earlier one."""
    match command, assignment:
        case SuspendTraining(), Assigned(task=task, suspended=False, lapsed=False):
            return [TrainingSuspended(assignment_id=task.assignment_id, person_id=task.person_id)]
        case ResumeTraining(due_date=due), Assigned(task=task, suspended=True, lapsed=False):
            later = put_off(task, due)
            return [TrainingResumed(assignment_id=task.assignment_id, person_id=task.person_id, due_date=later)]
        case _:
            return []


def _end(
    command: WithdrawTraining | LapseTraining | MarkTrainingOverdue, assignment: Assignment
) -> list[AssignmentTold]:
    """What the calendar and the HR feed say comes true only where it still matters."""
    match command, assignment:
        case MarkTrainingOverdue(due_date=due), Assigned(task=task, overdue=False, suspended=False, lapsed=False):
            return _overdue(task, due) if due == task.due_date else []
        case WithdrawTraining(), Assigned(task=task, lapsed=False):
            return [TrainingWithdrawn(assignment_id=task.assignment_id, person_id=task.person_id)]
        case LapseTraining(), Assigned(task=task, lapsed=False):
            return [TrainingLapsed(assignment_id=task.assignment_id, person_id=task.person_id)]
        case _:
            return []


def _overdue(task: TrainingAssigned, due: date) -> list[AssignmentTold]:
    return [TrainingOverdue(assignment_id=task.assignment_id, person_id=task.person_id, due_date=due)]


def evolve(assignment: Assignment, event: AssignmentTold) -> Assignment:
    if isinstance(event, TrainingAssigned):
        return Assigned(event, assignment.graded if isinstance(assignment, Withdrawn) else ())
    return _while_assigned(assignment, event) if isinstance(assignment, Assigned) else assignment


def _while_assigned(
    assignment: Assigned,
    event: KnowledgeTestGraded
    | TrainingCompleted
    | TrainingOverdue
    | TrainingSuspended
    | TrainingResumed
    | TrainingWithdrawn
    | TrainingLapsed,
) -> Assignment:
    task, graded = assignment.task, assignment.graded
    match event:
        case KnowledgeTestGraded():
            return replace(assignment, graded=(*graded, event))
        case TrainingCompleted(company_id=company_id, org_unit_id=org_unit_id):
            here = {"company_id": company_id, "org_unit_id": org_unit_id}
            return Completed(task.model_copy(update=here), graded, event)
        case TrainingOverdue():
            return replace(assignment, overdue=True)
        case TrainingSuspended():
            return replace(assignment, suspended=True)
        case TrainingResumed(due_date=due):
            return replace(assignment, task=task.model_copy(update={"due_date": due}), overdue=False, suspended=False)
        case TrainingWithdrawn():
            return Withdrawn(task, graded)
        case TrainingLapsed():
            return replace(assignment, lapsed=True)
        case _:
            assert_never(event)


def name(assignment: Assignment) -> str:
    """The state as the API and the messages call it."""
    match assignment:
        case Assigned(lapsed=True):
            return "lapsed"
        case Assigned(suspended=True):
            return "suspended"
        case Assigned(overdue=True):
            return "overdue"
        case Unassigned() | Assigned() | Completed() | Withdrawn():
            return type(assignment).__name__.lower()
        case _:
            assert_never(assignment)


def timers(event: AssignmentTold) -> list[Timer]:
    """T08 the day after the due date, T09 the day after the period."""
    match event:
        case TrainingAssigned(assignment_id=assignment_id, due_date=due, period_end=period_end):
            overdue = MarkTrainingOverdue(assignment_id=assignment_id, due_date=due)
            return [overdue_timer(overdue), lapse_timer(LapseTraining(assignment_id=assignment_id), period_end)]
        case TrainingResumed(assignment_id=assignment_id, due_date=due):
            return [overdue_timer(MarkTrainingOverdue(assignment_id=assignment_id, due_date=due))]
        case _:
            return []


ASSIGNMENT: Decider[AssignmentCommand, Assignment, AssignmentTold] = Decider(Unassigned(), decide, evolve)
