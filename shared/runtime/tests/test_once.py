"""What a batch asks for several times is asked for once."""

from datetime import UTC, datetime, timedelta

from shared.runtime.reacting.reactions import once
from shared.runtime.writing.event_store import Due

NOW = datetime(2016, 4, 1, tzinfo=UTC)
SOON = timedelta(seconds=1)


def due(cycle: str, at: datetime, shard: str = "a") -> Due:
    return Due(f"task/everybody/{shard}#{cycle}", at, {"name": "LookAtEverybody", "fields": f'{{"shard":"{shard}"}}'})


def test_of_equal_tasks_that_are_due_the_last_is_kept() -> None:
    one, other = due("e1", NOW - SOON), due("e2", NOW)
    assert once([one, other], NOW) == [other]


def test_what_differs_in_a_field_is_kept() -> None:
    one, other = due("e1", NOW), due("e1", NOW, shard="b")
    assert once([one, other], NOW) == [one, other]


def test_what_is_not_due_yet_is_kept_for_its_own_day() -> None:
    later = [due("e1", NOW + SOON), due("e2", NOW + 2 * SOON)]
    assert once([due("e0", NOW), *later], NOW) == [due("e0", NOW), *later]
