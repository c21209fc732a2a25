"""Do the services' event tables, Kafka and the archive hold the same bytes? One digest per topic and place says so."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import asyncpg
import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from daicho.demo.endpoints import Stack, find_stack
from shared.events.topics import ARCHIVED, OWN, PARTITIONS

TABLE: Final = "event table"
KAFKA: Final = "Kafka"
ARCHIVE: Final = "archive"
ATTEMPTS: Final = 5
"""A stack at work is compared again: what was just committed is not yet everywhere."""
PAUSE: Final = 1.0

_EVENTS: Final = "SELECT stream, version, body FROM event"
_LEAVES: Final = "SELECT key, value FROM leaf WHERE topic = $1"


class _Mark(msgspec.Struct):
    id: str = ""
    streamversion: int | None = None


_decoder: Final = msgspec.json.Decoder(_Mark)


@dataclass(frozen=True)
class Holding:
    """What one place holds of a topic: a line per event, `subject TAB version or id TAB SHA-256 of its bytes`.

    A repeated record is the same line; `records` counts it all the same.
    """

    lines: frozenset[str]
    records: int

    @property
    def digest(self) -> str:
        text = sha256()
        for line in sorted(self.lines):
            text.update(line.encode() + b"\n")
        return text.hexdigest()


@dataclass(frozen=True)
class Agreement:
    """One topic in every place; `difference` names the first event that is not everywhere the same."""

    topic: str
    events: int
    digests: Mapping[str, str]
    difference: str | None

    @property
    def agrees(self) -> bool:
        return self.difference is None


@dataclass(frozen=True)
class Verdict:
    topics: tuple[Agreement, ...]

    @property
    def agrees(self) -> bool:
        return all(each.agrees for each in self.topics)

    @property
    def events(self) -> int:
        return sum(each.events for each in self.topics)

    @property
    def difference(self) -> str | None:
        """The first one."""
        return next((f"{each.topic}: {each.difference}" for each in self.topics if each.difference), None)

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        topics = {
            each.topic: {"events": each.events, "digests": dict(each.digests), "difference": each.difference}
            for each in self.topics
        }
        return {"agrees": self.agrees, "events": self.events, "topics": topics}


def verify(directory: Path, prefix: str = "") -> Verdict:
    """Compare all places of the stack that runs in a folder. Raises StackFault when none does."""
    return asyncio.run(verify_stack(find_stack(directory, prefix)))


async def verify_stack(stack: Stack) -> Verdict:
    """Asks again while the places still differ, since the stack may be at work."""
    for _ in range(ATTEMPTS - 1):
        verdict = await _compared(stack)
        if verdict.agrees:
            return verdict
        await asyncio.sleep(PAUSE)
    return await _compared(stack)


async def _compared(stack: Stack) -> Verdict:
    services = {OWN[name].name: name for name in stack.databases if name in OWN}
    topics = [topic.name for topic in ARCHIVED if topic.name in services or topic.name not in _ours()]
    return Verdict(tuple([await _topic(stack, topic, services.get(topic)) for topic in topics]))


def _ours() -> set[str]:
    return {topic.name for topic in OWN.values()}


async def _topic(stack: Stack, topic: str, service: str | None) -> Agreement:
    """The HR system's topic has no event table here."""
    places = {} if service is None else {TABLE: await _collected(_table(stack.databases[service]))}
    places[KAFKA] = await _collected(_kafka(stack, topic))
    places[ARCHIVE] = await _collected(_archive(stack.databases["audit"], topic))
    return agreement(topic, places)


def agreement(topic: str, places: Mapping[str, Holding]) -> Agreement:
    return Agreement(
        topic=topic,
        events=max(len(holding.lines) for holding in places.values()),
        digests={place: holding.digest for place, holding in places.items()},
        difference=_difference(places),
    )


def _difference(places: Mapping[str, Holding]) -> str | None:
    everywhere = frozenset.intersection(*(holding.lines for holding in places.values()))
    partly = sorted((line, place) for place, holding in places.items() for line in holding.lines - everywhere)
    if partly:
        line = partly[0][0]
        holders = [place for place, holding in places.items() if line in holding.lines]
        return f"{line.replace(chr(9), ' ')} only in {' and '.join(holders)}"
    kafka, archive = places[KAFKA].records, places[ARCHIVE].records
    return f"{kafka} records in {KAFKA}, {archive} in the {ARCHIVE}" if kafka != archive else None


def line_of(subject: str, mark: str | int, value: bytes | None) -> str:
    return f"{subject}\t{mark}\t{sha256(value or b'').hexdigest()}"


def line_of_record(key: bytes | None, value: bytes | None) -> str:
    """A value that can not be read has no mark, and its bytes all the same."""
    try:
        mark = _decoder.decode(value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        mark = _Mark()
    subject = (key or b"").decode(errors="replace")
    return line_of(subject, mark.id if mark.streamversion is None else mark.streamversion, value)


async def _collected(lines: AsyncIterator[Iterable[str]]) -> Holding:
    found: set[str] = set()
    records = 0
    async for batch in lines:
        before = list(batch)
        records += len(before)
        found.update(before)
    return Holding(frozenset(found), records)


async def _table(dsn: str) -> AsyncIterator[list[str]]:
    async for rows in _rows(dsn, _EVENTS):
        yield [line_of(row["stream"], row["version"], row["body"]) for row in rows]


async def _archive(dsn: str, topic: str) -> AsyncIterator[list[str]]:
    async for rows in _rows(dsn, _LEAVES, topic):
        yield [line_of_record(row["key"], row["value"]) for row in rows]


async def _rows(dsn: str, query: str, *arguments: str) -> AsyncIterator[list[asyncpg.Record]]:
    """In batches, so that a long log needs little memory."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            cursor = await connection.cursor(query, *arguments)
            while rows := await cursor.fetch(5_000):
                yield rows
    finally:
        await connection.close()


async def _kafka(stack: Stack, topic: str) -> AsyncIterator[list[str]]:
    """Everything committed up to now, from the first offset on."""
    consumer = AIOKafkaConsumer(bootstrap_servers=stack.kafka, isolation_level="read_committed")
    await consumer.start()
    try:
        places = [TopicPartition(stack.prefix + topic, number) for number in range(PARTITIONS)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        while [each for each in places if await consumer.position(each) < ends[each]]:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                yield [line_of_record(each.key, each.value) for each in records]
    finally:
        await consumer.stop()
