from datetime import date

import pytest

from services.audit.domain.interval import EventRef, Interval, clipped, joined

APRIL, MAY, JUNE, JULY = (date(2016, month, 1) for month in (4, 5, 6, 7))
REF = EventRef("e1", "hr.EmployeeHired.v1", "person/P1")


def interval(begins: date, ends: date | None, status: str = "KEPT", subject: str = "slip/S1") -> Interval:
    return Interval(subject=subject, unit="D1", company="C1", status=status, begins=begins, ends=ends, because=(REF,))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((APRIL, JULY), (MAY, JUNE)),
        ((MAY, JUNE), (MAY, JUNE)),
        ((APRIL, JUNE), (MAY, JUNE)),
        ((MAY, JULY), (MAY, JUNE)),
        ((APRIL, None), (MAY, JUNE)),
        ((JUNE, None), None),
        ((JUNE, JULY), None),
        ((APRIL, MAY), None),
    ],
)
def test_of_an_interval_there_is_left_what_lies_in_a_period(
    days: tuple[date, date | None], expected: tuple[date, date] | None
) -> None:
    found = clipped(interval(*days), MAY, JUNE)
    assert (found and (found.begins, found.ends)) == expected
    assert found is None or (found.status, found.because) == ("KEPT", (REF,))


def test_what_lies_within_a_period_is_left_alone() -> None:
    whole = interval(MAY, JUNE)
    assert clipped(whole, APRIL, JULY) is whole


def test_a_duty_belongs_to_whom_it_is_of() -> None:
    assert interval(MAY, None, subject="person/P1#FY2017").owner == "person/P1"
    assert interval(MAY, None).owner == "slip/S1"


def test_neighbours_that_say_the_same_are_one_whatever_the_order_in_which_they_are_told() -> None:
    parts = [interval(JUNE, None), interval(APRIL, MAY), interval(MAY, JUNE)]
    assert list(joined(parts)) == [interval(APRIL, None)]


def test_neighbours_of_two_minds_and_what_has_a_gap_between_stay_apart() -> None:
    apart = [interval(APRIL, MAY), interval(MAY, JUNE, "OVERDUE"), interval(JULY, None, "OVERDUE")]
    assert list(joined(apart)) == apart
