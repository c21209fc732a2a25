"""On which days the compliance table turns: what one subject adds to it, and takes away again, day by day. Pure.

Summed up to a day, the turns of all subjects are the table as of that day, however many events lie before it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Final, TypeAlias

from services.audit.domain.interval import Interval
from services.audit.domain.readings import Cell, Level, Verdict, places_of, said_by
from services.audit.domain.rulebook import JUDGES, Reading
from shared.law.fiscal_year import fiscal_year_of

Turn: TypeAlias = tuple[Cell, date]
Stretch: TypeAlias = tuple[date, date | None, Verdict]
"""The days [begins, ends) on which a verdict is heard by who asks how things stand."""
Step: TypeAlias = tuple[date, Verdict | None, Verdict | None]
"""A day, and what the verdict turns from and to on it; None: nothing is heard."""
_GREATEST_FIRST: Final = tuple(reversed(Verdict))


def changes(before: Iterable[Interval], after: Iterable[Interval]) -> Counter[Turn]:
    """What other intervals of the same subjects change; most of what is judged anew comes out as it was."""
    gone, come = _by_instance(before), _by_instance(after)
    found = Counter[Turn]()
    for mark in gone.keys() | come.keys():
        if set(map(_said, gone[mark])) != set(map(_said, come[mark])):
            _add(found, come[mark], 1)
            _add(found, gone[mark], -1)
    return found


def _by_instance(intervals: Iterable[Interval]) -> dict[tuple[str, str, str], list[Interval]]:
    found: dict[tuple[str, str, str], list[Interval]] = defaultdict(list)
    for each in intervals:
        found[each.rule, each.mode, each.subject].append(each)
    return found


_said: Final = attrgetter("begins", "ends", "unit", "company", "status", "due")
"""All that the table hears of an interval."""


def turns(intervals: Iterable[Interval]) -> Counter[Turn]:
    """By cell and day, how many subjects more (or fewer) stand so from that day on."""
    found = Counter[Turn]()
    _add(found, intervals, 1)
    return found


def _add(found: Counter[Turn], intervals: Iterable[Interval], times: int) -> None:
    """Most of what one place hears of a subject the next one hears too: its course is then the same."""
    last, course = list[Stretch](), list[Step]()
    for (rule, mode, _, level, place), heard in _heard(intervals).items():
        last, course = heard, course if heard == last else list(_course(heard))
        for day, before, after in course:
            for verdict, change in ((before, -times), (after, times)):
                if verdict is not None:
                    found[Cell(rule, mode, level, place, verdict), day] += change


def _heard(intervals: Iterable[Interval]) -> dict[tuple[str, str, str, Level, str], list[Stretch]]:
    """By rule, mode, subject and place."""
    heard: dict[tuple[str, str, str, Level, str], list[Stretch]] = defaultdict(list)
    for each in intervals:
        stretches = list(_stretches(each))
        for level, place in places_of(each) if stretches else ():
            heard[each.rule, each.mode, each.subject, level, place] += stretches
    return heard


def _stretches(interval: Interval) -> Iterator[Stretch]:
    """When an interval is heard by who asks as of a day, with the fiscal year up to it (`readings.verdict_of`)."""
    said = said_by(interval)
    if said is None:
        return
    match JUDGES[interval.rule, interval.mode].period:
        case Reading.AT_END | Reading.THROUGHOUT:
            yield interval.begins, interval.ends, said
        case Reading.OCCURRENCES:
            yield interval.begins, _next_year(interval.begins), said
        case Reading.DUE_WITHIN:
            yield from _duty(interval, said)


def _duty(interval: Interval, said: Verdict) -> Iterator[Stretch]:
    """Open at best until its due day; from then on, for the rest of the fiscal year, as it stood on that day."""
    due = interval.due
    if due is None:
        return
    until = min(interval.ends or due, due)
    if interval.begins < until:
        yield interval.begins, until, min(said, Verdict.OPEN)
    if interval.covers(due):
        yield due, _next_year(due), Verdict.BAD if said is Verdict.OPEN else said


def _next_year(day: date) -> date:
    return fiscal_year_of(day).following.start


def _course(stretches: Sequence[Stretch]) -> Iterator[Step]:
    """Each day on which the greatest of the verdicts becomes another."""
    edges = [(begins, said, 1) for begins, _, said in stretches]
    edges += [(ends, said, -1) for _, ends, said in stretches if ends is not None]
    standing = dict.fromkeys(_GREATEST_FIRST, 0)
    last: Verdict | None = None
    for day, turning in groupby(sorted(edges), key=itemgetter(0)):
        for _, said, change in turning:
            standing[said] += change
        greatest = next((verdict for verdict, count in standing.items() if count), None)
        if greatest is not last:
            yield day, last, greatest
        last = greatest
