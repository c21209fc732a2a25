"""Live, a replay of the archive and a replay of Kafka say the same, byte for byte."""

import asyncio
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.audit import intervals
from services.audit.domain.canonical import ResultDigest, digest_of
from services.audit.domain.interval import clipped, result_order
from services.audit.replay import store
from services.audit.replay.order import ReplayOrder
from services.audit.replay.worker import ReplayWorker
from services.audit.tests.story import DAY, judged
from shared.runtime.database import transaction
from tests.audit.company import YEAR, a_year
from tests.audit.conftest import NOW, Audit, until

pytestmark = pytest.mark.stack


async def live_digest(audit: Audit) -> str:
    digest = ResultDigest()
    async with transaction(audit.running.pool) as connection:
        async for row in intervals.live_result(connection, YEAR[0], YEAR[1] + DAY):
            digest.add([row])
    return digest.hexdigest()


async def replayed(audit: Audit, order: ReplayOrder) -> dict[str, Any]:
    name = uuid4()
    async with transaction(audit.running.pool) as connection:
        await store.queue(connection, name, order, b"", "person/P-AUDITOR", NOW)

    async def over() -> bool:
        return bool(await audit.fetchval("SELECT state FROM replay WHERE replay_id = $1", name) in store.OVER)

    await until(over, within=30)
    result: dict[str, Any] = await audit.fetchval("SELECT result FROM replay WHERE replay_id = $1", name)
    return result


async def test_live_archive_and_kafka_agree_by_digest(audit: Audit) -> None:
    events = a_year()
    await audit.tell(events)
    await audit.settled()
    pure = [each for each in (clipped(each, YEAR[0], YEAR[1] + DAY) for each in judged(events)) if each]
    expected = digest_of(sorted(pure, key=result_order))
    assert await live_digest(audit) == expected
    for source in ("archive", "kafka"):
        result = await replayed(audit, ReplayOrder(*YEAR, source=source))
        assert result["digest"] == expected, source
        assert result["events"] == len(events)


async def test_the_order_in_which_things_arrive_changes_nothing(audit: Audit) -> None:
    """The campaign first, people last, everything twice: the surroundings dirty whoever came before."""
    events = a_year(people=25, seed=3)
    first = [each for each in events if each.version is not None]
    people = [each for each in events if each.version is None]
    await audit.tell([*first, *reversed(people), *first[:20], *people[:20]])
    await audit.settled()
    pure = [each for each in (clipped(each, YEAR[0], YEAR[1] + DAY) for each in judged(events)) if each]
    assert await live_digest(audit) == digest_of(sorted(pure, key=result_order))


async def test_a_replay_in_several_passes_says_the_same(audit: Audit) -> None:
    await audit.tell(a_year())
    await audit.settled()
    await audit.stop()
    audit.tasks.append(asyncio.create_task(ReplayWorker(audit.running, most_held=40).run()))
    result = await replayed(audit, ReplayOrder(*YEAR))
    assert result["passes"] > 3
    assert result["digest"] == await live_digest(audit)


async def test_as_known_at_an_instant_what_came_later_is_left_out(audit: Audit) -> None:
    events = a_year()
    half = events[len(events) // 2].recorded_at
    await audit.tell(events)
    await audit.settled()
    result = await replayed(audit, ReplayOrder(*YEAR, known_at=half))
    known = [each for each in events if each.recorded_at <= half]
    pure = [each for each in (clipped(each, YEAR[0], YEAR[1] + DAY) for each in judged(known)) if each]
    assert result["digest"] == digest_of(sorted(pure, key=result_order))


async def test_a_replay_that_a_process_left_behind_is_begun_again(audit: Audit) -> None:
    await audit.tell(a_year(people=5))
    await audit.settled()
    name = uuid4()
    async with transaction(audit.running.pool) as connection:
        await store.queue(connection, name, ReplayOrder(date(2016, 4, 1), date(2016, 4, 30)), b"", "person/P", NOW)
        await connection.execute("UPDATE replay SET state = 'running' WHERE replay_id = $1", name)

    async def done() -> bool:
        return bool(await audit.fetchval("SELECT state = 'done' FROM replay WHERE replay_id = $1", name))

    await until(done)
