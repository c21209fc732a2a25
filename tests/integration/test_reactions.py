"""What reactions cause is decided on a real database; a bug met by a command stops its cause's stream alone."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from shared.events.codec import Recorded
from shared.events.topics import MAX_RECORD_BYTES
from shared.runtime.database import Connection, transaction
from shared.runtime.reacting.reactions import ReactionHandler, Reactions, Step, Task
from shared.runtime.reading.intake import Intake
from shared.runtime.reading.parked import Released, StoredRecord, retry
from shared.runtime.writing.commands import Commands
from tests.integration.conftest import House
from tests.integration.tally import FRAGILE, TALLY, TOPIC, Count, Counted, counted

pytestmark = pytest.mark.stack


async def _nothing(_connection: Connection, _batch: Sequence[Recorded], _tasks: Sequence[Task]) -> None:
    return None


def _echo(recorded: Recorded, _known: None, _today: date) -> list[Step]:
    """Whatever is counted is counted again, on a stream of the same name."""
    assert isinstance(recorded.event, Counted)
    echo = recorded.stream.removeprefix("tally/") + "-echo"
    return [Count(tally=echo, by=recorded.event.by, note=recorded.event.note)]


def _idle(_task: Task, _known: None, _today: date) -> list[Step]:
    return []


def intake(house: House, commands: Commands) -> Intake:
    return Intake("echo", ReactionHandler(Reactions((TOPIC,), _nothing, _echo, _idle), commands, house.clock))


def told(*values: tuple[str, bytes]) -> list[StoredRecord]:
    return [
        StoredRecord("tally.events", 0, place, f"tally/{name}".encode(), value, 0)
        for place, (name, value) in enumerate(values)
    ]


async def _echoes(house: House) -> dict[str, int]:
    rows = await house.fetch("SELECT stream, count(*) FROM event GROUP BY stream")
    return {row["stream"]: row["count"] for row in rows}


async def test_a_bug_in_a_decision_parks_the_stream_that_caused_it_and_no_other_until_it_is_mended(
    without_kafka: House,
) -> None:
    house: Any = without_kafka
    records = told(
        ("a", counted("a", 1)),
        ("b", counted("b", 1)),
        ("b", counted("b", 2, note="fragile")),
        ("b", counted("b", 3)),
        ("c", counted("c", 1)),
    )
    async with transaction(house.pool) as connection:
        await intake(house, Commands("tally", [FRAGILE], house.clock)).process(connection, records)
    assert await _echoes(house) == {"tally/a-echo": 1, "tally/b-echo": 1, "tally/c-echo": 1}
    parked = await house.fetch('SELECT stream, reason, detail FROM parked ORDER BY "offset"')
    assert [(row["stream"], row["reason"]) for row in parked] == [
        ("tally/b", "unfoldable"), ("tally/b", "behind-a-parked-event"),
    ]  # fmt: skip
    assert parked[0]["detail"] == "tally.Counted.v1: ArithmeticError: planted"
    async with transaction(house.pool) as connection:
        mended = intake(house, Commands("tally", [TALLY], house.clock))
        assert await retry(connection, mended, "tally/b") == Released(applied=2, discarded=0, still_parked=0)
    assert (await _echoes(house))["tally/b-echo"] == 3


async def test_what_no_record_could_hold_parks_the_stream_that_caused_it_and_no_other(without_kafka: House) -> None:
    house: Any = without_kafka

    def enlarged(recorded: Recorded, _known: None, _today: date) -> list[Step]:
        (echo,) = _echo(recorded, None, _today)
        return [echo.model_copy(update={"note": "x" * MAX_RECORD_BYTES}) if recorded.stream == "tally/b" else echo]  # type: ignore[union-attr]

    reactions = Reactions((TOPIC,), _nothing, enlarged, _idle)
    reading = Intake("echo", ReactionHandler(reactions, Commands("tally", [TALLY], house.clock), house.clock))
    async with transaction(house.pool) as connection:
        await reading.process(connection, told(*((name, counted(name, 1)) for name in "abc")))
    assert await _echoes(house) == {"tally/a-echo": 1, "tally/c-echo": 1}
    parked = await house.fetch("SELECT stream, detail FROM parked")
    assert [row["stream"] for row in parked] == ["tally/b"]
    assert "EventTooLarge" in parked[0]["detail"]
