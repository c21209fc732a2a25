"""C19 against its slow twin, and against the order in which things are told."""

import random
from collections.abc import Callable
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.domain.canonical import digest_of
from services.audit.tests.seat_oracle import filled
from services.audit.tests.story import DAY, Story, judged
from shared.events.hr import OrgUnitAbolished, Role

FIRST = date(2016, 3, 20)
LAST = date(2016, 12, 31)
SEAT = "seat/unit/D1/DIV_MANAGER"
Step = Callable[[Story], object]
_WHEN = st.sampled_from([date(2016, 4, 1) + n * DAY for n in (0, 1, 28, 29, 30, 31, 32, 59, 60, 61, 62, 90, 91, 120)])
_WHO = st.sampled_from(["P1", "P2"])


def _abolished(story: Story, day: date) -> None:
    story.tell("unit/D1", OrgUnitAbolished(org_unit_id="D1", effective_date=day))


_STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(lambda who, day: lambda told: told.appointed(who, Role.DIV_MANAGER, day, unit="D1"), _WHO, _WHEN),
    st.builds(lambda who, day: lambda told: told.relieved(who, Role.DIV_MANAGER, day, unit="D1"), _WHO, _WHEN),
    st.builds(lambda who, day: lambda told: told.appointed(who, Role.PROMOTER, day, unit="D1"), _WHO, _WHEN),
    st.builds(lambda who, day: lambda told: told.on_leave(who, day), _WHO, _WHEN),
    st.builds(lambda who, day: lambda told: told.back(who, day), _WHO, _WHEN),
    st.builds(lambda who, day: lambda told: told.left(who, day), _WHO, _WHEN),
    st.builds(lambda who, day: lambda told: told.moved(who, day, "D2"), _WHO, _WHEN),
    st.builds(lambda day: lambda told: told.left_group("C1", day), _WHEN),
    st.builds(lambda day: lambda told: told.joined("C1", day), _WHEN),
    st.builds(lambda day: lambda told: _abolished(told, day), _WHEN),
)


def _tell(steps: list[Step]) -> Story:
    story = Story()
    story.joined("C1", FIRST)
    story.created("D1", "C1", FIRST)
    story.created("D2", "C1", FIRST)
    story.hired("P1", FIRST)
    story.hired("P2", FIRST)
    for step in steps:
        step(story)
    return story


STORIES: st.SearchStrategy[Story] = st.lists(_STEPS, max_size=9).map(_tell)


@settings(max_examples=200, deadline=None)
@given(STORIES)
def test_on_every_day_the_intervals_say_what_the_oracle_says(story: Story) -> None:
    found = [each for each in judged(story, rule="C19") if each.subject == SEAT]
    days = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
    answered = {day: [each.status for each in found if each.covers(day)] for day in days}
    expected = filled(story.events, FIRST, LAST)
    assert answered == {day: [expected[day]] if day in expected else [] for day in days}


@settings(max_examples=40, deadline=None)
@given(STORIES, st.randoms(use_true_random=False))
def test_neither_the_order_of_arrival_nor_repetition_changes_anything(story: Story, dice: random.Random) -> None:
    events = [*story.events, *dice.sample(story.events, k=len(story.events) // 2)]
    dice.shuffle(events)
    assert digest_of(judged(events, rule="C19")) == digest_of(judged(story, rule="C19"))
