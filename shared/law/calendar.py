"""Days as Japanese law counts them: the business date of an instant, months, closed days, deadlines of reports.

Instants are aware datetimes and come back in UTC; business dates are dates in Japan, which has no summer time.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from shared.law.holidays import HolidayCalendar

JAPAN: Final = ZoneInfo("Asia/Tokyo")
ONE_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_YEAR_END: Final = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})


def business_date(instant: datetime) -> date:
    """The date on the wall in Japan at that instant; a naive datetime is refused."""
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no zone: a business date needs an instant")
    return instant.astimezone(JAPAN).date()


def start_of_day(day: date) -> datetime:
    """00:00 in Japan, the first instant that belongs to the day."""
    return datetime(day.year, day.month, day.day, tzinfo=JAPAN).astimezone(UTC)


def five_past_midnight(day: date) -> datetime:
    """00:05 in Japan, when what a day brings by itself is done: openings, due dates that have passed."""
    return start_of_day(day) + timedelta(minutes=5)


def end_of_day(day: date) -> datetime:
    """24:00 in Japan, the first instant that no longer belongs to the day: in time means strictly before it."""
    return start_of_day(day + ONE_DAY)


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last day if that is earlier (31 Aug + 6 = 28 Feb); back if negative."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def is_closed(day: date, calendar: HolidayCalendar) -> bool:
    """Saturday, Sunday, national holiday, or 29 December to 3 January (PPC general guideline 3-5-3-4, note 2)."""
    return day.weekday() >= _SATURDAY or (day.month, day.day) in _YEAR_END or calendar.is_holiday(day)


def next_open_day(day: date, calendar: HolidayCalendar) -> date:
    """The day itself when it is open."""
    while is_closed(day, calendar):
        day += ONE_DAY
    return day


def day_n(aware: date, n: int) -> date:
    """The n-th calendar day of a deadline: the day on which any department knew is day 1, closed days count."""
    if n < 1:
        raise ValueError(f"the day of awareness is day 1, there is no day {n}")
    return aware + timedelta(days=n - 1)


def preliminary_report_due(aware: date, days: int) -> date:
    """Last good day of a preliminary report (速報), or the day of its warning: closed days do not move it."""
    return day_n(aware, days)


def final_report_due(aware: date, days: int, calendar: HolidayCalendar) -> date:
    """Last good day of a final report (確報) of 30 or 60 days; a closed last day rolls to the next open one."""
    return next_open_day(day_n(aware, days), calendar)


def renewal_window(valid_to: date, opens: int, closes: int, calendar: HolidayCalendar) -> tuple[date, date]:
    """First and last good day to apply for renewal of the PrivacyMark, `opens` to `closes` months before it expires.

    Only the end rolls over a closed day.
    """
    return add_months(valid_to, -opens) + ONE_DAY, next_open_day(add_months(valid_to, -closes), calendar)
