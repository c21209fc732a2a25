"""The deadlines once more, counted day by day by somebody who knows nothing of the code."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from services.incidents.domain.duties import deadline
from services.incidents.tests.words import JAPAN
from shared.events.incidents import Regime
from shared.law.rule_pack import STANDARD

ONE_DAY = timedelta(days=1)
ONE_HOUR = timedelta(hours=1)
OPEN: dict[datetime, bool] = {}
"""Each midnight in Japan, and whether that day is open."""


def midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=JAPAN)


HOUSE = (midnight(2016, 4, 1), midnight(2022, 4, 1))
LAW = (midnight(2022, 4, 1), midnight(2027, 9, 1))
EUROPE = (midnight(2018, 5, 25), midnight(2027, 9, 1))
"""While these rules are in force, as far as the holidays are known."""


@dataclass(frozen=True)
class Clock:
    """The last good day and whether it rolls, and the day of the warning; or the hours of a clock that never stops."""

    regime: Regime
    stretch: tuple[datetime, datetime]
    last: int | None = None
    rolls: bool = False
    warned: int | None = None
    hours: int | None = None
    improper: bool = False

    def __str__(self) -> str:
        return f"{self.regime}{'-improper' if self.improper else ''}"

    def due(self, aware: datetime) -> datetime | None:
        if self.hours is not None:
            return later(aware, self.hours)
        return counted(aware, self.last, rolls=self.rolls) + ONE_DAY if self.last else None

    def soft_due(self, aware: datetime) -> datetime | None:
        return counted(aware, self.warned, rolls=False) if self.warned else None


def preliminary(regime: Regime, stretch: tuple[datetime, datetime]) -> Iterator[Clock]:
    """The purpose makes no difference."""
    for improper in (False, True):
        yield Clock(regime, stretch, last=5, warned=3, improper=improper)


def final(regime: Regime, stretch: tuple[datetime, datetime], *, rolls: bool) -> Iterator[Clock]:
    for improper in (False, True):
        yield Clock(regime, stretch, last=60 if improper else 30, rolls=rolls, improper=improper)


CLOCKS = [
    *preliminary(Regime.MINISTRY_PRE2022_PRELIM, HOUSE),
    *final(Regime.MINISTRY_PRE2022, HOUSE, rolls=True),
    *preliminary(Regime.APPI26_PRELIM, LAW),
    *final(Regime.APPI26_FINAL, LAW, rolls=True),
    *preliminary(Regime.MN_PRELIM, LAW),
    *final(Regime.MN_FINAL, LAW, rolls=True),
    *preliminary(Regime.PMARK_PRELIM, LAW),
    *final(Regime.PMARK_FINAL, LAW, rolls=False),
    Clock(Regime.GDPR33, EUROPE, hours=72),
]
DATES = 10_000
"""Of each clock."""


def counted(aware: datetime, number: int, *, rolls: bool) -> datetime:
    """One day after the other, beginning with the day of awareness as the first."""
    day = aware.astimezone(JAPAN).replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(number - 1):
        day += ONE_DAY
    while rolls and not is_open(day):
        day += ONE_DAY
    return day


def later(aware: datetime, hours: int) -> datetime:
    """One hour after the other, from the instant and not from its day."""
    for _ in range(hours):
        aware += ONE_HOUR
    return aware


def is_open(day: datetime) -> bool:
    if day not in OPEN:
        turn = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
        weekend = day.strftime("%a") in {"Sat", "Sun"}
        OPEN[day] = not (turn or weekend or STANDARD.calendar.is_holiday(day.date()))
    return OPEN[day]


@pytest.mark.parametrize("clock", CLOCKS, ids=str)
def test_every_deadline_is_what_counting_finds(clock: Clock) -> None:
    chance = Random(str(clock))
    first, end = clock.stretch
    seconds = int((end - first).total_seconds())
    for _ in range(DATES):
        aware = first + timedelta(seconds=chance.randrange(seconds))
        found = deadline(clock.regime, aware.astimezone(UTC), aware.date(), improper=clock.improper)
        assert (found.due_at, found.soft_due_at) == (clock.due(aware), clock.soft_due(aware)), aware


def test_every_regime_that_has_a_date_is_counted() -> None:
    dated = {
        regime
        for regime in Regime
        for when in (HOUSE[0], LAW[0])
        if deadline(regime, when, when.date(), improper=False).due_at is not None
    }
    assert {clock.regime for clock in CLOCKS} == dated
