"""What the contests tell of is a history that could be: whole, in order, and the same every time."""

from collections import defaultdict

import pytest

from benchmarks.chronicle import LAST, chronicle
from services.audit.domain.rulebook import RULES
from services.audit.tests.story import judged

EVENTS = 3_000


def test_the_same_for_the_same_number_and_seed() -> None:
    assert chronicle(EVENTS) == chronicle(EVENTS)
    assert chronicle(EVENTS) != chronicle(EVENTS, seed=8)


@pytest.mark.parametrize("events", [10_000, 20_000])
def test_about_as_many_events_as_asked_for(events: int) -> None:
    assert events * 0.9 < len(chronicle(events)) < events * 1.25


def test_events_come_in_the_order_of_their_streams() -> None:
    seen = defaultdict[str, list[int | None]](list)
    for recorded in chronicle(EVENTS):
        seen[recorded.stream].append(recorded.version)
    assert all(each in ([*range(1, len(each) + 1)], [None] * len(each)) for each in seen.values())


def test_nothing_is_recorded_before_it_happened_or_after_the_last_day() -> None:
    told = chronicle(EVENTS)
    assert all(recorded.time <= recorded.recorded_at for recorded in told)
    assert told[-1].recorded_at.date() <= LAST


def test_every_rule_has_something_to_say() -> None:
    assert {each.rule for each in judged(chronicle(EVENTS))} == RULES.keys()
