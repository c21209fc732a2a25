"""One contract for what commits, publishes and consumes: the store in memory and the one on PostgreSQL and Kafka."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import ClassVar, Protocol
from uuid import uuid4

import pytest

from shared.events.codec import Recorded
from shared.runtime.clock import FixedClock
from shared.runtime.database import Connection, Pool, connect, transaction
from shared.runtime.reading.intake import Intake, Unfoldable
from shared.runtime.reading.subscription import Subscription
from shared.runtime.writing.commands import Commands, KeyReused, Undecided, VersionMismatch
from shared.runtime.writing.event_store import Conflict, Due, EventTooLarge, NewEvent, append
from shared.runtime.writing.origin import Given, Origin
from shared.runtime.writing.producer import KafkaPublisher
from shared.runtime.writing.relay import Message, Publisher, Relay
from shared.testing.house import eventually
from shared.testing.memory import MemoryDatabase, MemoryLog, MemorySubscription
from tests.integration.conftest import House
from tests.integration.tally import TALLY, TOPIC, Count, Counted, counted
from tests.integration.test_commands import request

pytestmark = pytest.mark.stack


@dataclass
class Collected:
    """A handler that keeps what it was given, and cannot fold an event noted so."""

    writes_last: ClassVar[bool] = False
    events: list[tuple[str, int | None]] = field(default_factory=list)

    async def handle(self, _: Connection, batch: Sequence[Recorded]) -> None:
        for recorded in batch:
            if isinstance(recorded.event, Counted) and recorded.event.note == "unfoldable":
                raise Unfoldable(recorded, ArithmeticError("planted"))
        self.events += [(recorded.stream, recorded.version) for recorded in batch]


class Shop(Protocol):
    """What both sides can do."""

    commands: Commands
    pool: Pool
    collected: Collected

    @property
    def publisher(self) -> Publisher: ...
    async def append(self, *events: NewEvent) -> None: ...
    async def stored(self) -> list[tuple[str, int]]: ...
    async def due(self) -> list[str]: ...
    async def publish(self) -> None: ...
    async def consume(self) -> None: ...
    async def parked(self) -> list[tuple[str, str]]: ...


class InMemory:
    def __init__(self) -> None:
        self.database, self.collected = MemoryDatabase(), Collected()
        self.pool, self.publisher = self.database.pool, MemoryLog(TOPIC.name)
        clock = FixedClock(datetime(2016, 4, 1, tzinfo=UTC))
        self.commands = Commands("tally", [TALLY], clock, store=self.database)
        self.subscription = MemorySubscription(self.publisher, self.collected)

    async def append(self, *events: NewEvent) -> None:
        async with transaction(self.pool) as connection:
            await self.database.append(connection, events)

    async def stored(self) -> list[tuple[str, int]]:
        return [(event.stream, event.version) for event in self.database.events]

    async def due(self) -> list[str]:
        return sorted(due.id for due in self.database.due)

    async def publish(self) -> None:
        await self.database.relay(self.publisher)

    async def consume(self) -> None:
        await self.subscription.consume()

    async def parked(self) -> list[tuple[str, str]]:
        return [(parking.stream, parking.reason) for parking in self.subscription.parked]


class OnServers:
    def __init__(self, house: House) -> None:
        self.house, self.collected = house, Collected()
        self.pool, self.commands = house.pool, house.commands
        self.publisher = KafkaPublisher(house.kafka, house.topic_name)
        self.relay = Relay(house.dsn, self.publisher)
        subscription = Subscription((house.topic,), Intake("collected", self.collected), house.pool)
        self.feed = subscription.feed(house.feed_settings(), house.prefix)
        self.reading = asyncio.create_task(self.feed.run())

    async def append(self, *events: NewEvent) -> None:
        async with transaction(self.pool) as connection:
            await append(connection, events)

    async def stored(self) -> list[tuple[str, int]]:
        rows = await self.house.fetch("SELECT stream, version FROM event ORDER BY position")
        return [tuple(row) for row in rows]

    async def due(self) -> list[str]:
        return [row["id"] for row in await self.house.fetch("SELECT id FROM due ORDER BY id")]

    async def publish(self) -> None:
        connection = await connect(self.house.dsn)
        while await self.house.queued():
            await self.relay.relay_once(connection)
        await connection.close()

    async def consume(self) -> None:
        async def at_the_end() -> bool:
            rows = await self.house.fetch("SELECT partition, next FROM subscription_offset")
            return {row["partition"]: row["next"] for row in rows} == await self.house.ends()

        await eventually(at_the_end)

    async def parked(self) -> list[tuple[str, str]]:
        rows = await self.house.fetch('SELECT stream, reason FROM parked ORDER BY partition, "offset"')
        return [tuple(row) for row in rows]

    async def close(self) -> None:
        self.reading.cancel()
        await asyncio.wait([self.reading])
        await self.publisher.reset()


@pytest.fixture
async def on_servers(house: House) -> AsyncIterator[OnServers]:
    shop = OnServers(house)
    yield shop
    await shop.close()


@pytest.fixture(params=["in memory", "on servers"])
def shop(request: pytest.FixtureRequest) -> Shop:
    if request.param == "in memory":
        return InMemory()
    on_servers: OnServers = request.getfixturevalue("on_servers")
    return on_servers


def count(tally: str = "a", by: int = 1, note: str = "") -> Given:
    return Given(Count(tally=tally, by=by, note=note), Origin("P1"))


def event(version: int, tally: str = "a", note: str = "") -> NewEvent:
    body = counted(tally, version, note=note)
    return NewEvent(f"tally/{tally}", version, uuid4(), "tally.Counted.v1", datetime(2016, 4, 1, tzinfo=UTC), body)


async def dispatch(shop: Shop, *given: Given, due: Sequence[Due] = ()) -> None:
    async with transaction(shop.pool) as connection:
        await shop.commands.dispatch(connection, given, due)


async def test_a_command_is_answered_and_its_state_can_be_read(shop: Shop) -> None:
    answer = await shop.commands.execute(shop.pool, count(by=5), request("k"))
    assert (answer.status, answer.body) == (201, b'{"total":5}')
    async with transaction(shop.pool) as connection:
        assert await shop.commands.state(connection, "tally/a") == (5, 1)


async def test_a_repeated_request_gets_the_first_answer_and_another_one_is_refused(shop: Shop) -> None:
    first = await shop.commands.execute(shop.pool, count(), request("k"))
    again = await shop.commands.execute(shop.pool, count(), request("k"))
    assert again == replace(first, headers=first.headers | {"Idempotency-Replayed": "true"})
    with pytest.raises(KeyReused):
        await shop.commands.execute(shop.pool, count(), request("k", body=b"other"))
    assert await shop.stored() == [("tally/a", 1)]


async def test_a_stale_expectation_is_refused(shop: Shop) -> None:
    await dispatch(shop, count(), count())
    with pytest.raises(VersionMismatch):
        await shop.commands.execute(shop.pool, count(), request(expected=1))


@pytest.mark.parametrize("version", [1, 3])
async def test_a_version_that_is_taken_or_ahead_is_a_conflict(shop: Shop, version: int) -> None:
    await shop.append(event(1))
    with pytest.raises(Conflict):
        await shop.append(event(1, "b"), event(version))
    assert await shop.stored() == [("tally/a", 1)]


async def test_an_event_too_large_to_publish_is_not_stored_and_whose_it_is_is_told(shop: Shop) -> None:
    with pytest.raises(EventTooLarge):
        await shop.append(event(1), replace(event(1, "b"), body=b"x" * 600_000))
    with pytest.raises(Undecided) as told:
        await dispatch(shop, count(), count("b", note="x" * 600_000))
    assert told.value.given.command.stream == "tally/b"
    assert isinstance(told.value.cause, EventTooLarge)
    assert await shop.stored() == []


async def test_a_batch_skips_what_is_rejected_and_decides_on_its_own_events(shop: Shop) -> None:
    await dispatch(shop, count(by=1), count(by=-1), count(by=2), count("b"))
    assert await shop.stored() == [("tally/a", 1), ("tally/a", 2), ("tally/b", 1)]


async def test_a_transaction_that_fails_leaves_nothing_behind(shop: Shop) -> None:
    async def fail() -> None:
        async with transaction(shop.pool) as connection:
            await shop.commands.dispatch(connection, [count(note="ring:a:2")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await shop.stored() == []
    assert await shop.due() == []


async def test_timers_are_stored_with_their_event_and_only_once(shop: Shop) -> None:
    await dispatch(shop, count(note="ring:a:2"))
    await dispatch(shop, count(note="ring:a:2"))
    assert await shop.due() == ["tally/a#day-0#Ring", "tally/a#day-1#Ring"]


async def test_what_is_committed_is_consumed_in_the_order_of_its_stream(shop: Shop) -> None:
    await dispatch(shop, *(count() for _ in range(5)))
    await shop.publish()
    await dispatch(shop, count())
    await shop.publish()
    await shop.consume()
    assert shop.collected.events == [("tally/a", version) for version in range(1, 7)]


async def test_what_is_published_twice_is_consumed_once(shop: Shop) -> None:
    await shop.publisher.publish([message(1), message(2)] * 2)
    await shop.consume()
    await shop.publisher.publish([message(1), message(2), message(3)])
    await shop.consume()
    assert shop.collected.events == [("tally/a", 1), ("tally/a", 2), ("tally/a", 3)]


@pytest.mark.parametrize(
    ("poison", "reason"), [(b"{", "invalid-json"), (counted("a", 2, note="unfoldable"), "unfoldable")]
)
async def test_an_unusable_event_parks_its_stream_and_no_other(shop: Shop, poison: bytes, reason: str) -> None:
    await shop.publisher.publish([message(1), Message(b"tally/a", poison), message(3), message(1, "b")])
    await shop.consume()
    assert sorted(shop.collected.events) == [("tally/a", 1), ("tally/b", 1)]
    assert await shop.parked() == [("tally/a", reason), ("tally/a", "behind-a-parked-event")]


async def test_a_gap_in_the_versions_parks_the_stream(shop: Shop) -> None:
    await shop.publisher.publish([message(1), message(3)])
    await shop.consume()
    assert await shop.parked() == [("tally/a", "version-gap")]


def message(version: int, tally: str = "a") -> Message:
    return Message(f"tally/{tally}".encode(), counted(tally, version))
