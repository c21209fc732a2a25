"""The deadlines once more, counted day by day by somebody who knows nothing of the code."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from services.incidents.domain.duties import deadline
from services.incidents.tests.words import JAPAN
from shared.events.incidents import Regime
from shared.law.rule_pack import STANDARD

FIRST, LAST = datetime(2022, 4, 1, tzinfo=JAPAN), datetime(2027, 9, 1, tzinfo=JAPAN)
DATES = 100_000
ONE_DAY = timedelta(days=1)
OPEN: dict[datetime, bool] = {}
"""Each midnight in Japan, and whether that day is open."""


def counted(aware: datetime, number: int, *, rolls: bool) -> datetime:
    """One day after the other, beginning with the day of awareness as the first."""
    midnight = aware.astimezone(JAPAN).replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(number - 1):
        midnight += ONE_DAY
    while rolls and not is_open(midnight):
        midnight += ONE_DAY
    return midnight + ONE_DAY


def is_open(midnight: datetime) -> bool:
    if midnight not in OPEN:
        turn = (midnight.month, midnight.day) >= (12, 29) or (midnight.month, midnight.day) <= (1, 3)
        weekend = midnight.strftime("%a") in {"Sat", "Sun"}
        OPEN[midnight] = not (turn or weekend or STANDARD.calendar.is_holiday(midnight.date()))
    return OPEN[midnight]


@pytest.mark.parametrize(
    ("regime", "improper", "number", "rolls"),
    [
        (Regime.APPI26_PRELIM, False, 5, False),
        (Regime.APPI26_FINAL, False, 30, True),
        (Regime.MN_FINAL, True, 60, True),
        (Regime.PMARK_FINAL, False, 30, False),
    ],
)
def test_every_deadline_is_what_counting_finds(regime: Regime, improper: bool, number: int, rolls: bool) -> None:
    chance = Random(f"{regime}-{number}")
    seconds = int((LAST - FIRST).total_seconds())
    for _ in range(DATES // 4):
        aware = FIRST + timedelta(seconds=chance.randrange(seconds))
        found = deadline(regime, aware.astimezone(UTC), aware.date(), improper=improper)
        assert found.due_at == counted(aware, number, rolls=rolls), aware
