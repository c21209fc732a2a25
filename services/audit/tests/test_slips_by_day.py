"""C01, C02 and C03 against their slow twin, and against the order in which things are told."""

import random
from collections.abc import Callable
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.domain.canonical import digest_of
from services.audit.domain.interval import ROLLING
from services.audit.domain.readings import Period, tally
from services.audit.domain.rulebook import RULES
from services.audit.tests.ledger_story import STORAGE, Ledger
from services.audit.tests.slip_oracle import kept
from services.audit.tests.story import DAY, Story, judged
from shared.events.hr import PersonKind
from shared.events.ledger import InspectionKind, Priority

REGISTERED = date(2016, 8, 31)
FIRST, LAST = REGISTERED - 5 * DAY, date(2018, 1, 15)
SLIPS = ("C01", "C02", "C03")
Step = Callable[[Ledger], object]
_EDGES = (
    date(2016, 8, 31),
    date(2017, 1, 29),
    date(2017, 2, 28),
    date(2017, 8, 1),
    date(2017, 8, 31),
    date(2017, 12, 31),
)
_WHEN = st.builds(lambda day, more: day + more * DAY, st.sampled_from(_EDGES), st.integers(-1, 2))
_WHO = st.sampled_from(["P1", "P2"])
_PRIORITY = st.sampled_from([Priority.HIGH, Priority.NORMAL])
_KIND = st.sampled_from([InspectionKind.REGULAR, InspectionKind.REGULAR, InspectionKind.EMERGENCY])

_STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(lambda day, kind: lambda told: told.completed(day, kind), _WHEN, _KIND),
    st.builds(lambda day, kind: lambda told: told.completed(day, kind), _WHEN, _KIND),
    st.builds(lambda day, new: lambda told: told.priority(new, day), _WHEN, _PRIORITY),
    st.builds(lambda day: lambda told: told.transferred(day, "D2"), _WHEN),
    st.builds(lambda day: lambda told: told.stored(day), _WHEN),
    st.builds(
        lambda who, day, ahead: lambda told: told.in_charge(who, day, day + ahead * DAY), _WHO, _WHEN, st.integers(0, 2)
    ),
    st.builds(lambda who, day: lambda told: told.released(who, day), _WHO, _WHEN),
    st.builds(lambda who, day: lambda told: told.story.on_leave(who, day), _WHO, _WHEN),
    st.builds(lambda who, day: lambda told: told.story.back(who, day), _WHO, _WHEN),
    st.builds(lambda who, day: lambda told: told.story.left(who, day), _WHO, _WHEN),
    st.builds(lambda day: lambda told: told.disposed(day), _WHEN),
)


def _tell(steps: list[Step], priority: Priority, stored: bool, withdrawn: bool) -> Story:
    ledger = Ledger(Story())
    ledger.story.hired("P1", date(2016, 8, 26))
    ledger.story.hired("P2", date(2016, 8, 26), kind=PersonKind.SUPPLIER)
    ledger.registered(REGISTERED, priority=priority, specific_pi=True, storage=STORAGE if stored else None)
    for step in steps:
        step(ledger)
    if withdrawn:
        ledger.withdrawn(date(2017, 3, 1))
    return ledger.story


_RARELY = st.integers(0, 19).map(lambda number: number == 7)
STORIES: st.SearchStrategy[Story] = st.builds(_tell, st.lists(_STEPS, max_size=8), _PRIORITY, st.booleans(), _RARELY)


@settings(max_examples=200, deadline=None)
@given(STORIES)
def test_on_every_day_the_intervals_say_what_the_oracle_says(story: Story) -> None:
    found = [each for each in judged(story) if each.rule in SLIPS and each.mode == ROLLING]
    days = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
    marks = [(day, rule) for day in days for rule in SLIPS]
    answered = {
        (day, rule): [(each.unit, each.status) for each in found if each.rule == rule and each.covers(day)]
        for day, rule in marks
    }
    expected = kept(story.events, FIRST, LAST)
    assert answered == {mark: [expected[mark]] if mark in expected else [] for mark in marks}


@settings(max_examples=60, deadline=None)
@given(STORIES, st.tuples(_WHEN, _WHEN))
def test_a_period_is_what_its_days_are(story: Story, days: tuple[date, date]) -> None:
    """Bad on one day of it is bad in it; good on all of them is good, once it fell due."""
    period = Period(min(days), max(days), whole=True)
    found = [each for each in judged(story, rule="C01") if each.mode == ROLLING]
    counted = {cell.place: cell.verdict.name for cell in tally(found, period)}
    expected = kept(story.events, FIRST, period.day)
    said = [
        (day, unit, status)
        for (day, rule), (unit, status) in expected.items()
        if rule == "C01" and day >= period.begins
    ]
    for place in ("group", "D1", "D2"):
        here = [status for _, unit, status in said if place in {"group", unit}]
        assert (counted.get(place) == "BAD") == ("OVERDUE" in here)
        assert (place in counted) == bool(here)


@settings(max_examples=40, deadline=None)
@given(STORIES, st.randoms(use_true_random=False))
def test_neither_the_order_of_arrival_nor_repetition_changes_anything(story: Story, dice: random.Random) -> None:
    events = [*story.events, *dice.sample(story.events, k=len(story.events) // 2)]
    dice.shuffle(events)
    assert digest_of(judged(events)) == digest_of(judged(story))


@settings(max_examples=40, deadline=None)
@given(STORIES)
def test_no_two_intervals_of_a_rule_in_one_mode_lie_on_one_day(story: Story) -> None:
    marks = [(each.rule, each.mode, each.subject, each.begins) for each in judged(story)]
    assert len(set(marks)) == len(marks)
    assert {rule for rule, *_ in marks} <= set(RULES)
