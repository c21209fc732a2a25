"""The moments of fiscal 2017 at which something is done: the driven clock stops there, and HR tells its news."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final

from daicho.demo.script.chance import japan
from shared.law.fiscal_year import FiscalYear, fiscal_year_labelled

YEAR: Final[FiscalYear] = fiscal_year_labelled("FY2017")
OPENS: Final = YEAR.start
DUE: Final = date(2016, 5, 31)
EXTENDED: Final = date(2016, 10, 1)
"""The first day of the pledges in the country that is added within the year (F19)."""


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    title: str

    @property
    def day(self) -> date:
        return self.at.date()


def _moment(day: str, title: str, hour: int = 18, minute: int = 0) -> Moment:
    return Moment(japan(date.fromisoformat(day), hour, minute), title)


MOMENTS: Final = (
    _moment("2016-03-10", "HR loads the group: companies, units, people, roles", hour=9),
    _moment("2016-03-15", "plans of the year; the ledger fills", hour=10),
    _moment("2016-03-28", "April's new hires are announced; the ledger fills", hour=10),
    _moment("2016-04-01", "the campaign opens: everybody in post is asked", hour=0, minute=30),
    _moment("2016-04-01", "the first sign"),
    _moment("2016-04-08", "some try to sign for others"),
    _moment("2016-04-15", "a third week begins"),
    _moment("2016-04-28", "a transfer of October is announced early"),
    _moment("2016-05-10", "after the holidays"),
    _moment("2016-05-27", "the last Friday"),
    _moment("2016-05-31", "the due day"),
    _moment("2016-06-01", "what is unsigned is overdue; training opens", hour=0, minute=30),
    _moment("2016-06-10", "a leak is reported; HR sends a record that nobody can read"),
    _moment("2016-06-13", "the last working day for the leak's preliminary report"),
    _moment("2016-06-20", "what leaked is inspected out of turn"),
    _moment("2016-06-30", "the first quarter ends; the leak's final report"),
    _moment("2016-07-01", "summer hires; a transfer is told before its hire"),
    _moment("2016-07-15", "the hire behind that transfer is told at last"),
    _moment("2016-08-01", "what is not learnt is overdue"),
    _moment("2016-08-31", "high priority is inspected; HR speaks of somebody unknown"),
    _moment("2016-09-15", "October's transfers are announced; a further country is named"),
    _moment("2016-10-01", "October's transfers; a division is merged", hour=0, minute=30),
    _moment("2016-10-07", "autumn hires sign"),
    _moment("2016-10-31", "the further country's grace ends"),
    _moment("2016-11-01", "a record of April is sent again; a custodian leaves"),
    _moment("2016-11-30", "an auditor asks how it stood on 31 October"),
    _moment("2016-12-05", "HR tells late that somebody left in September"),
    _moment("2017-01-10", "the new year"),
    _moment("2017-01-20", "a hire and a holding of November are told late"),
    _moment("2017-02-15", "a correction"),
    _moment("2017-02-28", "the year's inspections: most fall due in March"),
    _moment("2017-03-15", "HR announces April's transfers"),
    _moment("2017-03-31", "the fiscal year ends"),
    _moment("2017-04-01", "what was never signed lapses", hour=0, minute=30),
)


KEPT: Final = frozenset(
    {
        *("2016-03-28 10:00", "2016-04-01 00:30", "2016-06-10 18:00", "2016-06-20 18:00", "2016-07-01 18:00"),
        *("2016-09-15 18:00", "2016-10-01 00:30", "2016-11-30 18:00", "2017-01-20 18:00", "2017-03-15 18:00"),
        "2017-04-01 00:30",
    }
)
"""Of the moments, those of the tiny year."""


@dataclass(frozen=True)
class Calendar:
    """The moments of a year. What is meant for a day without one is done at the next."""

    moments: tuple[Moment, ...]

    @property
    def first(self) -> Moment:
        return self.moments[0]

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Within the year, its first and its last apart: on them something may become of people."""
        return tuple(sorted({moment.day for moment in self.moments if OPENS < moment.day < YEAR.end}))

    @cached_property
    def daytime(self) -> tuple[Moment, ...]:
        """Within the year, when people are at work: nobody signs or learns in the middle of the night."""
        return tuple(moment for moment in self.moments if moment.at.hour and moment.day in YEAR)

    def on(self, day: date) -> Moment:
        """The first moment of a day, or after it. Raises StopIteration for a day after the year."""
        return next(moment for moment in self.moments if moment.day >= day)

    def before(self, day: date) -> Moment:
        """The last moment before a day begins; the first of all for a day before the year."""
        earlier = [moment for moment in self.moments if moment.day < day]
        return earlier[-1] if earlier else self.first

    def since(self, instant: datetime) -> Moment | None:
        """The first moment at or after an instant; None after the last one."""
        place = bisect_left([moment.at for moment in self.moments], instant)
        return self.moments[place] if place < len(self.moments) else None


WHOLE: Final = Calendar(MOMENTS)
BRIEF: Final = Calendar(tuple(moment for moment in MOMENTS if f"{moment.at:%Y-%m-%d %H:%M}" in KEPT))


def calendar_of(scale: str) -> Calendar:
    return BRIEF if scale == "tiny" else WHOLE
