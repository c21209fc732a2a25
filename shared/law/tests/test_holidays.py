from datetime import date
from hashlib import sha256

import holidays
import pytest

from shared.law.holidays import JAPAN_2026_11, LATEST, OutsideCalendar, UnknownCalendar, holiday_calendar


def test_the_latest_table_agrees_with_the_holidays_library() -> None:
    library = holidays.country_holidays("JP", years=range(LATEST.first_year, LATEST.last_year + 1))
    assert set(library) == set(LATEST.days)


@pytest.mark.parametrize(
    "day",
    [
        "2006-01-02",  # substitute for a Sunday
        "2009-09-22",  # bridge between two holidays
        "2016-08-11",  # Mountain Day, new that year
        "2019-04-30",  # around the enthronement
        "2019-05-02",
        "2019-10-22",
        "2020-07-24",  # moved for the Olympic Games
        "2021-08-09",
        "2026-09-22",
    ],
)
def test_days_that_only_a_law_of_that_year_makes_holidays_are_in_the_table(day: str) -> None:
    assert LATEST.is_holiday(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2015-08-11", "2019-12-23", "2020-10-12", "2021-10-11", "2024-12-31"])
def test_days_that_a_law_moved_away_are_not(day: str) -> None:
    assert not LATEST.is_holiday(date.fromisoformat(day))


@pytest.mark.parametrize("day", [date(2004, 12, 31), date(2031, 1, 1)])
def test_the_table_does_not_answer_for_years_it_does_not_cover(day: date) -> None:
    with pytest.raises(OutsideCalendar):
        LATEST.is_holiday(day)


def test_a_published_table_never_changes_a_new_law_makes_a_new_version() -> None:
    days = " ".join(str(day) for day in sorted(JAPAN_2026_11.days))
    assert sha256(days.encode()).hexdigest() == "858b171a1201701f296da7aa1a947024e96faef2919d5f5a6ad3124e1020bfea"


def test_a_calendar_is_found_by_its_version() -> None:
    assert holiday_calendar("jp-2026-11") is JAPAN_2026_11


def test_an_unknown_version_names_what_exists() -> None:
    with pytest.raises(UnknownCalendar, match="jp-2026-11"):
        holiday_calendar("jp-1999")
