"""The steps of every ladder, on the edges of days: pure."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.notifier.domain.ladder import (
    RUNGS,
    TO_WHOM_IS_IN_CHARGE,
    URGENT,
    Audience,
    Ladder,
    timetable,
    working_morning,
)
from shared.events.notifier import Template
from shared.law.calendar import JAPAN, business_date


def japan(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=JAPAN).astimezone(UTC)


def steps(ladder: Ladder, told_at: datetime, due: date | None = None) -> list[tuple[str, str]]:
    table = timetable(ladder, told_at, due, business_date(told_at))
    return [(rung.step, f"{at.astimezone(JAPAN):%m-%d %H:%M}") for rung, at in table]


def test_an_inspection_is_told_of_when_it_is_due_and_fourteen_seven_and_one_day_before() -> None:
    told = japan(date(2016, 5, 31), 0, 5)
    assert steps(Ladder.INSPECTION_DUE, told, date(2016, 6, 30)) == [
        ("at-once", "05-31 08:00"),
        ("T-14", "06-16 08:00"),
        ("T-7", "06-23 08:00"),
        ("T-1", "06-29 08:00"),
    ]


def test_what_is_late_goes_up_the_line() -> None:
    told = japan(date(2016, 7, 1), 0, 5)
    assert steps(Ladder.INSPECTION_OVERDUE, told, date(2016, 6, 30)) == [
        ("at-once", "07-01 08:00"),
        ("T+7", "07-07 08:00"),
        ("T+30", "08-01 08:00"),
    ]


@pytest.mark.parametrize(
    ("ladder", "asked", "late"),
    [
        (Ladder.PLEDGE_REQUESTED, Ladder.PLEDGE_OVERDUE, Template.PLEDGES_OUTSTANDING),
        (Ladder.TRAINING_ASSIGNED, Ladder.TRAINING_OVERDUE, Template.TRAININGS_OUTSTANDING),
    ],
)
def test_who_is_asked_is_reminded_a_week_before_and_a_week_after_his_promoter_hears_of_all_together(
    ladder: Ladder, asked: Ladder, late: Template
) -> None:
    due = date(2016, 6, 30)
    assert steps(ladder, japan(date(2016, 6, 1), 9), due) == [("at-once", "06-01 09:00"), ("T-7", "06-23 08:00")]
    assert steps(asked, japan(date(2016, 7, 1), 9), due) == [("at-once", "07-01 09:00"), ("T+7", "07-07 08:00")]
    promoted = [(rung.template, rung.audiences) for rung in RUNGS[asked] if rung.together]
    assert promoted == [(late, (Audience.PROMOTER,))]


def test_an_inspection_out_of_turn_is_told_of_at_once_and_seven_and_one_day_before() -> None:
    assert steps(Ladder.EMERGENCY_INSPECTION, japan(date(2016, 6, 16), 3), date(2016, 6, 30)) == [
        ("at-once", "06-16 03:00"),
        ("T-7", "06-23 08:00"),
        ("T-1", "06-29 08:00"),
    ]


def test_the_mails_of_incidents_go_before_all_others_and_those_in_charge_hear_of_inspections_alone() -> None:
    incidents = {Template.INCIDENT_FOR_SUPERVISOR, Template.INCIDENT_FOR_CONTACT_POINT}
    obligations = {Template.OBLIGATION_APPROACHING, Template.OBLIGATION_MISSED}
    assert incidents | obligations | {Template.EMERGENCY_INSPECTION} == URGENT
    inspections = {Template.INSPECTION_DUE, Template.INSPECTION_OVERDUE, Template.EMERGENCY_INSPECTION}
    assert inspections == TO_WHOM_IS_IN_CHARGE


def test_a_step_on_a_closed_day_waits_for_the_next_open_morning() -> None:
    assert working_morning(date(2016, 4, 29)) == japan(date(2016, 5, 2), 8)  # Showa Day, then a weekend
    assert working_morning(date(2016, 12, 29)) == japan(date(2017, 1, 4), 8)


def test_a_reminder_that_would_come_after_the_due_date_comes_before_it() -> None:
    due = date(2017, 1, 2)
    assert working_morning(due - timedelta(days=1), not_after=due) == japan(date(2016, 12, 28), 8)
    assert steps(Ladder.INSPECTION_MOVED, japan(date(2016, 12, 26), 9), due) == [("T-1", "12-28 08:00")]


@pytest.mark.parametrize("days", [0, 1])
def test_a_reminder_on_a_closed_day_follows_it_where_that_is_early_enough(days: int) -> None:
    """Saturday, 4 June: Monday is the next open day, and the last good one or one before."""
    assert working_morning(date(2016, 6, 4), not_after=date(2016, 6, 6) + timedelta(days=days)) == japan(
        date(2016, 6, 6), 8
    )


def test_what_goes_up_the_line_may_come_after_the_due_date_and_a_step_of_its_very_instant_has_passed() -> None:
    due = date(2016, 5, 27)
    assert steps(Ladder.INSPECTION_OVERDUE, japan(due, 9), due)[1:] == [("T+7", "06-03 08:00"), ("T+30", "06-27 08:00")]
    assert [step for step, _ in steps(Ladder.INSPECTION_MOVED, japan(date(2016, 6, 23), 8), date(2016, 6, 30))] == [
        "T-1"
    ]


@pytest.mark.parametrize(
    ("told", "at"),
    [
        (japan(date(2016, 6, 1), 7, 59), "06-01 08:00"),
        (japan(date(2016, 6, 1), 8, 0), "06-01 08:00"),
        (japan(date(2016, 6, 1), 8, 1), "06-01 08:01"),
        (japan(date(2016, 6, 1), 19, 59), "06-01 19:59"),
        (japan(date(2016, 6, 1), 20, 0), "06-02 08:00"),
        (japan(date(2016, 6, 3), 20, 0), "06-06 08:00"),
        (japan(date(2016, 6, 4), 12, 0), "06-06 08:00"),
    ],
)
def test_what_can_wait_comes_in_working_hours(told: datetime, at: str) -> None:
    assert steps(Ladder.PLEDGE_REQUESTED, told, date(2016, 7, 31))[0] == ("at-once", at)


@pytest.mark.parametrize(
    "ladder",
    [
        Ladder.SUPERVISOR_INFORMED,
        Ladder.CONTACT_POINT_INFORMED,
        Ladder.OBLIGATION_APPROACHING,
        Ladder.OBLIGATION_MISSED,
        Ladder.EMERGENCY_INSPECTION,
    ],
)
def test_incidents_never_wait(ladder: Ladder) -> None:
    sunday_night = japan(date(2016, 6, 5), 3)
    assert steps(ladder, sunday_night, date(2016, 6, 19))[0] == ("at-once", "06-05 03:00")


def test_a_reminder_of_the_same_morning_as_the_request_is_left_out() -> None:
    due = date(2016, 6, 30)
    assert steps(Ladder.PLEDGE_REQUESTED, japan(due - timedelta(days=7)), due) == [("at-once", "06-23 08:00")]
    assert [step for step, _ in steps(Ladder.PLEDGE_REQUESTED, japan(due - timedelta(days=8)), due)] == [
        "at-once",
        "T-7",
    ]


def test_what_has_passed_is_not_told_any_more() -> None:
    assert [step for step, _ in steps(Ladder.INSPECTION_DUE, japan(date(2016, 6, 22), 9), date(2016, 6, 30))] == [
        "at-once",
        "T-7",
        "T-1",
    ]


def test_a_moved_inspection_is_only_reminded_of() -> None:
    assert [step for step, _ in steps(Ladder.INSPECTION_MOVED, japan(date(2016, 6, 1), 9), date(2016, 6, 30))] == [
        "T-14",
        "T-7",
        "T-1",
    ]


@pytest.mark.parametrize(("days", "told"), [(14, True), (15, False)])
def test_an_old_log_sends_no_old_mail(days: int, *, told: bool) -> None:
    then = japan(date(2016, 6, 1), 9)
    table = list(timetable(Ladder.SUPERVISOR_INFORMED, then, None, business_date(then) + timedelta(days=days)))
    assert bool(table) is told


@pytest.mark.parametrize("ladder", Ladder)
def test_the_steps_of_a_ladder_have_names_of_their_own(ladder: Ladder) -> None:
    names = [rung.step for rung in RUNGS[ladder]]
    assert len(set(names)) == len(names)
