import asyncio
import contextlib
import io
import json
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
from confluent_kafka import Producer

from daicho.embedded.parts import Parts
from services.notifier.views.contacts import keep, person_of, read
from shared.events.hr import Contact
from shared.events.topics import HR_CONTACTS
from shared.runtime.database import Pool, open_pool
from shared.runtime.reading.consumer import FeedSettings
from shared.runtime.reading.feed import Feed
from shared.runtime.schema.migrate import migrate
from shared.runtime.topics import create
from shared.runtime.watching.logs import install_logs
from shared.testing.stack import Migration

NAME = "見本 花子"
CONTACT = {"name": NAME, "name_kana": "みほん はなこ", "email": "hanako@example.com", "locale": "ja"}


@dataclass(frozen=True)
class Told:
    key: bytes | None
    value: bytes | None
    topic: str = "hr.contacts"
    partition: int = 0
    offset: int = 0
    timestamp: int = 0


def contact(**changes: object) -> bytes:
    return json.dumps(CONTACT | changes).encode()


def test_a_contact_is_read() -> None:
    assert read(Told(b"P1", contact())) == Contact(
        name=NAME, name_kana="みほん はなこ", email="hanako@example.com", locale="ja"
    )


def test_a_null_erases() -> None:
    assert read(Told(b"P1", None)) is None


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"\xff\xfe", "json_invalid"),
        (b'{"name":', "json_invalid"),
        (contact(email="nobody"), "/email string_pattern_mismatch"),
        (contact(name=None), "/name string_type"),
        (contact(name="a\x00b"), "/name value_error"),
    ],
)
def test_what_can_not_be_read_is_told_by_kind_and_place_never_by_content(value: bytes, reason: str) -> None:
    told = read(Told(b"P1", value))
    assert isinstance(told, str)
    assert reason in told
    assert "nobody" not in told


@pytest.mark.parametrize("key", [None, b"", b"\xff", b"a\x00b", b"P" * 201])
def test_a_record_without_a_usable_key_is_nobodys(key: bytes | None) -> None:
    told = Told(key, contact())
    assert (person_of(told), read(told)) == ("", "no usable key")


@dataclass
class Desk:
    pool: Pool
    producer: Producer
    topic: str

    def tell(self, person_id: str, value: bytes | None) -> None:
        self.producer.produce(self.topic, key=person_id, value=value)
        self.producer.flush(10)

    async def knows(self, person_id: str) -> str | None:
        name: str | None = await self.pool.fetchval("SELECT name FROM contact WHERE person_id = $1", person_id)
        return name

    async def until(self, person_id: str, name: str | None) -> None:
        async with asyncio.timeout(20):
            while await self.knows(person_id) != name:  # noqa: ASYNC110 - what is waited for is in Kafka
                await asyncio.sleep(0.02)


@pytest.fixture
async def desk(parts: Parts, make_database: Callable[[Migration], str], topic_prefix: str) -> AsyncIterator[Desk]:
    await create(parts.kafka, [HR_CONTACTS], replication=1, prefix=topic_prefix)
    pool = await open_pool(make_database(Migration("notifier", lambda dsn: migrate("notifier", dsn))))
    topic = topic_prefix + HR_CONTACTS.name
    settings = FeedSettings(parts.kafka, f"{topic_prefix}{uuid.uuid4().hex}", session_timeout_ms=6000)
    feed = asyncio.create_task(Feed("contacts", [topic], pool, keep, settings).run())
    yield Desk(pool, Producer({"bootstrap.servers": parts.kafka}), topic)
    feed.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await feed
    pool.terminate()


@pytest.mark.stack
async def test_the_last_word_on_a_person_counts_and_an_erasure_leaves_nothing(desk: Desk) -> None:
    log = io.StringIO()
    install_logs("notifier", "DEBUG", log)
    desk.tell("P1", contact())
    desk.tell("P2", contact(name="見本 太郎"))
    await desk.until("P2", "見本 太郎")
    await desk.until("P1", NAME)
    desk.tell("P1", b'{"name": "' + NAME.encode() + b'"')
    desk.tell("P1", None)
    await desk.until("P1", None)
    assert await desk.knows("P2") == "見本 太郎"
    noted = await desk.pool.fetch("SELECT person_id, reason FROM unreadable_contact")
    assert [tuple(row) for row in noted] == [("P1", "/ json_invalid")]
    assert await _tables_that_mention(desk.pool, NAME) == []
    assert NAME not in log.getvalue()


async def _tables_that_mention(pool: Pool, text: str) -> list[str]:
    """Every table of the database with the text in any column, also inside of bytes."""
    tables = await pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    marks = (text, text.encode().hex())
    found = []
    for (table,) in tables:
        rows = await pool.fetch(f'SELECT t::text AS row FROM "{table}" t')
        if any(mark in row["row"] for row in rows for mark in marks):
            found.append(table)
    return found
