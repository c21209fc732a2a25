"""Live, a replay of the archive and a replay of Kafka say the same, byte for byte."""

import asyncio
from datetime import date
from functools import partial

import pytest

from services.audit import intervals
from services.audit.domain.canonical import ResultDigest, digest_of
from services.audit.domain.interval import clipped, result_order
from services.audit.domain.subjects import subject_of, surrounds
from services.audit.replay.order import ReplayOrder
from services.audit.replay.worker import ReplayWorker
from services.audit.tests.company import YEAR, a_year
from services.audit.tests.story import DAY, judged
from shared.events.codec import encode
from shared.runtime.database import transaction
from tests.audit.house import House, until

pytestmark = pytest.mark.stack


async def live_digest(house: House) -> str:
    digest = ResultDigest()
    async with transaction(house.running.pool) as connection:
        async for row in intervals.live_result(connection, YEAR[0], YEAR[1] + DAY):
            digest.add([row])
    return digest.hexdigest()


async def test_live_archive_and_kafka_agree_by_digest(house: House) -> None:
    events = a_year()
    await house.tell(events)
    await house.settled()
    pure = [each for each in (clipped(each, YEAR[0], YEAR[1] + DAY) for each in judged(events)) if each]
    expected = digest_of(sorted(pure, key=result_order))
    assert await live_digest(house) == expected
    for source in ("archive", "kafka"):
        _, result = await house.replayed(ReplayOrder(*YEAR, source=source))
        assert result["digest"] == expected, source
        assert result["events"] == len(events)


async def test_what_surrounds_everybody_may_come_last_and_everything_twice(house: House) -> None:
    """People are judged before anybody told of their companies, units, countries and the campaign."""
    events = a_year(people=25, seed=3)
    around = [each for each in events if surrounds(subject_of(each.stream.encode(), encode(each)) or "")]
    people = [each for each in events if each not in around]
    await house.tell([*reversed(people[:40]), *people])
    await house.settled()
    assert await house.value("SELECT count(*) FROM interval") == 0
    await house.tell([*reversed(around), *around])
    await house.settled()
    pure = [each for each in (clipped(each, YEAR[0], YEAR[1] + DAY) for each in judged(events)) if each]
    assert await live_digest(house) == digest_of(sorted(pure, key=result_order))


async def test_a_replay_in_several_passes_says_the_same(house: House) -> None:
    await house.tell(a_year())
    await house.settled()
    await house.stop()
    house.tasks.append(asyncio.create_task(ReplayWorker(house.running, most_held=40).run()))
    _, result = await house.replayed(ReplayOrder(*YEAR))
    assert result["passes"] > 3
    assert result["digest"] == await live_digest(house)


async def test_as_known_at_an_instant_what_came_later_is_left_out(house: House) -> None:
    events = a_year()
    half = events[len(events) // 2].recorded_at
    await house.tell(events)
    await house.settled()
    _, result = await house.replayed(ReplayOrder(*YEAR, known_at=half))
    known = [each for each in events if each.recorded_at <= half]
    pure = [each for each in (clipped(each, YEAR[0], YEAR[1] + DAY) for each in judged(known)) if each]
    assert result["digest"] == digest_of(sorted(pure, key=result_order))


async def test_a_replay_that_a_process_left_behind_is_begun_again(house: House) -> None:
    await house.tell(a_year(people=5))
    await house.settled()
    order = ReplayOrder(date(2016, 4, 1), date(2016, 4, 30))
    name, result = await house.replayed(order)
    await house.value("UPDATE replay SET state = 'running', result = NULL WHERE replay_id = $1", name)
    await until(partial(house.over, name))
    again = await house.value("SELECT result FROM replay WHERE replay_id = $1", name)
    assert again["digest"] == result["digest"]
