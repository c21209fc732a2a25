"""The rule against its slow twin, and against the order in which things are told."""

import random
from datetime import date
from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.domain.canonical import digest_of
from services.audit.domain.interval import Interval
from services.audit.tests.course_oracle import learnt
from services.audit.tests.oracle import pledged
from services.audit.tests.random_stories import FIRST, LAST, NEWCOMERS, STORIES
from services.audit.tests.story import DAY, Story, judged


@settings(max_examples=150, deadline=None)
@given(STORIES)
def test_on_every_day_the_intervals_say_what_the_oracle_says(story: Story) -> None:
    expected = pledged(story.events, "P1", FIRST, LAST)
    compare(judged(story, rule="C09"), expected)


@settings(max_examples=150, deadline=None)
@given(STORIES | NEWCOMERS)
def test_on_every_day_of_the_years_course_the_intervals_say_what_its_oracle_says(story: Story) -> None:
    compare(judged(story, rule="C04"), learnt(story.events, "P1", FIRST, LAST))


def compare(found: list[Interval], expected: dict[date, tuple[str, str]]) -> None:
    """On every day, the edges included, the same unit and status, or nothing."""
    days = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
    answered = {day: [(each.unit, each.status) for each in found if each.covers(day)] for day in days}
    assert answered == {day: [expected[day]] if day in expected else [] for day in days}


@settings(max_examples=60, deadline=None)
@given(STORIES, st.randoms(use_true_random=False))
def test_neither_the_order_of_arrival_nor_repetition_changes_anything(story: Story, dice: random.Random) -> None:
    events = [*story.events, *dice.sample(story.events, k=len(story.events) // 2)]
    dice.shuffle(events)
    assert digest_of(judged(events, rule="C09")) == digest_of(judged(story, rule="C09"))


@settings(max_examples=60, deadline=None)
@given(STORIES)
def test_intervals_of_one_subject_neither_overlap_nor_repeat_their_neighbour(story: Story) -> None:
    for one, following in pairwise(sorted(judged(story, rule="C09"), key=lambda each: each.begins)):
        assert one.ends is not None
        assert one.ends <= following.begins
        same_there = msgspec.structs.replace(one, begins=following.begins, ends=following.ends)
        assert one.ends < following.begins or same_there != following
