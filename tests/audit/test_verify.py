"""A byte changed behind everybody's back is noticed, and named."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.audit.replay.order import ReplayOrder
from services.audit.tests.company import YEAR, a_year
from services.audit.verify import compare_live, compare_log, compare_turns
from tests.audit.house import House

pytestmark = pytest.mark.stack


@asynccontextmanager
async def tampering(house: House) -> AsyncIterator[None]:
    """What only the owner of the database can do."""
    await house.value("ALTER TABLE leaf DISABLE TRIGGER append_only")
    yield
    await house.value("ALTER TABLE leaf ENABLE TRIGGER append_only")


async def test_an_altered_archive_is_named_by_place_and_byte(house: House) -> None:
    await house.tell(a_year(people=10))
    await house.settled()
    verified = await compare_log(house.running.pool, house.running.settings)
    assert (verified.records, verified.difference) == (house.told, None)

    async with tampering(house):
        await house.value("UPDATE leaf SET value = set_byte(value, 20, 0) WHERE leaf_index = 7")
    place = (await house.fetch('SELECT topic, partition, "offset" FROM leaf WHERE leaf_index = 7'))[0]
    found = (await compare_log(house.running.pool, house.running.settings)).difference
    assert str(found).startswith(
        f"{place[0]}/{place[1]}@{place[2]}: value differs from byte 20 on: 0x00 in the archive"
    )


async def test_a_leaf_hash_that_does_not_fit_is_named(house: House) -> None:
    await house.tell(a_year(people=3))
    await house.settled()
    async with tampering(house):
        await house.value(
            "UPDATE leaf SET leaf_hash = set_byte(leaf_hash, 0, get_byte(leaf_hash, 0) # 1) WHERE leaf_index = 2"
        )
    found = (await compare_log(house.running.pool, house.running.settings)).difference
    assert "the leaf hash is of something else" in str(found)


async def test_a_leaf_that_was_taken_out_is_missed(house: House) -> None:
    await house.tell(a_year(people=3))
    await house.settled()
    async with tampering(house):
        await house.value("DELETE FROM leaf WHERE leaf_index = (SELECT max(leaf_index) FROM leaf)")
    found = (await compare_log(house.running.pool, house.running.settings)).difference
    assert "only in Kafka" in str(found)


async def test_an_altered_interval_is_named_by_subject_and_field(house: House) -> None:
    await house.tell(a_year(people=10))
    await house.settled()
    replay, _ = await house.replayed(ReplayOrder(*YEAR))
    assert await compare_live(house.running.pool, replay) is None
    await house.value("UPDATE interval SET status = 'SIGNED' WHERE status = 'MISSING' AND subject = 'person/P0'")
    await house.value("UPDATE interval SET status = 'MISSING' WHERE status = 'SIGNED' AND subject = 'person/P1'")
    found = await compare_live(house.running.pool, replay)
    assert found is not None
    assert "person/P" in found.where
    assert found.what.startswith("status is ")


async def test_a_table_that_does_not_add_up_is_named_by_rule_place_and_day(house: House) -> None:
    await house.tell(a_year(people=10))
    await house.settled()
    assert await compare_turns(house.running.pool) is None
    await house.value("UPDATE turn SET change = change + 1 WHERE rule = 'C09' AND place = 'group' AND verdict = 3")
    found = await compare_turns(house.running.pool)
    assert found is not None
    assert found.where.startswith("C09 rolling group BAD from ")
