"""An inspection that is planned anew for the very date by which it was overdue before is overdue again."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from daicho.embedded.parts import Parts
from services.ledger.app import SERVICE
from services.ledger.tests.words import DUE, SCHEDULE
from shared.decider import Command
from shared.law.calendar import five_past_midnight
from shared.runtime.database import transaction
from shared.runtime.writing.origin import Given, Origin
from shared.testing.house import House, open_house
from shared.testing.stack import Templates

pytestmark = pytest.mark.stack
LATER = SCHEDULE.model_copy(update={"due_date": DUE + timedelta(days=30)})


@pytest.fixture
async def empty(parts: Parts, templates: Templates, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(SERVICE, parts, templates, tmp_path) as opened:
        yield opened


async def _give(house: House, *commands: Command) -> list[str]:
    """What its stream holds when all is settled."""
    async with transaction(house.running.pool) as connection:
        await house.running.commands.dispatch(connection, [Given(each, Origin("test")) for each in commands])
    await house.settled()
    rows = await house.fetch("SELECT type FROM event WHERE stream = $1 ORDER BY version", SCHEDULE.stream)
    return [row["type"].removeprefix("ledger.Inspection").removesuffix(".v1") for row in rows]


async def test_an_inspection_moved_away_from_its_due_date_and_back_is_overdue_again(empty: House) -> None:
    empty.clock.set(five_past_midnight(DUE + timedelta(days=1)))
    first = await _give(empty, SCHEDULE)
    assert first == ["Scheduled", "Due", "Overdue"]
    assert await _give(empty, LATER, SCHEDULE) == [*first, "Scheduled", "Scheduled", "Overdue"]
