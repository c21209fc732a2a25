from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from shared.law.due_dates import due_by, put_off

APRIL, MAY_31, MARCH_31 = date(2016, 4, 1), date(2016, 5, 31), date(2017, 3, 31)
DAY = timedelta(days=1)
GRACE = 30 * DAY


@dataclass(frozen=True)
class Course:
    opens_on: date = APRIL
    due_date: date = MAY_31
    period_end: date = MARCH_31


@pytest.mark.parametrize("since", [date(1998, 4, 1), APRIL - DAY, APRIL])
def test_who_was_there_on_the_day_it_opened_has_until_its_due_date(since: date) -> None:
    assert due_by(Course(), since, 90 * DAY) == MAY_31


def test_who_came_the_day_after_has_the_grace_when_that_is_later() -> None:
    assert due_by(Course(), APRIL + DAY, 90 * DAY) == date(2016, 7, 1)


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (MAY_31 - GRACE - DAY, MAY_31),
        (MAY_31 - GRACE, MAY_31),
        (MAY_31 - GRACE + DAY, MAY_31 + DAY),
        (date(2016, 10, 1), date(2016, 10, 31)),
    ],
)
def test_the_grace_is_never_less_than_what_the_others_have(since: date, due: date) -> None:
    assert due_by(Course(), since, GRACE) == due


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (MARCH_31 - GRACE - DAY, MARCH_31 - DAY),
        (MARCH_31 - GRACE, MARCH_31),
        (MARCH_31 - GRACE + DAY, MARCH_31),
        (MARCH_31, MARCH_31),
    ],
)
def test_the_grace_ends_with_the_period(since: date, due: date) -> None:
    assert due_by(Course(), since, GRACE) == due


@pytest.mark.parametrize(
    ("to", "due"),
    [
        (MAY_31 - DAY, MAY_31),
        (MAY_31, MAY_31),
        (MAY_31 + DAY, MAY_31 + DAY),
        (MARCH_31 - DAY, MARCH_31 - DAY),
        (MARCH_31, MARCH_31),
        (MARCH_31 + DAY, MARCH_31),
    ],
)
def test_a_due_date_is_put_off_to_a_later_day_within_the_period_and_to_no_other(to: date, due: date) -> None:
    assert put_off(Course(), to) == due
