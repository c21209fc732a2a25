"""Decisions as sentences, on the smallest decider; and the sentences can be wrong."""

from collections.abc import Callable

import pytest

from shared.testing.givens import Given
from tests.integration.tally import TALLY, Alarmed, Count, Counted, Ring

given = Given(TALLY.decider)
COUNTED = Counted(by=1)


def test_a_count_is_recorded() -> None:
    given(COUNTED).when(Count(tally="a", by=2)).then(Counted(by=2))


def test_counting_by_nothing_changes_nothing() -> None:
    given(COUNTED).when(Count(tally="a", by=0)).then_nothing()


def test_counting_down_is_rejected() -> None:
    given().when(Count(tally="a", by=-1)).then_rejected("rejected")


@pytest.mark.parametrize(
    "untrue",
    [
        lambda: given().when(Count(tally="a")).then_nothing(),
        lambda: given().when(Count(tally="a")).then(Alarmed()),
        lambda: given().when(Count(tally="a")).then(COUNTED, COUNTED),
        lambda: given().when(Count(tally="a", by=-1)).then_nothing(),
        lambda: given().when(Count(tally="a", by=-1)).then_rejected("another-reason"),
        lambda: given().when(Ring(tally="a")).then_rejected("rejected"),
    ],
)
def test_a_sentence_that_is_not_true_fails(untrue: Callable[[], None]) -> None:
    with pytest.raises(AssertionError):
        untrue()
