"""C20, C22 and C23 against their slow twin, and against the order in which things are told."""

import random
from collections.abc import Callable
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.domain.answers import answers
from services.audit.domain.canonical import digest_of
from services.audit.domain.readings import Period, tally
from services.audit.tests.incident_oracle import figured
from services.audit.tests.incident_story import Told, at, by_end_of
from services.audit.tests.story import DAY, Story, judged
from shared.events.incidents import Decided
from shared.law.fiscal_year import fiscal_year_of
from shared.law.rule_pack import STANDARD

RULES = ("C20", "C22", "C23")
MARCH = date(2017, 3, 30)
"""The report, on the eve of a year's end."""
LATEST = 8
Step = Callable[[Told], object]
_WHEN = st.integers(0, LATEST - 1).map(lambda n: MARCH + n * DAY)
_DUE = st.builds(
    lambda day, hours: at(day, 12) if hours else by_end_of(day),
    st.integers(1, LATEST - 1).map(lambda n: MARCH + n * DAY),
    st.booleans(),
)
_DECIDED = st.sampled_from(list(Decided))

_STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(lambda day: lambda told: told.supervisor(at(day, 23.9), day), _WHEN),
    st.builds(lambda day: lambda told: told.contact_point(at(day, 11), day), _WHEN),
    st.builds(lambda day: lambda told: told.both(day), st.just(MARCH)),
    st.builds(lambda day: lambda told: told.confirmed(day), _WHEN),
    st.builds(lambda day: lambda told: told.dismissed(day), _WHEN),
    st.builds(lambda day: lambda told: told.reopened(day), _WHEN),
    st.builds(lambda aware, day: lambda told: told.aware(aware, day), _WHEN, _WHEN),
    st.builds(lambda day, due: lambda told: told.moved(max(day, MARCH + DAY), due), _WHEN, _DUE),
    st.builds(lambda day, decided: lambda told: told.decided(max(day, MARCH + DAY), decided), _WHEN, _DECIDED),
    st.builds(
        lambda day, hour, due: lambda told: told.filed(at(day, hour), max(day, MARCH + DAY), due),
        _WHEN,
        st.sampled_from([11, 13]),
        _DUE,
    ),
)


def _tell(steps: list[Step], opened: date, due: int) -> Story:
    told = Told(Story())
    told.reported(MARCH)
    told.must_hear(max(opened, MARCH), by_end_of(MARCH + due * DAY))
    for step in steps:
        step(told)
    return told.story


STORIES: st.SearchStrategy[Story] = st.builds(_tell, st.lists(_STEPS, max_size=7), st.just(MARCH), st.integers(0, 6))


@settings(max_examples=200, deadline=None)
@given(STORIES)
def test_on_every_day_the_table_says_what_the_oracle_says(story: Story) -> None:
    intervals = judged(story)
    for n in range(-1, LATEST + 2):
        day = MARCH + n * DAY
        year = fiscal_year_of(day)
        rows = answers(tally(intervals, Period(year.start, day)), RULES, STANDARD, day)
        figures = {row.rule: (row.num, row.den, row.open) for row in rows if row.unit == "group"}
        assert figures == figured(story.events, year.start, day), day


@settings(max_examples=40, deadline=None)
@given(STORIES, st.randoms(use_true_random=False))
def test_neither_the_order_of_arrival_nor_repetition_changes_anything(story: Story, dice: random.Random) -> None:
    events = [*story.events, *dice.sample(story.events, k=len(story.events) // 2)]
    dice.shuffle(events)
    assert digest_of(judged(events)) == digest_of(judged(story))
