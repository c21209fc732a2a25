"""How a rule's intervals are read on a day or over a period: one verdict per subject and place, then counted. Pure.

`compliance.py` reads the same way in SQL; a test compares the two.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cache
from typing import Any, Final, NamedTuple, Self

from services.audit.domain.interval import EXCUSED, OPEN, Interval
from services.audit.domain.rulebook import JUDGES, Reading, Rule
from shared.law.fiscal_year import fiscal_year_of

GROUP: Final = "group"
"""What the row of the whole group has for its unit."""


class Level(IntEnum):
    """What a row sums up, in the order of a list."""

    GROUP = 0
    COMPANY = 1
    UNIT = 2


class Verdict(IntEnum):
    """How a subject stands; of several in one period the greatest holds."""

    EXCUSED = 0
    OPEN = 1
    GOOD = 2
    BAD = 3


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `begins` to `day`, both included.

    `whole`: asked as a period, so that a rule that asks for all of its days is asked about all of them. Otherwise the
    question is how things stand on `day`, and only duties and occurrences are counted from `begins` on.
    """

    begins: date
    day: date
    whole: bool = False

    @classmethod
    def as_of(cls, day: date) -> Self:
        """How things stand on a day, with the fiscal year up to it."""
        return cls(fiscal_year_of(day).start, day)


class Cell(NamedTuple):
    """Subjects of one rule that stand alike in one place."""

    rule: str
    mode: str
    level: Level
    place: str
    verdict: Verdict


def tally(intervals: Iterable[Interval], period: Period) -> Counter[Cell]:
    """How many subjects stand how, where; needs all intervals of a subject at once."""
    worst: dict[tuple[str, str, str, Level, str], Verdict] = {}
    for each in intervals:
        verdict = verdict_of(each, period)
        if verdict is not None:
            for level, place in places_of(each):
                mark = (each.rule, each.mode, each.subject, level, place)
                worst[mark] = max(verdict, worst.get(mark, verdict))
    return Counter(Cell(rule, mode, level, place, found) for (rule, mode, _, level, place), found in worst.items())


def places_of(interval: Interval) -> Iterator[tuple[Level, str]]:
    """A company's own seat belongs to no unit; of a unit nobody told of, the company is not known."""
    yield Level.GROUP, GROUP
    if interval.company:
        yield Level.COMPANY, interval.company
    if interval.unit:
        yield Level.UNIT, interval.unit


def verdict_of(interval: Interval, period: Period) -> Verdict | None:
    """What the interval says of its subject in the period; None if nothing."""
    said = said_by(interval)
    if said is None:
        return None
    match JUDGES[interval.rule, interval.mode].period:
        case Reading.AT_END:
            return said if interval.covers(period.day) else None
        case Reading.THROUGHOUT:
            return _throughout(interval, said, period)
        case Reading.DUE_WITHIN:
            return _due_within(interval, said, period)
        case Reading.OCCURRENCES:
            return said if period.begins <= interval.begins <= period.day else None


def said_by(interval: Interval) -> Verdict | None:
    """What its status comes to, whenever that is heard."""
    return _verdicts(interval.rule, interval.mode).get(interval.status)


@cache
def _verdicts(identifier: str, mode: str) -> dict[str, Verdict]:
    return verdicts(JUDGES[identifier, mode])


def verdicts(rule: Rule[Any]) -> dict[str, Verdict]:
    """What each status of a rule comes to; one that is not named here counts nowhere."""
    bad = dict.fromkeys(rule.counted, Verdict.BAD)
    return {EXCUSED: Verdict.EXCUSED, OPEN: Verdict.OPEN, **bad, **dict.fromkeys(rule.good, Verdict.GOOD)}


def _throughout(interval: Interval, said: Verdict, period: Period) -> Verdict | None:
    """A good stretch that falls due only after the period has not been put to the test in it."""
    if not period.whole:
        return said if interval.covers(period.day) else None
    if interval.begins > period.day or (interval.ends is not None and interval.ends <= period.begins):
        return None
    untested = said is Verdict.GOOD and interval.due is not None and interval.due > period.day
    return Verdict.OPEN if untested else said


def _due_within(interval: Interval, said: Verdict, period: Period) -> Verdict | None:
    """A duty stands as it stood at the end of its due day: open then is missed. Before that it is open, met or not."""
    if interval.due is None:
        return None
    if interval.due > period.day:
        return min(said, Verdict.OPEN) if interval.covers(period.day) else None
    if interval.due < period.begins or not interval.covers(interval.due):
        return None
    return Verdict.BAD if said is Verdict.OPEN else said
