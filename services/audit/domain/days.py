"""Stretches of days, and what two of them have in common."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import TypeAlias

from shared.law.calendar import ONE_DAY

Days: TypeAlias = tuple[date, date | None]
"""[begins, ends); without `ends` it goes on."""


def common(one: Days, other: Days) -> Days | None:
    """The days that both hold; None if there are none."""
    begins = max(one[0], other[0])
    ends = min((end for end in (one[1], other[1]) if end is not None), default=None)
    return (begins, ends) if ends is None or begins < ends else None


def cut(days: Days, turns: Iterable[date]) -> Iterator[Days]:
    """The days in pieces, a new one on each of the turns that lies in them."""
    begins, ends = days
    inside = [day for day in sorted({begins, *turns}) if begins <= day and (ends is None or day < ends)]
    for first, following in pairwise([*inside, None]):
        if first is not None:
            yield first, following or ends


def one_day(day: date) -> Days:
    """What happened on a day, and is over."""
    return day, day + ONE_DAY
