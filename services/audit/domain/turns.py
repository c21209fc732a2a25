"""On which days the compliance table turns: what one subject adds to it, and takes away again, day by day. Pure.

Summed up to a day, the turns of all subjects are the table as of that day, however many events lie before it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeAlias

from services.audit.domain.interval import Interval
from services.audit.domain.readings import Cell, Level, Verdict, places_of, said_by
from services.audit.domain.rulebook import JUDGES, Reading
from shared.law.fiscal_year import fiscal_year_of

Turn: TypeAlias = tuple[Cell, date]
Stretch: TypeAlias = tuple[date, date | None, Verdict]
"""The days [begins, ends) on which a verdict is heard by who asks how things stand."""


def changes(before: Iterable[Interval], after: Iterable[Interval]) -> Counter[Turn]:
    """What other intervals of the same subjects change; most of what is judged anew comes out as it was."""
    gone, come = _by_instance(before), _by_instance(after)
    found = Counter[Turn]()
    for mark in gone.keys() | come.keys():
        if _said(gone[mark]) != _said(come[mark]):
            found.update(turns(come[mark]))
            found.subtract(turns(gone[mark]))
    return found


def _by_instance(intervals: Iterable[Interval]) -> dict[tuple[str, str, str], list[Interval]]:
    found: dict[tuple[str, str, str], list[Interval]] = defaultdict(list)
    for each in intervals:
        found[each.rule, each.mode, each.subject].append(each)
    return found


def _said(intervals: Iterable[Interval]) -> set[tuple[object, ...]]:
    """All that the table hears of them."""
    return {(each.begins, each.ends, each.unit, each.company, each.status, each.due) for each in intervals}


def turns(intervals: Iterable[Interval]) -> Counter[Turn]:
    """By cell and day, how many subjects more (or fewer) stand so from that day on."""
    found = Counter[Turn]()
    for (rule, mode, _, level, place), heard in _heard(intervals).items():
        for day, before, after in _course(heard):
            for verdict, change in ((before, -1), (after, 1)):
                if verdict is not None:
                    found[Cell(rule, mode, level, place, verdict), day] += change
    return found


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


def _course(stretches: list[Stretch]) -> Iterator[tuple[date, Verdict | None, Verdict | None]]:
    """The days on which the greatest of the verdicts becomes another, from what and to what; None: nothing is heard."""
    days = sorted({day for begins, ends, _ in stretches for day in (begins, ends) if day is not None})
    last: Verdict | None = None
    for day in days:
        heard = (verdict for begins, ends, verdict in stretches if begins <= day and (ends is None or day < ends))
        greatest = max(heard, default=None)
        if greatest is not last:
            yield day, last, greatest
        last = greatest
