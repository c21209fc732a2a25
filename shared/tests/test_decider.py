"""What every decision has in common."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from shared.decider import Command, Decider, Rejected, Timer


class Open(Command):
    kind = "door"
    door: str
    wide: int = 1

    @property
    def stream(self) -> str:
        return f"door/{self.door}"


class Close(Open):
    """Another command for the same stream."""


DECIDER: Decider[Open, tuple[int, ...], int] = Decider((), lambda _, __: [], lambda state, event: (*state, event))
NOON = datetime(2016, 4, 1, 3, tzinfo=UTC)


def test_a_state_is_folded_from_the_initial_one_in_the_order_of_events() -> None:
    assert (DECIDER.fold([]), DECIDER.fold([1, 2, 3])) == ((), (1, 2, 3))


def test_what_was_asked_does_not_change() -> None:
    command = Open(door="front")
    with pytest.raises(ValidationError):
        command.door = "back"  # type: ignore[misc]


@pytest.mark.parametrize("given", [{"wide": "1"}, {"wide": 1, "colour": "red"}])
def test_what_a_command_does_not_know_or_would_have_to_guess_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Open.model_validate({"door": "front"} | given)


def test_a_refusal_says_why_to_people_and_to_programs() -> None:
    rejected = Rejected("the door is locked", "locked")
    assert (str(rejected), rejected.reason, rejected.slug) == ("the door is locked", "the door is locked", "locked")
    assert Rejected("no").slug == "rejected"


def test_time_gives_a_command_once_in_each_cycle_of_its_stream() -> None:
    front = Timer(NOON, Open(door="front"), "2016")
    others = [
        Timer(NOON, Open(door="back"), "2016"),
        Timer(NOON, Open(door="front"), "2017"),
        Timer(NOON, Close(door="front"), "2016"),
    ]
    assert front.id == Timer(NOON.replace(year=2020), Open(door="front", wide=2), "2016").id
    assert len({front.id, *(each.id for each in others)}) == 4
