"""The archive keeps everything, as it came, in one dense order."""

import asyncio

import asyncpg
import pytest

from services.audit.archive import archive_feed
from services.audit.domain.leaf import Leaf, leaf_hash
from services.audit.tests.story import Story
from tests.audit.house import House

pytestmark = pytest.mark.stack

UNREADABLE = [
    ("hr.events", b"person/P1", b"\xff\x00 no JSON at all"),
    ("hr.events", b"person/P1", None),
    ("hr.events", None, b"{}"),
    ("ledger.events", b"slip/S1", b"[" * 100_000),
    ("ledger.events", b"slip/S1", b'{"id": "' + b"x" * 9_000 + b'"}'),
    ("training.events", b"pledge/1", b'{"specversion":"1.0","id":"a\\u0000b","source":"/t","type":"t","subject":"s"}'),
]


async def test_what_can_not_be_decoded_is_archived_byte_for_byte(house: House) -> None:
    await house.publish(UNREADABLE)
    await house.tell([Story().joined("C1")])
    await house.settled()
    kept = await house.fetch("SELECT topic, key, value, type FROM leaf ORDER BY leaf_index")
    assert {(row["topic"], row["key"], row["value"]) for row in kept} >= set(UNREADABLE)
    assert [row["type"] for row in kept if row["type"]] == ["hr.CompanyJoinedGroup.v1"]


async def test_the_index_is_dense_and_every_leaf_proves_its_record(house: House) -> None:
    story = Story()
    for number in range(300):
        story.hired(f"P{number}")
    await house.tell(story.events)
    await house.settled()
    rows = await house.fetch("SELECT *, (extract(epoch FROM broker_time) * 1000)::bigint AS ts FROM leaf ORDER BY 1")
    assert [row["leaf_index"] for row in rows] == list(range(300))
    for row in rows:
        place = (row["topic"], row["partition"], row["offset"], row["ts"])
        leaf = Leaf(*place, row["key"], row["headers"], row["value"])
        assert row["leaf_hash"] == leaf_hash(leaf, row["event_id"])


async def test_a_repeated_event_is_kept_and_marked(house: House) -> None:
    event = Story().joined("C1")
    await house.tell([event, event])
    await house.settled()
    assert [row[0] for row in await house.fetch("SELECT duplicate FROM leaf ORDER BY leaf_index")] == [False, True]


@pytest.mark.parametrize("change", ["UPDATE leaf SET value = NULL", "DELETE FROM leaf", "TRUNCATE leaf"])
async def test_the_archive_refuses_to_be_changed(database: str, change: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await connection.execute(change)
    finally:
        await connection.close()


async def test_two_writers_leave_neither_a_hole_nor_a_fork(house: House) -> None:
    """Partitions are divided between two consumers; both append."""
    second = asyncio.create_task(archive_feed(house.running).run())
    story = Story()
    for number in range(400):
        story.hired(f"P{number}")
    await house.tell(story.events)
    await house.settled()
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    assert await house.value("SELECT array_agg(leaf_index ORDER BY leaf_index) FROM leaf") == list(range(400))
