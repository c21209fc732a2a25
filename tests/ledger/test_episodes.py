"""An inspection that is planned anew for the very date by which it was overdue before is overdue again."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from daicho.embedded.parts import Parts
from services.ledger.app import SERVICE
from services.ledger.tests.words import DUE, SCHEDULE
from shared.law.calendar import five_past_midnight
from shared.testing.house import House, open_house
from shared.testing.stack import Templates

pytestmark = pytest.mark.stack
LATER = SCHEDULE.model_copy(update={"due_date": DUE + timedelta(days=30)})


@pytest.fixture
async def empty(parts: Parts, templates: Templates, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(SERVICE, parts, templates, tmp_path) as opened:
        yield opened


async def test_an_inspection_moved_away_from_its_due_date_and_back_is_overdue_again(empty: House) -> None:
    empty.clock.set(five_past_midnight(DUE + timedelta(days=1)))
    await empty.give(SCHEDULE)
    first = ["InspectionScheduled", "InspectionDue", "InspectionOverdue"]
    assert await empty.told(SCHEDULE.stream) == first
    await empty.give(LATER, SCHEDULE)
    assert await empty.told(SCHEDULE.stream) == [*first, *["InspectionScheduled"] * 2, "InspectionOverdue"]
