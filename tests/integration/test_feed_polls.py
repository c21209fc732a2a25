"""One look at Kafka after the other: what is applied, where the position goes, and how the feed says that it fares."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiokafka.errors import NoOffsetForPartitionError, OffsetOutOfRangeError
from prometheus_client import REGISTRY

from shared.runtime.database import Connection
from shared.runtime.reading.consumer import FeedSettings
from shared.runtime.reading.feed import Feed, LostHistory
from shared.runtime.reading.positions import Fenced
from shared.runtime.reading.record import Record
from shared.testing.house import eventually
from tests.integration.conftest import House
from tests.integration.partitions import Partitions

pytestmark = pytest.mark.stack
Running = Callable[[Any], asyncio.Task[Any]]
NOBODY = FeedSettings("127.0.0.1:1", "tally", max_records=5)
"""Where no Kafka is."""


@dataclass
class Reader:
    """A feed, what it was given to process, and what it counted as committed."""

    house: House
    partitions: Partitions = field(default_factory=lambda: Partitions("tally.events"))
    given: list[bytes | None] = field(default_factory=list)
    commits: int = 0
    fails: bool = False
    concerned: bytes = b""
    meanwhile: Callable[[], None] = lambda: None
    """What comes about while a batch is processed."""

    def __post_init__(self) -> None:
        self.feed = Feed(
            "reader",
            ["tally.events"],
            self.house.pool,
            self.process,
            NOBODY,
            committed=self.committed,
            concerns=lambda record: (record.value or b"").startswith(self.concerned),
        )

    async def process(self, connection: Connection, records: Sequence[Record]) -> None:
        await connection.execute(
            """INSERT INTO totals VALUES ('all', 0, $1)
               ON CONFLICT (stream) DO UPDATE SET events = totals.events + excluded.events""",
            len(records),
        )
        self.meanwhile()
        if self.fails:
            raise ArithmeticError("planted")
        self.given += [record.value for record in records]

    def committed(self) -> None:
        self.commits += 1

    async def takes_over(self) -> None:
        await self.feed.assigned(self.partitions.consumer, self.partitions.both)

    async def polls(self) -> int:
        return await self.feed.poll(self.partitions.consumer)

    async def positions(self) -> list[int]:
        rows = await self.house.fetch('SELECT next FROM subscription_offset ORDER BY "partition"')
        return [row["next"] for row in rows]

    async def applied(self) -> int:
        return int(await self.house.value("SELECT sum(events) FROM totals") or 0)

    def gauge(self, name: str) -> float:
        return REGISTRY.get_sample_value(name, {"subscription": "reader"}) or 0


@pytest.fixture
async def reader(without_kafka: House) -> Reader:
    return Reader(without_kafka)


async def test_what_arrived_is_processed_once_and_the_position_moves_with_it(reader: Reader) -> None:
    reader.partitions.put(0, b"a", b"b")
    reader.partitions.put(1, b"c")
    await reader.takes_over()
    assert await reader.polls() == 3
    assert (reader.given, await reader.positions(), reader.commits) == ([b"a", b"b", b"c"], [2, 1], 1)
    assert await reader.polls() == 0
    assert (len(reader.given), reader.commits) == (3, 1)


async def test_who_takes_over_reads_on_where_the_last_one_stopped(reader: Reader) -> None:
    reader.partitions.put(0, b"a", b"b")
    await reader.takes_over()
    await reader.polls()
    reader.partitions.put(0, b"c")
    successor = Reader(reader.house, reader.partitions)
    await successor.takes_over()
    await successor.polls()
    assert successor.given == [b"c"]


async def test_of_what_is_taken_away_in_the_middle_of_a_batch_nothing_more_is_read(reader: Reader) -> None:
    reader.partitions.put(0, b"a")
    await reader.takes_over()
    reader.meanwhile = reader.feed.revoked
    await reader.polls()
    reader.partitions.put(0, b"b")
    await reader.polls()
    assert (reader.given, await reader.positions()) == ([b"a"], [1, 0])


async def test_a_subscription_begins_each_partition_at_its_first_record_whatever_others_read(reader: Reader) -> None:
    await reader.house.fetch("INSERT INTO subscription_offset VALUES ('other', 'tally.events', 0, 7)")
    reader.partitions.put(0, b"a")
    await reader.takes_over()
    await reader.polls()
    assert reader.given == [b"a"]
    assert await reader.positions() == [7, 1, 0]


async def test_what_was_read_from_before_the_position_is_dropped_and_read_again_from_it(reader: Reader) -> None:
    """Between an assignment and the seek a consumer reads from elsewhere."""
    reader.partitions.put(0, b"a", b"b", b"c")
    await reader.takes_over()
    await reader.polls()
    reader.partitions.put(1, b"d")
    reader.partitions.seek(reader.partitions.both[0], 1)
    assert await reader.polls() == 1
    assert (reader.given[3:], await reader.positions()) == ([b"d"], [3, 1])


async def test_partitions_that_were_taken_away_are_read_no_more(reader: Reader) -> None:
    reader.partitions.put(0, b"a")
    await reader.takes_over()
    reader.feed.revoked()
    assert await reader.polls() == 0
    assert (reader.given, await reader.positions()) == ([], [0, 0])


async def test_the_marker_of_a_transaction_moves_the_position_without_a_record(reader: Reader) -> None:
    reader.partitions.put(0, b"a")
    reader.partitions.mark(1)
    await reader.takes_over()
    assert await reader.polls() == 1
    assert await reader.positions() == [1, 1]


async def test_what_does_not_concern_it_is_passed_over_and_wakes_nobody(reader: Reader) -> None:
    reader.concerned = b"mine"
    reader.partitions.put(0, b"a", b"mine", b"b")
    reader.partitions.put(1, b"c")
    await reader.takes_over()
    assert await reader.polls() == 4
    assert (reader.given, reader.commits, await reader.positions()) == ([b"mine"], 1, [3, 1])
    reader.partitions.put(1, b"d")
    await reader.polls()
    assert (reader.given, reader.commits, await reader.positions()) == ([b"mine"], 1, [3, 2])


async def test_a_batch_that_fails_leaves_nothing_and_is_read_again(reader: Reader) -> None:
    reader.partitions.put(0, b"a")
    await reader.takes_over()
    reader.fails = True
    with pytest.raises(ArithmeticError):
        await reader.polls()
    assert (await reader.applied(), await reader.positions(), reader.commits) == (0, [0, 0], 0)
    reader.fails = False
    await reader.takes_over()
    await reader.polls()
    assert (await reader.applied(), await reader.positions(), reader.commits) == (1, [1, 0], 1)


@pytest.mark.parametrize("moved", ["1", "2"])
async def test_where_another_moved_the_position_nothing_of_the_batch_is_applied(reader: Reader, moved: str) -> None:
    reader.partitions.put(0, b"a", b"b")
    reader.partitions.put(1, b"c")
    await reader.takes_over()
    await reader.house.fetch(f"UPDATE subscription_offset SET next = {moved} WHERE partition = 0")
    with pytest.raises(Fenced, match="1 partitions of reader"):
        await reader.polls()
    assert (await reader.applied(), await reader.positions()) == (0, [int(moved), 0])


async def test_history_that_kafka_no_longer_holds_is_an_alarm_that_names_the_partition(reader: Reader) -> None:
    await reader.takes_over()
    reader.partitions.failure = OffsetOutOfRangeError({reader.partitions.both[1]: 7})
    with pytest.raises(LostHistory, match="partition=1"):
        await reader.polls()


async def test_a_topic_that_is_gone_is_an_alarm_that_names_it_and_nothing_is_read(reader: Reader) -> None:
    reader.partitions.put(0, b"a")
    await reader.takes_over()
    reader.partitions.topics.clear()
    with pytest.raises(LostHistory, match=r"tally\.events"):
        await reader.polls()
    assert (reader.given, await reader.positions()) == ([], [0, 0])


async def test_where_kafka_asks_before_the_position_was_told_it_is_told_again(reader: Reader) -> None:
    reader.partitions.put(0, b"a")
    reader.partitions.failure = NoOffsetForPartitionError()
    assert await reader.polls() == 0
    reader.partitions.failure = None
    assert await reader.polls() == 1


async def test_a_position_that_could_not_be_learnt_fails_the_next_look(reader: Reader) -> None:
    reader.feed.not_assigned(LookupError("planted"))
    with pytest.raises(LookupError):
        await reader.polls()


# --- how it fares -----------------------------------------------------------------------------------------------------


async def test_a_feed_is_ready_once_it_looked_at_what_it_was_assigned(reader: Reader) -> None:
    await reader.polls()
    assert (reader.feed.condition.ready, reader.feed.condition.problem) == (False, "not yet assigned")
    await reader.takes_over()
    assert not reader.feed.condition.ready
    await reader.polls()
    assert (reader.feed.condition.ready, reader.feed.condition.problem) == (True, None)


async def test_after_lost_history_a_feed_is_ready_once_kafka_has_answered_for_all_it_was_assigned(
    reader: Reader,
) -> None:
    reader.feed._failed(LostHistory("planted"))
    await reader.polls()
    await reader.takes_over()
    reader.partitions.put(0, b"a")
    await reader.polls()
    assert (reader.feed.condition.ready, reader.feed.condition.problem) == (False, "planted")
    reader.partitions.put(1, b"b")
    await reader.polls()
    assert (reader.feed.condition.ready, reader.feed.condition.problem) == (True, None)


async def test_a_feed_tells_how_far_it_is_behind_and_since_when(reader: Reader) -> None:
    an_hour_ago = int(datetime.now(UTC).timestamp() * 1000) - 3_600_000
    reader.partitions.put(0, *([b"a"] * 4), timestamp=an_hour_ago - 60_000)
    reader.partitions.put(0, *([b"a"] * 3), timestamp=an_hour_ago)
    await reader.takes_over()
    await reader.polls()
    assert (reader.feed.condition.behind, reader.gauge("daicho_consumer_lag_events")) == (2, 2)
    assert 3600 <= reader.gauge("daicho_consumer_lag_seconds") < 3660
    await reader.polls()
    assert (reader.feed.condition.behind, reader.gauge("daicho_consumer_lag_seconds")) == (0, 0)


async def test_lag_tools_are_told_of_the_positions(reader: Reader) -> None:
    reader.partitions.put(0, b"a")
    await reader.takes_over()
    await reader.polls()

    async def told() -> bool:
        return reader.partitions.committed == [dict(zip(reader.partitions.both, (1, 0), strict=True))]

    await eventually(told)


@dataclass
class Pauses:
    """How long somebody wanted to sleep, without any sleep; at the sixth he sleeps for ever."""

    wanted: list[float] = field(default_factory=list)
    sixth: asyncio.Event = field(default_factory=asyncio.Event)

    async def sleep(self, seconds: float) -> None:
        self.wanted.append(seconds)
        if len(self.wanted) == 6:
            self.sixth.set()
            await asyncio.Event().wait()


@pytest.fixture
async def pauses(monkeypatch: pytest.MonkeyPatch) -> Pauses:
    pauses = Pauses()
    monkeypatch.setattr(asyncio, "sleep", pauses.sleep)
    return pauses


async def test_after_a_small_batch_it_rests_and_after_a_full_or_an_empty_one_it_does_not(
    reader: Reader, pauses: Pauses
) -> None:
    reader.partitions.put(0, *([b"a"] * 8))
    await reader.takes_over()
    assert [await reader.polls(), len(pauses.wanted)] == [5, 0]
    assert [await reader.polls(), len(pauses.wanted)] == [3, 1]
    assert [await reader.polls(), len(pauses.wanted)] == [0, 1]
    assert 0 < pauses.wanted[0] <= 0.05


async def test_without_kafka_it_tries_again_with_growing_pauses_and_says_why_it_is_not_ready(
    reader: Reader, running: Running, pauses: Pauses
) -> None:
    failures = reader.gauge("daicho_consumer_failures_total")
    reader.feed.condition.ready = True
    running(reader.feed.run())
    await asyncio.wait_for(pauses.sixth.wait(), 20)
    assert pauses.wanted == [0.1, 0.3, 1.0, 3.0, 10.0, 10.0]
    assert (reader.feed.condition.ready, reader.feed.condition.problem) == (False, "KafkaConnectionError")
    assert reader.gauge("daicho_consumer_failures_total") == failures + 6
