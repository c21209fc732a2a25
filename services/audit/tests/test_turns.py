"""The table as of a day is the sum of its turns up to the day, on whatever day, in whatever place."""

import itertools
from collections import Counter
from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.domain.interval import FISCAL, OPEN, Interval
from services.audit.domain.readings import Cell, Period, tally
from services.audit.domain.rulebook import JUDGES, Reading
from services.audit.domain.turns import changes, turns
from services.audit.tests.random_stories import STORIES
from services.audit.tests.story import DAY, Story, judged

MARCH = date(2017, 3, 28)
_NEAR = st.integers(0, 8).map(lambda n: MARCH + n * DAY)
_BY_READING = {rule.period: rule for rule in JUDGES.values()}


def summed(intervals: Iterable[Interval], day: date) -> Counter[Cell]:
    found = Counter[Cell]()
    for (cell, turned), change in turns(intervals).items():
        if turned <= day:
            found[cell] += change
    return +found


def counted(intervals: Iterable[Interval], day: date) -> Counter[Cell]:
    return tally(intervals, Period.as_of(day))


def _edges(intervals: Iterable[Interval]) -> list[date]:
    """The days around which anything can change, and the year's ends."""
    named = {day for each in intervals for day in (each.begins, each.ends, each.due) if day is not None}
    ends = {date(year, month, day) for year in (2016, 2017, 2018) for month, day in ((3, 31), (4, 1))}
    return sorted({day + beside * DAY for day in named | ends for beside in (-1, 0, 1)})


@settings(max_examples=60, deadline=None)
@given(STORIES)
def test_of_whatever_happened(story: Story) -> None:
    intervals = judged(story)
    for day in _edges(intervals):
        assert summed(intervals, day) == counted(intervals, day), day


@st.composite
def _of_a_subject(draw: st.DrawFn, reading: Reading) -> list[Interval]:
    """Stretches of one subject by one rule, one after the other, here and there, around the end of a fiscal year."""
    rule = _BY_READING[reading]
    days = sorted(draw(st.sets(_NEAR, min_size=2, max_size=6)))
    status = st.sampled_from([*sorted(rule.counted), OPEN, "EXCUSED"])
    return [
        Interval(
            subject="person/P1",
            unit=draw(st.sampled_from(["D1", "D2", ""])),
            company="C1",
            status=draw(status),
            begins=begins,
            ends=draw(st.just(ends) | st.none()) if ends == days[-1] else ends,
            due=draw(_NEAR | st.none()),
            rule=rule.id,
            mode=rule.mode,
        )
        for begins, ends in itertools.pairwise(days)
    ]


@pytest.mark.parametrize("reading", list(_BY_READING))
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_of_each_way_to_read_a_rule(reading: Reading, data: st.DataObject) -> None:
    intervals = data.draw(_of_a_subject(reading))
    for day in _edges(intervals):
        assert summed(intervals, day) == counted(intervals, day), day


@pytest.mark.parametrize("reading", list(_BY_READING))
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_judged_anew_changes_what_is_different(reading: Reading, data: st.DataObject) -> None:
    before, after = data.draw(_of_a_subject(reading)), data.draw(_of_a_subject(reading))
    turned = turns(before)
    turned.update(changes(before, after))
    assert {turn: by for turn, by in turned.items() if by} == {turn: by for turn, by in turns(after).items() if by}
    assert not changes(before, before)


def test_every_way_to_read_is_tried() -> None:
    assert _BY_READING.keys() == set(Reading)
    assert any(mode == FISCAL for _, mode in JUDGES)
