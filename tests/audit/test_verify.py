"""A byte changed behind everybody's back is noticed, and named."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import pytest

from services.audit.replay import store
from services.audit.replay.order import ReplayOrder
from services.audit.verify import compare_live, compare_log
from shared.runtime.database import transaction
from tests.audit.company import YEAR, a_year
from tests.audit.conftest import NOW, Audit, until

pytestmark = pytest.mark.stack


@asynccontextmanager
async def tampering(audit: Audit) -> AsyncIterator[None]:
    """What only the owner of the database can do."""
    await audit.fetchval("ALTER TABLE leaf DISABLE TRIGGER append_only")
    yield
    await audit.fetchval("ALTER TABLE leaf ENABLE TRIGGER append_only")


async def a_replay(audit: Audit) -> UUID:
    name = uuid4()
    async with transaction(audit.running.pool) as connection:
        await store.queue(connection, name, ReplayOrder(*YEAR), b"", "person/P-AUDITOR", NOW)

    async def done() -> bool:
        return bool(await audit.fetchval("SELECT state = 'done' FROM replay WHERE replay_id = $1", name))

    await until(done)
    return name


async def test_an_altered_archive_is_named_by_place_and_byte(audit: Audit) -> None:
    await audit.tell(a_year(people=10))
    await audit.settled()
    verified = await compare_log(audit.running.pool, audit.running.settings)
    assert (verified.records, verified.difference) == (audit.told, None)

    async with tampering(audit):
        await audit.fetchval("UPDATE leaf SET value = set_byte(value, 20, 0) WHERE leaf_index = 7")
    place = (await audit.fetch('SELECT topic, partition, "offset" FROM leaf WHERE leaf_index = 7'))[0]
    found = (await compare_log(audit.running.pool, audit.running.settings)).difference
    assert str(found).startswith(
        f"{place[0]}/{place[1]}@{place[2]}: value differs from byte 20 on: 0x00 in the archive"
    )


async def test_a_leaf_hash_that_does_not_fit_is_named(audit: Audit) -> None:
    await audit.tell(a_year(people=3))
    await audit.settled()
    async with tampering(audit):
        await audit.fetchval(
            "UPDATE leaf SET leaf_hash = set_byte(leaf_hash, 0, get_byte(leaf_hash, 0) # 1) WHERE leaf_index = 2"
        )
    found = (await compare_log(audit.running.pool, audit.running.settings)).difference
    assert "the leaf hash is of something else" in str(found)


async def test_a_leaf_that_was_taken_out_is_missed(audit: Audit) -> None:
    await audit.tell(a_year(people=3))
    await audit.settled()
    async with tampering(audit):
        await audit.fetchval("DELETE FROM leaf WHERE leaf_index = (SELECT max(leaf_index) FROM leaf)")
    found = (await compare_log(audit.running.pool, audit.running.settings)).difference
    assert "only in Kafka" in str(found)


async def test_an_altered_interval_is_named_by_subject_and_field(audit: Audit) -> None:
    await audit.tell(a_year(people=10))
    await audit.settled()
    replay = await a_replay(audit)
    assert await compare_live(audit.running.pool, replay) is None
    await audit.fetchval("UPDATE interval SET status = 'SIGNED' WHERE status = 'MISSING' AND subject = 'person/P0'")
    await audit.fetchval("UPDATE interval SET status = 'MISSING' WHERE status = 'SIGNED' AND subject = 'person/P1'")
    found = await compare_live(audit.running.pool, replay)
    assert found is not None
    assert "person/P" in found.where
    assert found.what.startswith("status is ")
