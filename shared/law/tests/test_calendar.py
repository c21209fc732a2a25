from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.law.calendar import (
    add_months,
    business_date,
    day_n,
    end_of_day,
    final_report_due,
    five_past_midnight,
    is_closed,
    next_open_day,
    preliminary_report_due,
    renewal_window,
    start_of_day,
)
from shared.law.holidays import LATEST, OutsideCalendar

DAYS = st.dates(date(2005, 1, 1), date(2030, 9, 30))


def slow_deadline(aware: date, days: int, *, rolls: bool) -> date:
    """Ticks days off one by one on a paper calendar, sharing no arithmetic with the code under test."""
    ordinal, counted = aware.toordinal(), 1
    while counted < days:
        ordinal, counted = ordinal + 1, counted + 1
    while rolls and closed_on_paper(date.fromordinal(ordinal)):
        ordinal += 1
    return date.fromordinal(ordinal)


def closed_on_paper(day: date) -> bool:
    year_end = {"12-29", "12-30", "12-31", "01-01", "01-02", "01-03"}
    return day.isoweekday() in {6, 7} or day in LATEST.days or day.isoformat()[5:] in year_end


def slow_month_later(day: date, months: int) -> date:
    """Walks to the month, then back from the wished day until the month has it."""
    year, month = day.year, day.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        year, month = (year + 1, 1) if month == 13 else (year - 1, 12) if month == 0 else (year, month)
    for wished in range(day.day, 0, -1):
        try:
            return date(year, month, wished)
        except ValueError:
            continue
    raise AssertionError(day)


@pytest.mark.parametrize(
    ("aware", "days", "due"),
    [
        ("2024-12-02", 30, "2025-01-06"),  # day 30 = Tue 31 Dec: year end, then a weekend
        ("2025-05-30", 30, "2025-06-30"),  # day 30 = Sat
        ("2025-05-01", 30, "2025-05-30"),  # day 30 = Fri: does not move
        ("2025-04-04", 30, "2025-05-07"),  # day 30 = Sat 3 May: Golden Week and its substitute holiday on the 6th
        ("2026-07-23", 60, "2026-09-24"),  # day 60 = Sun 20 Sep: 21 holiday, 22 bridge day, 23 equinox
    ],
)
def test_a_final_report_is_due_on_day_30_or_60_and_rolls_over_closed_days(aware: str, days: int, due: str) -> None:
    assert final_report_due(date.fromisoformat(aware), days, LATEST) == date.fromisoformat(due)


@given(DAYS, st.sampled_from([30, 60]))
def test_a_final_report_is_due_when_a_slow_counter_says_so(aware: date, days: int) -> None:
    assert final_report_due(aware, days, LATEST) == slow_deadline(aware, days, rolls=True)


def test_every_day_of_awareness_of_sixteen_years_agrees_with_the_slow_counter() -> None:
    for aware in (date(2014, 1, 1) + timedelta(days=n) for n in range(16 * 365)):
        assert final_report_due(aware, 30, LATEST) == slow_deadline(aware, 30, rolls=True)


@given(DAYS, st.integers(1, 100))
def test_day_n_counts_the_day_of_awareness_as_day_one(aware: date, n: int) -> None:
    assert day_n(aware, n) == slow_deadline(aware, n, rolls=False)


def test_a_preliminary_report_is_warned_on_day_3_and_due_on_day_5_even_on_closed_days() -> None:
    friday = date(2025, 5, 2)
    assert preliminary_report_due(friday, 3) == date(2025, 5, 4)
    assert preliminary_report_due(friday, 5) == date(2025, 5, 6)
    assert is_closed(date(2025, 5, 4), LATEST)
    assert is_closed(date(2025, 5, 6), LATEST)


@pytest.mark.parametrize("n", [0, -1])
def test_there_is_no_day_before_day_one(n: int) -> None:
    with pytest.raises(ValueError, match="day 1"):
        day_n(date(2025, 5, 2), n)


@pytest.mark.parametrize("day", ["2024-12-28", "2024-12-29", "2024-12-31", "2025-01-01", "2025-01-03", "2025-01-04"])
def test_year_end_and_weekends_are_closed(day: str) -> None:
    assert is_closed(date.fromisoformat(day), LATEST)


@pytest.mark.parametrize("day", ["2023-12-28", "2024-01-04", "2025-05-07", "2024-12-27"])
def test_the_days_beside_them_are_open(day: str) -> None:
    assert not is_closed(date.fromisoformat(day), LATEST)
    assert next_open_day(date.fromisoformat(day), LATEST) == date.fromisoformat(day)


def test_a_weekday_the_calendar_does_not_cover_is_refused_rather_than_taken_for_open() -> None:
    with pytest.raises(OutsideCalendar, match="2005–2030"):
        is_closed(date(2031, 1, 6), LATEST)


@given(DAYS)
def test_the_next_open_day_is_open_and_everything_before_it_is_closed(day: date) -> None:
    opens = next_open_day(day, LATEST)
    assert not is_closed(opens, LATEST)
    assert all(is_closed(day + timedelta(days=n), LATEST) for n in range((opens - day).days))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2016-08-31", 6, "2017-02-28"),
        ("2015-08-31", 6, "2016-02-29"),
        ("2016-02-29", 12, "2017-02-28"),
        ("2016-11-30", 1, "2016-12-30"),
        ("2016-12-15", 12, "2017-12-15"),
        ("2017-03-31", -1, "2017-02-28"),
        ("2017-01-31", -1, "2016-12-31"),
        ("2017-01-31", 0, "2017-01-31"),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_short_month(day: str, months: int, later: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(later)


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(-40, 40))
def test_months_agree_with_a_walk_on_a_paper_calendar(day: date, months: int) -> None:
    assert add_months(day, months) == slow_month_later(day, months)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2017, 3, 31, 14, 59, 59, 999999, tzinfo=UTC), date(2017, 3, 31)),
        (datetime(2017, 3, 31, 15, 0, tzinfo=UTC), date(2017, 4, 1)),
        (datetime(2017, 3, 31, 23, 0, tzinfo=timezone(timedelta(hours=-5))), date(2017, 4, 1)),
    ],
)
def test_the_business_date_is_the_date_in_japan(instant: datetime, day: date) -> None:
    assert business_date(instant) == day


def test_an_instant_without_a_zone_has_no_business_date() -> None:
    with pytest.raises(ValueError, match="no zone"):
        business_date(datetime(2017, 3, 31, 23, 0))  # noqa: DTZ001 - the mistake under test


@given(st.dates(date(1952, 1, 1), date(2100, 1, 1)))
def test_a_day_runs_from_its_start_up_to_but_not_including_its_end(day: date) -> None:
    tick = timedelta(microseconds=1)
    assert business_date(start_of_day(day)) == day
    assert business_date(end_of_day(day) - tick) == day
    assert business_date(start_of_day(day) - tick) == day - timedelta(days=1)
    assert end_of_day(day) - start_of_day(day) == timedelta(hours=24)


def test_the_edges_of_a_day_are_given_in_utc() -> None:
    assert start_of_day(date(2017, 4, 1)).isoformat() == "2017-03-31T15:00:00+00:00"
    assert end_of_day(date(2017, 3, 31)).isoformat() == "2017-03-31T15:00:00+00:00"


@pytest.mark.parametrize(
    ("valid_to", "opens", "closes"),
    [
        ("2024-12-01", "2024-04-02", "2024-08-01"),
        ("2025-01-14", "2024-05-15", "2024-09-17"),  # four months before is Sat 14 Sep, Monday is a holiday
    ],
)
def test_the_privacy_mark_is_renewed_from_eight_to_four_months_before_it_expires(
    valid_to: str, opens: str, closes: str
) -> None:
    window = renewal_window(date.fromisoformat(valid_to), 8, 4, LATEST)
    assert window == (date.fromisoformat(opens), date.fromisoformat(closes))


def test_what_a_day_brings_by_itself_is_done_five_minutes_after_it_began() -> None:
    assert five_past_midnight(date(2017, 4, 1)) == datetime(2017, 3, 31, 15, 5, tzinfo=UTC)
