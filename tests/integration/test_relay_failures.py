"""What the relay must survive: a refused record, its own death at the worst moment, a broker that is gone or hangs."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from daicho.embedded.jars import CHECKOUT
from daicho.embedded.kafka import LocalKafka
from daicho.embedded.parts import local_kafka
from daicho.embedded.process import spawn
from shared.events.topics import Topic
from shared.runtime.topics import create
from shared.runtime.writing.producer import KafkaPublisher
from shared.runtime.writing.relay import Message, Relay
from shared.testing.house import eventually
from tests.integration.conftest import House
from tests.integration.tally import TOPIC

pytestmark = pytest.mark.stack
Running = Callable[[Any], asyncio.Task[Any]]
NARROW = Topic("narrow.events", (("max.message.bytes", "20000"),), partitions=1)


class Forcing(KafkaPublisher):
    """Adds a record that the broker refuses, once."""

    forced = False

    async def publish(self, messages: Sequence[Message]) -> None:
        extra = [] if self.forced else [Message(messages[0].key, bytes(50_000))]
        self.forced = True
        await super().publish([*messages, *extra])


async def test_a_record_that_kafka_refuses_does_not_wedge_its_partition(house: House, running: Running) -> None:
    await create(house.kafka, [NARROW], replication=1, prefix=house.prefix)
    narrow = replace(house, topic=NARROW)
    publisher = Forcing(narrow.kafka, narrow.topic_name)
    publisher.forced = True
    relay = Relay(narrow.dsn, publisher)
    narrow.woken.append(relay)
    running(relay.run())
    await narrow.count("a")
    await narrow.published(1)
    publisher.forced = False
    await narrow.count("a")
    await narrow.published(2, within=5)
    assert publisher.forced
    assert [recorded.version for recorded in await narrow.events()] == [1, 2]


async def test_a_relay_killed_between_publishing_and_deleting_loses_and_doubles_nothing(
    house: House, running: Running, tmp_path: Path
) -> None:
    said = tmp_path / "published"
    program = [sys.executable, "-m", "tests.integration.relay_process"]
    async with house.counting("late", by=7):
        for number in range(40):
            await house.count(f"t{number % 4}")
        arguments = [house.dsn, house.kafka, house.topic_name, str(said)]
        child = spawn([*program, *arguments], log=tmp_path / "relay.log", cwd=CHECKOUT)
        await _until(said.exists)
    child.kill()
    running(house.relay().run())
    running(house.totals().feed(house.feed_settings(), house.prefix).run())
    await house.totals_reach({"late": (7, 1)} | {f"t{number}": (10, 10) for number in range(4)})
    await house.relayed()
    records = await house.published(41)
    assert len(records) > 41, "nothing was published twice, so the test shows nothing"
    assert {record.value for record in records} == {row["body"] for row in await house.fetch("SELECT body FROM event")}


@pytest.fixture
async def own_kafka(tmp_path: Path) -> AsyncIterator[LocalKafka]:
    kafka = local_kafka(tmp_path, None, print)
    kafka.prepare()
    kafka.launch()
    kafka.wait_ready()
    yield kafka
    kafka.kill()


async def test_a_broker_that_is_gone_or_hangs_delays_events_and_nothing_else(
    house: House, running: Running, own_kafka: LocalKafka
) -> None:
    await create(own_kafka.address, [TOPIC], replication=1, prefix=house.prefix)
    house = replace(house, kafka=own_kafka.address)
    relay = running(house.relay().run())
    running(house.totals().feed(house.feed_settings(), house.prefix).run())
    await house.count("a")
    await house.totals_reach({"a": (1, 1)})

    own_kafka.kill()
    await _count(house, 20)
    await _ends_soon(relay)
    relay = running(house.relay().run())
    own_kafka.launch()
    own_kafka.wait_ready()
    await house.totals_reach({"a": (21, 21)}, within=40)

    os.kill(own_kafka.pid or 0, signal.SIGSTOP)
    await _count(house, 20)
    await _ends_soon(relay)
    os.kill(own_kafka.pid or 0, signal.SIGCONT)
    running(house.relay().run())
    await house.totals_reach({"a": (41, 41)}, within=40)


async def test_a_publisher_thrown_away_while_the_broker_hangs_leaves_no_sender_behind(
    house: House, own_kafka: LocalKafka
) -> None:
    await create(own_kafka.address, [TOPIC], replication=1, prefix=house.prefix)
    publisher = KafkaPublisher(own_kafka.address, house.topic_name)
    await publisher.publish([Message(b"tally/a", b"first")])
    os.kill(own_kafka.pid or 0, signal.SIGSTOP)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(publisher.publish([Message(b"tally/a", b"second")] * 1000), 1)
    await publisher.reset()
    os.kill(own_kafka.pid or 0, signal.SIGCONT)
    assert not [task for task in asyncio.all_tasks() if "_sender_routine" in str(task.get_coro())]


async def _count(house: House, times: int) -> None:
    async with asyncio.timeout(5):
        for _ in range(times):
            await house.count("a")
    assert await house.queued() == times


async def _ends_soon(relay: asyncio.Task[Any]) -> None:
    begun = time.monotonic()
    relay.cancel()
    await asyncio.wait([relay], timeout=10)
    assert relay.done()
    assert time.monotonic() - begun < 10


async def _until(holds: Callable[[], bool]) -> None:
    async def holding() -> bool:
        return holds()

    await eventually(holding)
