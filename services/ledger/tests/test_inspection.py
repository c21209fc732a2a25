from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.ledger.domain.inspection import INSPECTION, name, timers
from services.ledger.domain.inspection_commands import InspectionCommand, MarkInspectionDue, MarkInspectionOverdue
from services.ledger.domain.schedule import regular_due
from services.ledger.tests.words import (
    ALSO,
    APPROVE,
    APPROVED,
    BEGUN,
    CANCEL,
    CANCELLED,
    COMPLETED,
    DUE,
    EMERGENCY,
    HIGH,
    MARK_DUE,
    MARK_OVERDUE,
    NG,
    NOON,
    OK,
    OPENS,
    OVERDUE,
    REGISTERED_ON,
    RETURN,
    RETURNED,
    SCHEDULE,
    SCHEDULED,
    SOONER,
    START,
    STARTED,
    SUBMIT,
    SUBMITTED,
    changed,
)
from shared.decider import Timer
from shared.events.ledger import (
    ApproverRole,
    InspectionDue,
    InspectionKind,
    InspectionResult,
    InspectionScheduled,
    InspectionTold,
    Priority,
)
from shared.testing.givens import Given

given = Given(INSPECTION)
ONE_DAY = timedelta(days=1)
IN_PROGRESS = (SCHEDULED, BEGUN, STARTED)
WAITING = (*IN_PROGRESS, SUBMITTED)
WAITING_HIGH = (HIGH, changed(BEGUN, due_date=SOONER, priority=Priority.HIGH), STARTED, SUBMITTED)
RAISE = changed(SCHEDULE, interval_months=6, due_date=SOONER, priority=Priority.HIGH)


# --- when -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("priority", "since", "due"),
    [
        (Priority.NORMAL, date(2016, 5, 10), date(2017, 5, 10)),
        (Priority.HIGH, date(2016, 5, 10), date(2016, 11, 10)),
        (Priority.HIGH, date(2015, 1, 1), date(2016, 11, 10)),
        (Priority.HIGH, date(2016, 10, 11), date(2016, 11, 10)),
        (Priority.HIGH, date(2016, 10, 12), date(2016, 11, 11)),
        (Priority.HIGH, date(2017, 4, 9), date(2017, 5, 9)),
        (Priority.HIGH, date(2017, 4, 11), date(2017, 5, 10)),
        (Priority.NORMAL, date(2017, 4, 11), date(2017, 5, 10)),
    ],
)
def test_a_raised_priority_is_sooner_with_a_months_notice_and_never_later(
    priority: Priority, since: date, due: date
) -> None:
    assert regular_due(REGISTERED_ON, priority, since) == due


def test_months_end_where_the_month_ends() -> None:
    assert regular_due(date(2016, 8, 31), Priority.HIGH, date(2016, 8, 31)) == date(2017, 2, 28)
    assert regular_due(date(2016, 2, 29), Priority.NORMAL, date(2016, 2, 29)) == date(2017, 2, 28)


def test_a_slip_is_scheduled_once_per_cycle() -> None:
    given().when(SCHEDULE).then(SCHEDULED)
    given(SCHEDULED).when(SCHEDULE).then_nothing()
    given(SCHEDULED, BEGUN).when(changed(SCHEDULE, today=DUE)).then_nothing()


@pytest.mark.parametrize(
    ("today", "opens"),
    [(OPENS - ONE_DAY, OPENS), (OPENS, OPENS), (OPENS + ONE_DAY, OPENS + ONE_DAY), (DUE + ONE_DAY, DUE + ONE_DAY)],
)
def test_the_window_opens_thirty_days_before_and_never_in_the_past(today: date, opens: date) -> None:
    given().when(changed(SCHEDULE, today=today)).then(changed(SCHEDULED, window_opens=opens))


def test_another_plan_is_told_for_the_same_cycle() -> None:
    given(SCHEDULED).when(RAISE).then(HIGH)
    given(*WAITING).when(changed(SCHEDULE, org_unit_id="C02-D07")).then(changed(SCHEDULED, org_unit_id="C02-D07"))


@pytest.mark.parametrize("end", [(*WAITING, APPROVED, COMPLETED), (SCHEDULED, CANCELLED)])
def test_what_is_over_is_not_planned_again(end: tuple[InspectionTold, ...]) -> None:
    given(*end).when(RAISE).then_nothing()


# --- timers (T01, T02) ------------------------------------------------------------------------------------------------


def test_the_window_opens_at_five_past_midnight_and_the_day_after_it_is_too_late() -> None:
    opening, late = timers(SCHEDULED)
    assert opening == Timer(datetime(2017, 4, 9, 15, 5, tzinfo=UTC), MARK_DUE, "2017-05-10")
    assert late == Timer(datetime(2017, 5, 10, 15, 5, tzinfo=UTC), MARK_OVERDUE, "2017-05-10")
    assert opening.id == "inspection/S1/REG-1#2017-05-10#MarkInspectionDue"


def told_by(until: datetime, *plans: InspectionScheduled) -> list[InspectionTold]:
    """What the timers of some plans, told one after the other, have told until an instant."""
    events: list[InspectionTold] = [*plans]
    due = {timer.id: timer for plan in plans for timer in timers(plan) if timer.at <= until}
    for timer in sorted(due.values(), key=lambda each: each.at):
        assert isinstance(timer.command, MarkInspectionDue | MarkInspectionOverdue)
        events += INSPECTION.decide(timer.command, INSPECTION.fold(events))
    return events[len(plans) :]


@pytest.mark.parametrize(
    ("days", "told"),
    [(-31, []), (-30, [BEGUN]), (0, [BEGUN]), (1, [BEGUN, OVERDUE]), (2, [BEGUN, OVERDUE])],
)
def test_on_the_edges_of_the_window(days: int, told: list[InspectionTold]) -> None:
    end_of_day = datetime(DUE.year, DUE.month, DUE.day, 14, 59, tzinfo=UTC) + days * ONE_DAY
    assert told_by(end_of_day, SCHEDULED) == told


def test_a_minute_before_nothing_is_due() -> None:
    assert told_by(datetime(2017, 4, 9, 15, 4, tzinfo=UTC), SCHEDULED) == []
    assert told_by(datetime(2017, 5, 10, 15, 4, tzinfo=UTC), SCHEDULED) == [BEGUN]


def test_the_timers_of_an_old_plan_say_nothing() -> None:
    later = datetime(2018, 1, 1, tzinfo=UTC)
    due = [(type(each).__name__, getattr(each, "due_date", None)) for each in told_by(later, SCHEDULED, HIGH)]
    assert due == [("InspectionDue", SOONER), ("InspectionOverdue", SOONER)]
    back = [
        (type(each).__name__, getattr(each, "due_date", None)) for each in told_by(later, SCHEDULED, HIGH, SCHEDULED)
    ]
    assert back == [("InspectionDue", DUE), ("InspectionOverdue", DUE)]


def test_a_due_date_that_no_longer_holds_marks_nothing() -> None:
    """Neither the sooner one, after the priority was lowered, nor the later one, after it was raised."""
    sooner = {"slip_id": "S1", "cycle": "REG-1", "due_date": SOONER}
    for command in (MarkInspectionDue.model_validate(sooner), MarkInspectionOverdue.model_validate(sooner)):
        given(HIGH, SCHEDULED).when(command).then_nothing()
    for command in (MARK_DUE, MARK_OVERDUE):
        given(SCHEDULED, HIGH).when(command).then_nothing()


def test_due_and_overdue_are_told_once() -> None:
    given(SCHEDULED).when(MARK_DUE).then(BEGUN)
    given(SCHEDULED, BEGUN).when(MARK_DUE).then_nothing()
    given(SCHEDULED, BEGUN).when(MARK_OVERDUE).then(OVERDUE)
    given(SCHEDULED, BEGUN, OVERDUE).when(MARK_OVERDUE).then_nothing()


def test_what_waits_for_approval_becomes_overdue_too() -> None:
    given(*WAITING).when(MARK_OVERDUE).then(OVERDUE)


@pytest.mark.parametrize("end", [(*WAITING, APPROVED, COMPLETED), (SCHEDULED, CANCELLED)])
def test_what_is_over_is_never_due(end: tuple[InspectionTold, ...]) -> None:
    given(*end).when(MARK_DUE).then_nothing()
    given(*end).when(MARK_OVERDUE).then_nothing()


def test_a_later_due_day_begins_anew() -> None:
    """Overdue as of high priority; lowered, it has until the later day, and may miss that as well."""
    overdue = changed(OVERDUE, due_date=SOONER)
    asked = given(HIGH, changed(BEGUN, due_date=SOONER), overdue, SCHEDULED)
    asked.when(MARK_DUE).then_nothing()
    asked.when(MARK_OVERDUE).then(OVERDUE)


# --- done -------------------------------------------------------------------------------------------------------------


def test_an_inspection_is_started_when_it_is_due() -> None:
    given(SCHEDULED).when(START).then_rejected("inspection-not-due")
    given(SCHEDULED, BEGUN).when(START).then(STARTED)
    given(*IN_PROGRESS).when(START).then_nothing()


def test_what_was_started_is_submitted() -> None:
    given(SCHEDULED, BEGUN).when(SUBMIT).then_rejected("inspection-not-started")
    given(*IN_PROGRESS).when(SUBMIT).then(SUBMITTED)
    given(*WAITING).when(SUBMIT).then_rejected("inspection-not-started")


def test_only_a_version_that_exists_can_have_been_reviewed() -> None:
    given(*IN_PROGRESS).when(changed(SUBMIT, slip_version_reviewed=2)).then_rejected("slip-version-unknown")
    given(*IN_PROGRESS).when(changed(SUBMIT, slip_version=2)).then(SUBMITTED)


def test_its_start_on_paper_is_entered_later_too() -> None:
    late = changed(START, time=NOON - 31 * ONE_DAY)
    given(SCHEDULED, BEGUN).when(late).then_rejected("late-entry")
    explained = changed(late, late_reason="on paper")
    given(SCHEDULED, BEGUN).when(explained).then(changed(STARTED, backdated=True, late_reason="on paper"))


def test_an_inspection_on_paper_is_entered_later() -> None:
    asked = given(*IN_PROGRESS)
    asked.when(changed(SUBMIT, time=NOON + ONE_DAY)).then_rejected("entry-in-the-future")
    asked.when(changed(SUBMIT, time=NOON - 31 * ONE_DAY)).then_rejected("late-entry")
    late = changed(SUBMIT, time=NOON - 31 * ONE_DAY, late_reason="on paper")
    asked.when(late).then(changed(SUBMITTED, backdated=True, late_reason="on paper"))


def test_what_is_returned_is_submitted_again() -> None:
    given(*IN_PROGRESS).when(RETURN).then_rejected("inspection-not-submitted")
    given(*WAITING).when(RETURN).then(RETURNED)
    given(*WAITING, RETURNED).when(SUBMIT).then(SUBMITTED)
    given(*WAITING, RETURNED).when(APPROVE).then_rejected("inspection-not-submitted")


# --- approved ---------------------------------------------------------------------------------------------------------


def test_the_divisional_manager_completes_it() -> None:
    given(*WAITING).when(APPROVE).then(APPROVED, COMPLETED)


def test_nobody_approves_his_own_inspection() -> None:
    given(*WAITING).when(changed(APPROVE, approved_by="P1")).then_rejected("own-inspection")
    given(*WAITING_HIGH).when(changed(ALSO, approved_by="P1")).then_rejected("own-inspection")


def test_normal_priority_needs_no_promoter() -> None:
    given(*WAITING).when(ALSO).then_rejected("approval-not-needed")


FIRST = changed(APPROVED, of=2)
SECOND = changed(APPROVED, approved_by="PR1", role=ApproverRole.PROMOTER, number=2, of=2)
DONE_HIGH = changed(COMPLETED, next_due=date(2017, 10, 20))


def test_high_priority_needs_both_in_any_order() -> None:
    given(*WAITING_HIGH).when(APPROVE).then(FIRST)
    given(*WAITING_HIGH, FIRST).when(ALSO).then(SECOND, DONE_HIGH)
    promoter_first = changed(SECOND, number=1)
    given(*WAITING_HIGH).when(ALSO).then(promoter_first)
    given(*WAITING_HIGH, promoter_first).when(APPROVE).then(changed(FIRST, number=2), DONE_HIGH)


def test_the_two_approvals_come_from_two_people() -> None:
    given(*WAITING_HIGH, FIRST).when(changed(ALSO, approved_by="DM1")).then_rejected("same-approver")


def test_one_approval_given_twice_is_one() -> None:
    given(*WAITING_HIGH, FIRST).when(APPROVE).then_nothing()


def test_a_return_takes_approvals_back() -> None:
    given(*WAITING_HIGH, FIRST, RETURNED, SUBMITTED).when(ALSO).then(changed(SECOND, number=1))


def test_a_priority_raised_meanwhile_asks_for_the_second_approval() -> None:
    given(*WAITING, HIGH).when(APPROVE).then(FIRST)


def test_a_priority_lowered_meanwhile_lets_the_manager_complete_it() -> None:
    given(*WAITING_HIGH, FIRST, SCHEDULED).when(APPROVE).then(APPROVED, COMPLETED)


@pytest.mark.parametrize(
    ("fields", "findings", "result"),
    [
        ({}, (), InspectionResult.CONFORM),
        ({"answers": (OK, NG)}, ("lock",), InspectionResult.NONCONFORM),
        ({"still_valid": False}, (), InspectionResult.NONCONFORM),
    ],
)
def test_what_was_found_is_what_it_comes_to(
    fields: dict[str, Any], findings: tuple[str, ...], result: InspectionResult
) -> None:
    waiting = (*IN_PROGRESS, changed(SUBMITTED, **fields))
    given(*waiting).when(APPROVE).then(APPROVED, changed(COMPLETED, findings=findings, result=result))


# --- out of turn (F34) ------------------------------------------------------------------------------------------------

SCHEDULED_AT_ONCE = InspectionScheduled(
    slip_id="S1",
    cycle="EMG-I1",
    kind=InspectionKind.EMERGENCY,
    basis_date=date(2016, 8, 1),
    due_date=date(2016, 8, 15),
    window_opens=date(2016, 8, 1),
    priority=Priority.NORMAL,
    company_id="C01",
    org_unit_id="C01-D07",
    incident_id="I1",
)
BEGUN_AT_ONCE = InspectionDue(
    slip_id="S1",
    cycle="EMG-I1",
    kind=InspectionKind.EMERGENCY,
    due_date=date(2016, 8, 15),
    priority=Priority.NORMAL,
    company_id="C01",
    org_unit_id="C01-D07",
    incident_id="I1",
)


def test_an_incident_makes_an_inspection_due_at_once_and_within_fourteen_days() -> None:
    given().when(EMERGENCY).then(SCHEDULED_AT_ONCE, BEGUN_AT_ONCE)
    given(SCHEDULED_AT_ONCE, BEGUN_AT_ONCE).when(EMERGENCY).then_nothing()
    assert EMERGENCY.stream == "inspection/S1/EMG-I1"
    (late,) = timers(SCHEDULED_AT_ONCE)
    assert late.at == datetime(2016, 8, 15, 15, 5, tzinfo=UTC)


def test_an_emergency_does_not_begin_a_new_cycle() -> None:
    of_it = {"cycle": "EMG-I1", "kind": InspectionKind.EMERGENCY}
    waiting = (SCHEDULED_AT_ONCE, BEGUN_AT_ONCE, changed(STARTED, **of_it), changed(SUBMITTED, **of_it))
    done = changed(COMPLETED, **of_it, next_due=None)
    given(*waiting).when(changed(APPROVE, cycle="EMG-I1")).then(changed(APPROVED, **of_it), done)


# --- over -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("open_", [(SCHEDULED,), (SCHEDULED, BEGUN), IN_PROGRESS, WAITING, (*WAITING, RETURNED)])
def test_whatever_is_open_is_cancelled_with_its_slip(open_: tuple[InspectionTold, ...]) -> None:
    given(*open_).when(CANCEL).then(CANCELLED)
    given(*open_, CANCELLED).when(CANCEL).then_nothing()


def test_what_is_completed_is_not_cancelled() -> None:
    given(*WAITING, APPROVED, COMPLETED).when(CANCEL).then_nothing()


@pytest.mark.parametrize("end", [(*WAITING, APPROVED, COMPLETED), (SCHEDULED, CANCELLED)])
def test_what_is_over_stays_as_it_ended(end: tuple[InspectionTold, ...]) -> None:
    ended = INSPECTION.fold(end)
    assert [INSPECTION.evolve(ended, late) for late in (OVERDUE, RETURNED, SCHEDULED)] == [ended] * 3


@pytest.mark.parametrize("command", [START, SUBMIT, RETURN, APPROVE])
def test_a_disposed_slip_is_not_inspected(command: InspectionCommand) -> None:
    gone = changed(command, slip_in_force=False)
    for events in ((SCHEDULED, BEGUN), WAITING, (SCHEDULED, CANCELLED)):
        given(*events).when(gone).then_rejected("slip-over")


@pytest.mark.parametrize("command", [START, SUBMIT, RETURN, APPROVE])
def test_what_is_completed_is_not_changed_and_what_is_not_there_neither(command: InspectionCommand) -> None:
    given(*WAITING, APPROVED, COMPLETED).when(command).then_rejected("inspection-over")
    given().when(command).then_rejected("inspection-unscheduled")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((), "unscheduled"),
        ((SCHEDULED,), "scheduled"),
        ((SCHEDULED, BEGUN), "due"),
        (IN_PROGRESS, "in-progress"),
        (WAITING, "submitted"),
        ((*WAITING, RETURNED), "returned"),
        ((*WAITING, APPROVED, COMPLETED), "completed"),
        ((SCHEDULED, CANCELLED), "cancelled"),
    ],
)
def test_a_state_is_called(events: tuple[InspectionTold, ...], expected: str) -> None:
    assert name(INSPECTION.fold(events)) == expected
