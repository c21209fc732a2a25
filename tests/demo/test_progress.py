from datetime import timedelta
from pathlib import Path

import pytest

from daicho.demo.endpoints import Stack
from daicho.demo.progress import Progress
from daicho.demo.script.moments import MOMENTS
from daicho.embedded.faults import StackFault


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """Just started: its services were born when the year begins."""
    fresh = Stack(tmp_path, urls={}, databases={}, kafka="", issuer="")
    fresh.clock.set(MOMENTS[0].at)
    return fresh


def test_a_fresh_stack_begins_with_the_first_step(stack: Stack) -> None:
    assert Progress.of(stack, 2017, "tiny").done == 0


def test_a_second_run_goes_on_where_the_first_one_ended(stack: Stack) -> None:
    progress = Progress.of(stack, 2017, "tiny")
    progress.done = 7
    progress.keep("asked", {"num": 1})
    progress.save()
    again = Progress.of(stack, 2017, "tiny")
    assert (again.done, again.kept) == (7, {"asked": {"num": 1}})
    assert not again.over


def test_another_year_is_refused_where_one_was_played(stack: Stack) -> None:
    Progress.of(stack, 2017, "tiny").save()
    with pytest.raises(StackFault, match="seed 2017, scale tiny"):
        Progress.of(stack, 2018, "tiny")


def test_a_year_that_is_over_can_not_be_played(stack: Stack) -> None:
    stack.clock.set(MOMENTS[0].at + timedelta(days=1))
    with pytest.raises(StackFault, match="can no longer be played"):
        Progress.of(stack, 2017, "tiny")


def test_a_stack_that_lives_in_real_time_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(StackFault, match="real time"):
        Progress.of(Stack(tmp_path, urls={}, databases={}, kafka="", issuer=""), 2017, "tiny")
