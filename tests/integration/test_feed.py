"""Traps of reading Kafka: positions move exactly with the work, whoever else believes to own the partition."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.structs import TopicPartition

from shared.runtime.database import Connection, Pool, open_pool
from shared.runtime.reading.feed import Feed
from shared.runtime.reading.record import Record
from shared.runtime.topics import create
from shared.testing.house import eventually
from tests.integration.conftest import House
from tests.integration.tally import counted

pytestmark = pytest.mark.stack
Running = Callable[[Any], asyncio.Task[Any]]
RECORDS = 400


async def count_records(connection: Connection, records: Sequence[Record]) -> None:
    """Knows no repeats: a record that is processed twice counts twice."""
    await connection.execute(
        """INSERT INTO totals VALUES ('all', 0, $1)
           ON CONFLICT (stream) DO UPDATE SET events = totals.events + excluded.events""",
        len(records),
    )


def feed(house: House, pool: Pool, process: Any = count_records, **settings: Any) -> Feed:
    return Feed("counter", [house.topic_name], pool, process, house.feed_settings(**settings))


async def fill(house: House, records: int = RECORDS) -> None:
    await house.put(*((f"tally/t{number % 7}".encode(), b"{}") for number in range(records)))


async def at_the_end(house: House) -> bool:
    rows = await house.fetch("SELECT partition, next FROM subscription_offset")
    return {row["partition"]: row["next"] for row in rows} == await house.ends()


async def ready(feed: Feed) -> None:
    async def holds() -> bool:
        return feed.condition.ready

    await eventually(holds)


async def test_a_consumer_that_stalled_beyond_its_poll_interval_applies_nothing_twice(
    house: House, running: Running
) -> None:
    narrow = await open_pool(house.dsn, size=1)
    zombie = feed(house, narrow, max_poll_interval_ms=1000)
    running(zombie.run())
    await ready(zombie)
    async with narrow.acquire():
        await fill(house)
        running(feed(house, house.pool).run())
        await eventually(lambda: at_the_end(house))

    async def fenced() -> bool:
        return not zombie.condition.ready

    await eventually(fenced)
    await ready(zombie)
    assert await house.value("SELECT events FROM totals") == RECORDS
    narrow.terminate()


async def test_a_rebalance_in_the_middle_of_a_batch_applies_nothing_twice(house: House, running: Running) -> None:
    """A guest comes and goes: what the first has is assigned to it anew, at the position before the batch."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(connection: Connection, records: Sequence[Record]) -> None:
        await count_records(connection, records)
        begun.set()
        await go_on.wait()

    await fill(house)
    first, second = feed(house, house.pool, slowly), feed(house, house.pool)
    running(first.run())
    await begun.wait()
    held = first._next
    guest = running(second.run())

    async def assigned_anew() -> bool:
        return first._next is not held and bool(first._next)

    async def assigned_everything() -> bool:
        return first._next.keys() == held.keys()

    await eventually(assigned_anew)
    guest.cancel()
    await eventually(assigned_everything)
    go_on.set()
    await fill(house, 50)
    await eventually(lambda: at_the_end(house))
    assert await house.value("SELECT events FROM totals") == RECORDS + 50


async def test_aborted_transactions_are_neither_read_nor_waited_for(house: House, running: Running) -> None:
    running(house.totals().feed(house.feed_settings(), house.prefix).run())
    async with AIOKafkaProducer(bootstrap_servers=house.kafka, transactional_id=house.prefix) as hr:
        for number, commits in enumerate((True, False, True, False, False)):
            await hr.begin_transaction()
            for tally in ("a", "b", "c"):
                value = counted(tally, None, by=10**number, source="/hr")
                await hr.send_and_wait(house.topic_name, key=f"tally/{tally}".encode(), value=value)
            await (hr.commit_transaction() if commits else hr.abort_transaction())
    await house.totals_reach({"a": (101, 2), "b": (101, 2), "c": (101, 2)})
    await eventually(lambda: at_the_end(house), within=10)


async def test_a_repeat_of_a_foreign_event_is_dropped_by_its_source_and_id(house: House, running: Running) -> None:
    running(house.totals().feed(house.feed_settings(), house.prefix).run())
    once, other = (b"tally/a", counted("a", None, source="/hr")), (b"tally/a", counted("a", None, 5, source="/hr"))
    await house.put(once, once, other)
    await eventually(lambda: at_the_end(house))
    await house.put(once, other)
    await eventually(lambda: at_the_end(house))
    await house.totals_reach({"a": (6, 2)})


async def test_records_that_kafka_no_longer_holds_are_an_alarm_and_never_skipped(
    house: House, running: Running
) -> None:
    await fill(house, 30)
    await _delete_all_records(house)
    await fill(house, 3)
    reader = feed(house, house.pool)
    running(reader.run())

    async def lost() -> bool:
        return "no longer holds the next" in (reader.condition.problem or "")

    await eventually(lost)
    assert not reader.condition.ready
    assert await house.value("SELECT max(next) FROM subscription_offset") == 0


@pytest.mark.parametrize("reading_on", [True, False], ids=["while it is read", "while nobody reads it"])
async def test_a_topic_that_was_made_anew_with_less_is_not_read_on(
    house: House, running: Running, reading_on: bool
) -> None:
    reader = feed(house, house.pool)
    task = running(reader.run())
    await fill(house)
    await eventually(lambda: at_the_end(house))
    read = await house.ends()
    if not reading_on:
        task.cancel()
    await _make_anew(house)
    await fill(house, 30)
    if not reading_on:
        running(reader.run())

    async def lost() -> bool:
        return "no longer holds the next" in (reader.condition.problem or "")

    await eventually(lost)
    assert not reader.condition.ready
    rows = await house.fetch("SELECT partition, next FROM subscription_offset")
    assert {row["partition"]: row["next"] for row in rows} == read
    assert await house.value("SELECT events FROM totals") == RECORDS


async def test_replicas_share_a_subscription_and_take_over_from_one_that_ends(house: House, running: Running) -> None:
    feeds = [feed(house, house.pool) for _ in range(4)]  # one more than there are partitions
    tasks = [running(each.run()) for each in feeds]
    await asyncio.gather(*(ready(each) for each in feeds))
    await fill(house)
    tasks[0].cancel()
    tasks[1].cancel()
    await fill(house)
    await eventually(lambda: at_the_end(house))
    assert await house.value("SELECT events FROM totals") == 2 * RECORDS


async def test_a_consumer_that_could_not_learn_its_position_begins_again(house: House, running: Running) -> None:
    before = running(feed(house, house.pool).run())
    await fill(house)
    await eventually(lambda: at_the_end(house))
    before.cancel()
    await house.fetch("ALTER TABLE subscription_offset RENAME TO elsewhere")
    reader = feed(house, house.pool)
    running(reader.run())

    async def failed() -> bool:
        return reader.condition.problem == "UndefinedTableError"

    await eventually(failed)
    await house.fetch("ALTER TABLE elsewhere RENAME TO subscription_offset")
    await ready(reader)
    assert await house.value("SELECT events FROM totals") == RECORDS


async def _make_anew(house: House) -> None:
    """A broker forgets a topic a moment after the controller has."""
    admin = AIOKafkaAdminClient(bootstrap_servers=house.kafka)
    await admin.start()
    await admin.delete_topics([house.topic_name])

    async def gone() -> bool:
        return house.topic_name not in await admin.list_topics()

    await eventually(gone)
    await admin.close()
    await create(house.kafka, [house.topic], replication=1, prefix=house.prefix)


async def _delete_all_records(house: House) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=house.kafka)
    await admin.start()
    ends = await house.ends()
    await admin.delete_records(
        {TopicPartition(house.topic_name, number): RecordsToDelete(before_offset=end) for number, end in ends.items()}
    )
    await admin.close()


async def test_a_topic_that_a_subscription_takes_up_later_is_read_from_its_beginning(
    house: House, running: Running
) -> None:
    """And of the topic it had already, nothing is read again."""
    other = replace(house.topic, name="other.events")
    await create(house.kafka, [other], replication=1, prefix=house.prefix)
    await fill(house)
    first = running(feed(house, house.pool).run())
    await eventually(lambda: at_the_end(house))
    first.cancel()
    elder = replace(house, topic=other)
    await fill(elder, 30)
    topics = [house.topic_name, elder.topic_name]
    running(Feed("counter", topics, house.pool, count_records, house.feed_settings()).run())

    async def everything() -> bool:
        return bool(await house.value("SELECT events >= $1 FROM totals", RECORDS + 35))

    await fill(house, 5)
    await eventually(everything)
    assert await house.value("SELECT events FROM totals") == RECORDS + 35
