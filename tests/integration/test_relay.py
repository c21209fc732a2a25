"""Traps between the outbox and Kafka: nothing is lost, reversed, changed or held up."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from daicho.embedded.databases import run_sql
from shared.runtime.database import transaction
from shared.runtime.writing.origin import Given, Origin
from shared.testing.house import eventually
from shared.testing.stack import EMPTY, Migration
from tests.integration.conftest import House
from tests.integration.tally import Count

pytestmark = pytest.mark.stack
Running = Callable[[Any], asyncio.Task[Any]]


async def test_an_event_that_commits_while_later_ones_are_published_reaches_kafka(
    house: House, running: Running
) -> None:
    published, go_on = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        published.set()
        await go_on.wait()

    async with house.counting("late"):
        await house.count("early")
        running(house.relay(published=hold).run())
        await asyncio.wait_for(published.wait(), 10)
    go_on.set()
    await house.published(2)


async def test_an_event_that_commits_after_later_ones_were_published_reaches_kafka(
    house: House, running: Running
) -> None:
    running(house.relay().run())
    async with house.counting("late"):
        await house.count("early")
        await house.relayed()
    await house.published(2)


async def test_a_stream_keeps_its_order_when_its_second_writer_began_first(house: House, running: Running) -> None:
    async with transaction(house.pool) as began_first:
        await began_first.execute("SELECT pg_current_xact_id()")
        await house.count("a")
        await house.commands.dispatch(began_first, [Given(Count(tally="a", by=2), Origin("test"))])
    running(house.relay().run())
    await house.published(2)
    assert [recorded.version for recorded in await house.events()] == [1, 2]


async def test_an_open_transaction_in_another_database_holds_nothing_up(
    house: House, running: Running, make_database: Callable[[Migration], str]
) -> None:
    elsewhere = make_database(EMPTY)
    run_sql(elsewhere, "CREATE TABLE note (text text)")
    other = await asyncpg.connect(elsewhere)
    async with other.transaction():
        await other.execute("INSERT INTO note VALUES ('open')")
        running(house.relay().run())
        await house.count("a")
        await house.published(1, within=5)
    await other.close()


async def test_kafka_holds_the_very_bytes_of_the_event_table(house: House, running: Running) -> None:
    running(house.relay().run())
    for number in range(20):
        await house.count(f"t{number % 4}", by=number + 1, note="個人情報 é \U0001f5d2")
    records = await house.published(20)
    stored = await house.fetch("SELECT stream, body FROM event")
    assert sorted((record.key, record.value) for record in records) == sorted(
        (row["stream"].encode(), row["body"]) for row in stored
    )


async def test_a_clock_a_month_ahead_changes_nothing_for_kafka(house: House, running: Running) -> None:
    house.clock.instant = datetime.now(UTC) + timedelta(days=30)
    running(house.relay().run())
    await house.count("a")
    (record,) = await house.published(1, within=10)
    assert abs(record.timestamp / 1000 - datetime.now(UTC).timestamp()) < 60


async def test_two_relays_publish_each_event_once_while_nothing_fails(house: House, running: Running) -> None:
    for relay in (house.relay(), house.relay()):
        running(relay.run())
    for number in range(100):
        await house.count(f"t{number % 3}")
    await house.relayed()
    assert len(await house.published(100)) == 100


async def test_whoever_leads_may_lose_his_connection_at_any_time(house: House, running: Running) -> None:
    for relay in (house.relay(), house.relay()):
        running(relay.run())
    for _ in range(4):
        for number in range(30):
            await house.count(f"t{number % 3}")
        await eventually(lambda: _terminate_the_leader(house), within=10)
    await house.relayed()
    firsts = list(dict.fromkeys((each.stream, each.version or 0) for each in await house.events()))
    for stream in ("tally/t0", "tally/t1", "tally/t2"):
        assert [version for name, version in firsts if name == stream] == list(range(1, 41))


async def _terminate_the_leader(house: House) -> bool:
    return bool(
        await house.value(
            """SELECT pg_terminate_backend(pid, 2000) FROM pg_locks
                WHERE locktype = 'advisory' AND granted
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
        )
    )
