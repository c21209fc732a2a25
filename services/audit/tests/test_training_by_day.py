"""C04 against its slow twin, and against the order in which things are told."""

import random
from collections.abc import Callable
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.domain.canonical import digest_of
from services.audit.tests.learning_story import Learning
from services.audit.tests.story import DAY, Story, judged
from services.audit.tests.training_oracle import trained

FIRST, LAST = date(2016, 3, 20), date(2017, 12, 31)
DUE = date(2016, 8, 31)
Step = Callable[[Learning], object]
_EDGES = (date(2016, 4, 1), date(2016, 6, 1), date(2016, 8, 1), DUE, date(2016, 9, 30), date(2017, 4, 1))
_WHEN = st.builds(lambda day, more: day + more * DAY, st.sampled_from(_EDGES), st.integers(-1, 2))
_IN_THE_YEAR = _WHEN.map(lambda day: min(max(day, date(2016, 4, 1)), date(2017, 3, 31)))
_SPAN = st.sampled_from([0, 1, 29, 30, 31])
_COMPANY = st.sampled_from(["C1", "C1", "C9"])

_STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(lambda day: lambda told: told.completed("P1", day), _WHEN),
    st.builds(lambda day, span: lambda told: told.assigned("P1", day, day + span * DAY), _WHEN, _SPAN),
    st.builds(lambda day, span: lambda told: told.resumed("P1", day, day + span * DAY), _WHEN, _SPAN),
    st.builds(lambda day: lambda told: told.opened(day, DUE), _IN_THE_YEAR),
    st.builds(lambda day: lambda told: told.opened(day.replace(year=2017, month=7), date(2017, 8, 31)), _IN_THE_YEAR),
    st.builds(lambda day, company: lambda told: told.story.hired("P1", day, company=company), _WHEN, _COMPANY),
    st.builds(lambda day, company: lambda told: told.story.moved("P1", day, "D2", company), _WHEN, _COMPANY),
    st.builds(lambda day: lambda told: told.story.on_leave("P1", day), _WHEN),
    st.builds(lambda day: lambda told: told.story.on_leave("P1", day), _WHEN),
    st.builds(lambda day: lambda told: told.story.back("P1", day), _WHEN),
    st.builds(lambda day: lambda told: told.story.left("P1", day), _WHEN),
    st.builds(lambda day: lambda told: told.story.left_group("C1", day), _WHEN),
    st.builds(lambda day: lambda told: told.story.joined("C1", day), _WHEN),
)


def _tell(steps: list[Step]) -> Story:
    told = Learning(Story())
    told.story.joined("C1", date(2010, 4, 1))
    told.story.joined("C9", date(2010, 4, 1), country="SG")
    told.story.hired(day=date(2016, 3, 25))
    told.opened(date(2016, 6, 1), DUE)
    for step in steps:
        step(told)
    return told.story


STORIES: st.SearchStrategy[Story] = st.lists(_STEPS, max_size=8).map(_tell)


@settings(max_examples=150, deadline=None)
@given(STORIES)
def test_on_every_day_the_intervals_say_what_the_oracle_says(story: Story) -> None:
    found = judged(story, rule="C04")
    days = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
    answered = {day: [each.status for each in found if each.covers(day)] for day in days}
    expected = trained(story.events, "P1", FIRST, LAST)
    assert answered == {day: [expected[day]] if day in expected else [] for day in days}


@settings(max_examples=40, deadline=None)
@given(STORIES, st.randoms(use_true_random=False))
def test_neither_the_order_of_arrival_nor_repetition_changes_anything(story: Story, dice: random.Random) -> None:
    events = [*story.events, *dice.sample(story.events, k=len(story.events) // 2)]
    dice.shuffle(events)
    assert digest_of(judged(events, rule="C04")) == digest_of(judged(story, rule="C04"))
