from datetime import UTC, date, datetime, timedelta

import pytest

from services.training.domain.assignment import ASSIGNMENT, Assigned, Completed, name, timers
from services.training.domain.assignment_commands import (
    AssignmentCommand,
    LapseTraining,
    MarkTrainingOverdue,
    RecordAttempt,
    ResumeTraining,
)
from services.training.tests.course_words import (
    ASSIGN,
    ASSIGNED,
    COMPLETED,
    FAIL,
    FAILED,
    LAPSE,
    LAPSED,
    MARK_OVERDUE,
    OTHER_ANSWERS,
    OVERDUE,
    PASS,
    PASSED,
    RESUME,
    RESUMED,
    SUSPEND,
    SUSPENDED,
    WITHDRAW,
    WITHDRAWN,
    noon,
)
from services.training.tests.words import DUE, END, LATER_DUE, NOON, OPENS
from shared.decider import Timer
from shared.events.hr import PersonKind
from shared.events.training import AssignmentTold, TrainingResumed
from shared.testing.givens import Given

given = Given(ASSIGNMENT)
DONE: tuple[AssignmentTold, ...] = (ASSIGNED, PASSED, COMPLETED)


def on(day: date, *, attempt: RecordAttempt = PASS, **entered: object) -> RecordAttempt:
    """A test of a day, entered the same noon unless said otherwise."""
    return attempt.model_copy(update={"time": noon(day), "now": noon(day)} | entered)


# --- assigned ---------------------------------------------------------------------------------------------------------


def test_a_person_is_assigned_a_course() -> None:
    given().when(ASSIGN).then(ASSIGNED)


@pytest.mark.parametrize("before", [(ASSIGNED,), (ASSIGNED, FAILED), DONE, (ASSIGNED, SUSPENDED), (ASSIGNED, LAPSED)])
def test_he_is_assigned_it_once(before: tuple[AssignmentTold, ...]) -> None:
    given(*before).when(ASSIGN).then_nothing()


def test_who_left_and_came_back_is_assigned_it_again() -> None:
    given(ASSIGNED, WITHDRAWN).when(ASSIGN).then(ASSIGNED)


# --- tested -----------------------------------------------------------------------------------------------------------


def test_with_the_pass_mark_he_has_completed_it() -> None:
    given(ASSIGNED).when(PASS).then(PASSED, COMPLETED)


def test_one_point_below_it_stays_open() -> None:
    given(ASSIGNED).when(FAIL).then(FAILED)
    assert name(ASSIGNMENT.fold([ASSIGNED, FAILED])) == "assigned"


def test_he_may_try_again() -> None:
    again = PASS.model_copy(update={"answers_hash": OTHER_ANSWERS})
    second = PASSED.model_copy(update={"attempt": 2, "answers_hash": OTHER_ANSWERS})
    given(ASSIGNED, FAILED).when(again).then(second, COMPLETED)


def test_the_same_test_told_twice_counts_once() -> None:
    given(ASSIGNED, FAILED).when(FAIL).then_nothing()


def test_the_same_answers_another_day_are_another_attempt() -> None:
    tomorrow = FAIL.model_copy(update={"time": NOON + timedelta(days=1), "now": NOON + timedelta(days=1)})
    second = FAILED.model_copy(update={"attempt": 2, "graded_at": NOON + timedelta(days=1)})
    given(ASSIGNED, FAILED).when(tomorrow).then(second)


@pytest.mark.parametrize("attempt", [PASS, FAIL, PASS.model_copy(update={"score": 100, "answers_hash": OTHER_ANSWERS})])
def test_after_completion_a_further_attempt_changes_nothing(attempt: RecordAttempt) -> None:
    given(*DONE).when(attempt).then_nothing()


def test_it_is_completed_where_and_as_what_he_was_on_that_day() -> None:
    elsewhere = {"company_id": "C02", "org_unit_id": "C02-D01", "person_kind": PersonKind.EXECUTIVE}
    placed, there = PASS.model_copy(update=elsewhere), COMPLETED.model_copy(update=elsewhere)
    given(ASSIGNED).when(placed).then(PASSED, there)


@pytest.mark.parametrize("before", [(ASSIGNED, OVERDUE), (ASSIGNED, SUSPENDED), (ASSIGNED, LAPSED)])
def test_late_or_on_leave_he_may_complete_it_all_the_same(before: tuple[AssignmentTold, ...]) -> None:
    given(*before).when(PASS).then(PASSED, COMPLETED)


@pytest.mark.parametrize("before", [(), (ASSIGNED, WITHDRAWN)])
def test_what_nobody_waits_for_takes_no_test(before: tuple[AssignmentTold, ...]) -> None:
    given(*before).when(PASS).then_rejected("assignment-not-open")


# --- on which day -----------------------------------------------------------------------------------------------------


def test_a_test_counts_from_the_day_that_caused_the_assignment() -> None:
    given(ASSIGNED).when(on(OPENS - timedelta(days=1))).then_rejected("test-too-early")
    completed_at = {"completed_at": noon(OPENS)}
    graded_at = {"graded_at": noon(OPENS)}
    given(ASSIGNED).when(on(OPENS)).then(
        PASSED.model_copy(update=graded_at), COMPLETED.model_copy(update=completed_at)
    )  # fmt: skip


def test_a_test_of_the_last_day_counts_also_when_it_is_told_later() -> None:
    told_later = on(END, now=noon(END + timedelta(days=2)))
    graded, completed = {"graded_at": noon(END)}, {"completed_at": noon(END)}
    given(ASSIGNED, OVERDUE, LAPSED).when(told_later).then(
        PASSED.model_copy(update=graded), COMPLETED.model_copy(update=completed)
    )
    given(ASSIGNED, OVERDUE, LAPSED).when(on(END + timedelta(days=1))).then_rejected("assignment-not-open")


def test_the_day_of_a_test_is_the_day_in_japan() -> None:
    first_minute = datetime(2016, 3, 31, 15, 0, tzinfo=UTC)
    before = first_minute - timedelta(seconds=1)
    assert PASS.model_copy(update={"time": first_minute}).on == OPENS
    given(ASSIGNED).when(PASS.model_copy(update={"time": before})).then_rejected("test-too-early")


def test_a_test_of_tomorrow_is_refused() -> None:
    given(ASSIGNED).when(on(OPENS, now=noon(OPENS) - timedelta(seconds=1))).then_rejected("entry-in-the-future")


def test_told_more_than_thirty_days_later_it_needs_a_reason_and_says_so() -> None:
    thirty, thirty_one = NOON + timedelta(days=30), NOON + timedelta(days=31)
    given(ASSIGNED).when(PASS.model_copy(update={"now": thirty})).then(PASSED, COMPLETED)
    given(ASSIGNED).when(PASS.model_copy(update={"now": thirty_one})).then_rejected("late-entry")
    late = {"now": thirty_one, "late_reason": "the platform was cut off"}
    flagged = {"backdated": True, "late_reason": "the platform was cut off"}
    given(ASSIGNED).when(PASS.model_copy(update=late)).then(PASSED.model_copy(update=flagged), COMPLETED)


# --- leave, departure, the calendar -----------------------------------------------------------------------------------


def test_on_leave_nobody_waits() -> None:
    given(ASSIGNED).when(SUSPEND).then(SUSPENDED)
    given(ASSIGNED, SUSPENDED).when(MARK_OVERDUE).then_nothing()


def test_back_from_leave_there_is_a_new_due_date() -> None:
    given(ASSIGNED, SUSPENDED).when(RESUME).then(RESUMED)


@pytest.mark.parametrize(
    ("offered", "due"),
    [
        (DUE - timedelta(days=1), DUE),
        (DUE, DUE),
        (DUE + timedelta(days=1), DUE + timedelta(days=1)),
        (END, END),
        (END + timedelta(days=1), END),
    ],
)
def test_the_new_due_date_is_never_earlier_and_never_beyond_the_period(offered: date, due: date) -> None:
    back = ResumeTraining(assignment_id="A1", due_date=offered)
    given(ASSIGNED, SUSPENDED).when(back).then(TrainingResumed(assignment_id="A1", person_id="P1", due_date=due))


def test_what_was_tried_before_the_leave_is_not_forgotten() -> None:
    state = ASSIGNMENT.fold([ASSIGNED, FAILED, OVERDUE, SUSPENDED, RESUMED])
    assert isinstance(state, Assigned)
    assert (state.due_date, state.graded, name(state)) == (LATER_DUE, (FAILED,), "assigned")


def test_overdue_only_by_the_due_date_that_holds() -> None:
    given(ASSIGNED).when(MARK_OVERDUE).then(OVERDUE)
    given(ASSIGNED, OVERDUE).when(MARK_OVERDUE).then_nothing()
    given(ASSIGNED, SUSPENDED, RESUMED).when(MARK_OVERDUE).then_nothing()


@pytest.mark.parametrize("before", [(ASSIGNED,), (ASSIGNED, FAILED), (ASSIGNED, OVERDUE), (ASSIGNED, SUSPENDED)])
def test_who_leaves_is_not_waited_for(before: tuple[AssignmentTold, ...]) -> None:
    given(*before).when(WITHDRAW).then(WITHDRAWN)


@pytest.mark.parametrize("before", [(ASSIGNED,), (ASSIGNED, FAILED), (ASSIGNED, OVERDUE), (ASSIGNED, SUSPENDED)])
def test_with_the_period_it_lapses(before: tuple[AssignmentTold, ...]) -> None:
    given(*before).when(LAPSE).then(LAPSED)


@pytest.mark.parametrize("before", [(), DONE, (ASSIGNED, WITHDRAWN), (ASSIGNED, LAPSED)])
@pytest.mark.parametrize("command", [SUSPEND, RESUME, MARK_OVERDUE, WITHDRAW, LAPSE])
def test_what_is_over_or_never_began_is_left_alone(
    before: tuple[AssignmentTold, ...], command: AssignmentCommand
) -> None:
    given(*before).when(command).then_nothing()


def test_an_assignment_is_overdue_the_day_after_and_lapses_the_day_after_its_period() -> None:
    assert timers(ASSIGNED) == [
        Timer(datetime(2016, 4, 30, 15, 5, tzinfo=UTC), MARK_OVERDUE, "2016-04-30"),
        Timer(datetime(2017, 3, 31, 15, 5, tzinfo=UTC), LapseTraining(assignment_id="A1"), "lapse"),
    ]
    later = MarkTrainingOverdue(assignment_id="A1", due_date=LATER_DUE)
    assert timers(RESUMED) == [Timer(datetime(2016, 9, 30, 15, 5, tzinfo=UTC), later, "2016-09-30")]
    assert timers(COMPLETED) == []


@pytest.mark.parametrize(
    ("events", "called"),
    [
        ((), "unassigned"),
        ((ASSIGNED,), "assigned"),
        ((ASSIGNED, OVERDUE), "overdue"),
        ((ASSIGNED, OVERDUE, SUSPENDED), "suspended"),
        ((ASSIGNED, OVERDUE, LAPSED), "lapsed"),
        ((ASSIGNED, WITHDRAWN), "withdrawn"),
        (DONE, "completed"),
        ((ASSIGNED, LAPSED, PASSED, COMPLETED), "completed"),
    ],
)
def test_every_state_has_its_name(events: tuple[AssignmentTold, ...], called: str) -> None:
    assert name(ASSIGNMENT.fold(events)) == called


def test_who_completed_it_is_told_where() -> None:
    state = ASSIGNMENT.fold([ASSIGNED, PASSED, COMPLETED.model_copy(update={"org_unit_id": "C01-D08"})])
    assert isinstance(state, Completed)
    assert state.task.org_unit_id == "C01-D08"
