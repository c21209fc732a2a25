import pytest

from daicho.demo.quiet import POLL, SLOWEST, Backlog, Look, behind, pause


def test_a_subscription_is_behind_by_what_it_has_not_read() -> None:
    offsets = [("pledges", "hr.events", 0, 3), ("pledges", "hr.events", 1, 5), ("reactions", "hr.events", 0, 4)]
    assert behind(offsets, {("hr.events", 0): 4, ("hr.events", 1): 7}) == {"pledges": 3, "reactions": 0}


def test_nobody_is_behind_a_topic_whose_end_he_has_passed() -> None:
    assert behind([("pledges", "hr.events", 0, 5)], {("hr.events", 0): 4}) == {"pledges": 0}


def test_a_service_with_anything_left_to_do_is_not_quiet() -> None:
    assert Backlog().quiet
    assert not Backlog(due=1).quiet
    assert not Backlog(outbox=1).quiet
    assert not Backlog(dirty=1).quiet
    assert not Backlog(behind={"live": 2}).quiet


def test_nobody_waits_for_what_failed() -> None:
    held = Backlog(held=1, unjudged=2, parked=3)
    assert held.quiet
    assert held.failed


def test_a_look_names_what_goes_on() -> None:
    look = Look({"training": Backlog(due=2, behind={"reactions": 7}), "audit": Backlog()}, {})
    assert str(look) == "training: 2 timers due, reactions 7 behind"
    assert not look.quiet


@pytest.mark.parametrize(
    ("waited", "expected"), [(0.0, POLL), (0.1, POLL), (1.0, 0.1), (60.0, SLOWEST)], ids=["0", "0.1", "1", "60"]
)
def test_the_longer_it_takes_the_more_seldom_it_is_looked_at(waited: float, expected: float) -> None:
    assert pause(waited, quiet=False) == expected
    assert pause(waited, quiet=True) == 0
