"""The steps of every ladder, on the edges of days: pure."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.notifier.domain.ladder import RUNGS, STALE, Ladder, timetable, working_morning
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


def test_a_step_on_a_closed_day_waits_for_the_next_open_morning() -> None:
    assert working_morning(date(2016, 4, 29)) == japan(date(2016, 5, 2), 8)  # Showa Day, then a weekend
    assert working_morning(date(2016, 12, 29)) == japan(date(2017, 1, 4), 8)


def test_a_reminder_that_would_come_after_the_due_date_comes_before_it() -> None:
    due = date(2017, 1, 2)
    assert working_morning(due - timedelta(days=1), not_after=due) == japan(date(2016, 12, 28), 8)


@pytest.mark.parametrize(
    ("told", "at"),
    [
        (japan(date(2016, 6, 1), 7, 59), "06-01 08:00"),
        (japan(date(2016, 6, 1), 8, 0), "06-01 08:00"),
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


@pytest.mark.parametrize(("days", "told"), [(STALE.days, True), (STALE.days + 1, False)])
def test_an_old_log_sends_no_old_mail(days: int, *, told: bool) -> None:
    then = japan(date(2016, 6, 1), 9)
    table = list(timetable(Ladder.SUPERVISOR_INFORMED, then, None, business_date(then) + timedelta(days=days)))
    assert bool(table) is told


@pytest.mark.parametrize("ladder", Ladder)
def test_the_steps_of_a_ladder_have_names_of_their_own(ladder: Ladder) -> None:
    names = [rung.step for rung in RUNGS[ladder]]
    assert len(set(names)) == len(names)
