"""Every service says daily what it recorded; days that were missed are told in order, each counted for itself."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from hashlib import sha256

import pytest

from daicho.embedded.parts import Parts
from services.notifier.app import SERVICE
from shared.events.codec import Recorded, decode
from shared.events.notifier import OutboxDigested
from shared.law.calendar import business_date, start_of_day
from shared.runtime.reacting.watermark import AHEAD, begin
from shared.testing.house import MORNING, House, open_house
from shared.testing.stack import Templates

pytestmark = pytest.mark.stack
BORN = MORNING.date()


@pytest.fixture
async def house(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(SERVICE, parts, templates, tmp_path_factory.mktemp("notifier")) as opened:
        yield opened


async def recorded(house: House) -> list[Recorded]:
    rows = await house.fetch("SELECT body FROM event ORDER BY position")
    return [found for row in rows if isinstance(found := decode(row["body"]), Recorded)]


def told(events: Sequence[Recorded]) -> list[OutboxDigested]:
    return [each.event for each in events if isinstance(each.event, OutboxDigested)]


def of_day(events: Sequence[Recorded], day: date) -> tuple[int, str]:
    """How many were recorded on a day, and the digest of their ids: counted here a second time."""
    ids = sorted(each.id for each in events if business_date(each.recorded_at) == day)
    return len(ids), sha256("\n".join(ids).encode()).hexdigest()


async def jump(house: House, day: date) -> None:
    """To one in the morning of a day."""
    house.clock.set(start_of_day(day) + timedelta(hours=1))
    await house.settled()


async def test_each_day_is_told_once_however_far_the_clock_jumps(house: House) -> None:
    leaps = [BORN + timedelta(days=days) for days in (1, 2, 45, 46, 47, 120)]
    for day in leaps:
        await jump(house, day)
    events = await recorded(house)
    digests = told(events)
    assert [each.day for each in digests] == [BORN + timedelta(days=days) for days in range(120)]
    assert [(each.count, each.digest) for each in digests] == [of_day(events, each.day) for each in digests]
    assert max(each.count for each in digests) > 1


async def test_a_start_lays_a_timer_for_each_day_that_has_none(house: House) -> None:
    await jump(house, BORN + timedelta(days=3))
    await house.fetch("DELETE FROM due WHERE id LIKE 'task/digest/%'")
    await begin(house.running.pool, "notifier", house.clock)
    laid = await house.value("SELECT count(*) FROM due WHERE id LIKE 'task/digest/%'")
    assert laid == AHEAD.days
    await jump(house, BORN + timedelta(days=10))
    assert [each.day for each in told(await recorded(house))] == [BORN + timedelta(days=days) for days in range(10)]
