"""What the relay does with one batch, and when it looks for the next: a real database, a log in memory."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from prometheus_client import REGISTRY

from shared.runtime.database import connect, transaction
from shared.runtime.writing import relay as relaying
from shared.runtime.writing.origin import Given, Origin
from shared.runtime.writing.relay import Message, Relay
from shared.testing.house import eventually
from shared.testing.memory import MemoryLog
from tests.integration.conftest import House
from tests.integration.tally import Count

pytestmark = pytest.mark.stack
Running = Callable[[Any], asyncio.Task[Any]]


class Log(MemoryLog):
    """Refuses when it is told to, and knows how often it was reset."""

    refuses = False
    resets = 0
    tried = 0

    def __init__(self) -> None:
        super().__init__("tally.events")

    async def publish(self, messages: Sequence[Message]) -> None:
        self.tried += 1
        if self.refuses:
            raise ConnectionError("planted")
        await super().publish(messages)

    async def reset(self) -> None:
        self.resets += 1

    @property
    def keys(self) -> list[bytes | None]:
        return [record.key for record in self.records]


async def relay_once(house: House, relay: Relay) -> int:
    connection = await connect(house.dsn)
    try:
        return await relay.relay_once(connection)
    finally:
        connection.terminate()


def counted(name: str) -> float:
    return REGISTRY.get_sample_value(f"{name}_total") or 0


async def test_a_batch_is_published_as_it_was_committed_and_then_deleted(without_kafka: House) -> None:
    log, before = Log(), counted("daicho_relayed_events")
    for tally in ("b", "a", "b"):
        await without_kafka.count(tally)
    assert await relay_once(without_kafka, Relay(without_kafka.dsn, log)) == 3
    assert log.keys == [b"tally/b", b"tally/a", b"tally/b"]
    bodies = await without_kafka.fetch("SELECT body FROM event ORDER BY position")
    assert [record.value for record in log.records] == [row["body"] for row in bodies]
    assert await without_kafka.queued() == 0
    assert counted("daicho_relayed_events") == before + 3


async def test_where_nothing_waits_nothing_is_published(without_kafka: House) -> None:
    log = Log()
    assert await relay_once(without_kafka, Relay(without_kafka.dsn, log)) == 0
    assert log.tried == 0


async def test_what_kafka_refused_stays_and_is_published_by_a_producer_that_begins_anew(without_kafka: House) -> None:
    log, failures = Log(), counted("daicho_relay_failures")
    relay = Relay(without_kafka.dsn, log)
    await without_kafka.count("a")
    log.refuses = True
    assert await relay_once(without_kafka, relay) == 0
    assert (await without_kafka.queued(), log.resets) == (1, 1)
    assert counted("daicho_relay_failures") == failures + 1
    log.refuses = False
    assert await relay_once(without_kafka, relay) == 1
    assert log.keys == [b"tally/a"]


async def test_rows_are_there_until_everything_is_acknowledged(without_kafka: House) -> None:
    log, waiting = Log(), list[int]()

    async def published() -> None:
        waiting.append(await without_kafka.queued())

    await without_kafka.count("a")
    await relay_once(without_kafka, Relay(without_kafka.dsn, log, published=published))
    assert waiting == [1]


async def test_two_thousand_events_are_one_batch(without_kafka: House) -> None:
    log = Log()
    async with transaction(without_kafka.pool) as connection:
        asked = [Given(Count(tally=f"t{number}"), Origin("test")) for number in range(2001)]
        await without_kafka.commands.dispatch(connection, asked)
    relay = Relay(without_kafka.dsn, log)
    assert [await relay_once(without_kafka, relay) for _ in range(3)] == [2000, 1, 0]


async def _eventually_published(log: Log, number: int) -> None:
    async def published() -> bool:
        return len(log.records) == number

    await eventually(published)


async def test_while_batches_are_full_the_next_follows_at_once(
    without_kafka: House, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "POLL", 3600)
    monkeypatch.setattr(relaying, "BATCH", 2)
    log = Log()
    for _ in range(5):
        await without_kafka.count("a")
    running(Relay(without_kafka.dsn, log).run())
    await _eventually_published(log, 5)


class Looking(Relay):
    """Knows when it looked for something to publish."""

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn, Log())
        self.looks = list[float]()

    async def relay_once(self, connection: Any) -> int:
        self.looks.append(time.monotonic())
        return await super().relay_once(connection)


async def test_where_nothing_waits_it_looks_five_times_a_second(without_kafka: House, running: Running) -> None:
    relay = Looking(without_kafka.dsn)
    running(relay.run())

    async def looked() -> bool:
        return len(relay.looks) > 3

    await eventually(looked)
    assert 0.6 <= relay.looks[3] - relay.looks[0] < 3


async def test_who_is_woken_does_not_wait_for_the_next_look(
    without_kafka: House, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "POLL", 3600)
    log = Log()
    relay = Relay(without_kafka.dsn, log)
    without_kafka.woken.append(relay)
    running(relay.run())
    for number in (1, 2, 3):
        await without_kafka.count("a")
        await _eventually_published(log, number)


async def test_a_relay_that_lost_its_connection_leads_again_and_nothing_old_comes_later(
    without_kafka: House, running: Running
) -> None:
    log = Log()
    running(Relay(without_kafka.dsn, log).run())
    await without_kafka.count("a")
    await without_kafka.relayed()
    await without_kafka.fetch(
        """SELECT pg_terminate_backend(pid, 2000) FROM pg_locks WHERE locktype = 'advisory' AND granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
    )
    await without_kafka.count("a")
    await _eventually_published(log, 2)
    assert log.resets == 1


async def test_releases_of_every_age_elect_their_leader_by_the_same_lock(
    without_kafka: House, running: Running
) -> None:
    log, other = Log(), await connect(without_kafka.dsn)
    await other.execute("SELECT pg_advisory_lock($1)", 0xDA1C_0001)
    running(Relay(without_kafka.dsn, log).run())
    await without_kafka.count("a")
    with pytest.raises(TimeoutError):
        await eventually(lambda: _is_out(without_kafka), within=1)
    other.terminate()
    await _eventually_published(log, 1)


async def _is_out(house: House) -> bool:
    return await house.queued() == 0
