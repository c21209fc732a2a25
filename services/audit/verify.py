"""`python -m services.audit.verify`: does the archive hold what Kafka holds, do all hashes fit, does the table add up?

Says so, or names the first difference and leaves with exit code 1.
"""

import asyncio
import sys
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from aiokafka import TopicPartition

from services.audit import intervals
from services.audit.archive import leaf_of, stored_leaf
from services.audit.comparison import Difference, first_difference, records_difference
from services.audit.domain.turns import Turn, turns
from services.audit.locks import INTERVALS, exclusively, patiently
from services.audit.replay import store
from services.audit.replay.sources import KafkaLog, kafka_log
from shared.events.topics import ARCHIVED
from shared.runtime.database import Connection, Pool, open_pool, transaction
from shared.runtime.settings import Settings, load_settings

_ROWS: Final = """
SELECT topic, partition, "offset", (extract(epoch FROM broker_time) * 1000)::bigint AS timestamp,
       key, headers, value, leaf_hash, event_id
  FROM leaf WHERE topic = $1 AND partition = $2 AND "offset" >= $3 AND "offset" <= $4 ORDER BY "offset"
"""
_DENSE: Final = "SELECT count(*) AS leaves, coalesce(max(leaf_index), -1) + 1 AS expected FROM leaf"


@dataclass(frozen=True, slots=True)
class Verified:
    """How many records were compared, and the first difference."""

    records: int
    difference: Difference | None


async def compare_log(pool: Pool, settings: Settings) -> Verified:
    """Every archived record against Kafka's, as far as both have come."""
    gap = await _gap(pool)
    if gap is not None:
        return Verified(0, gap)
    async with kafka_log(settings.kafka_bootstrap_servers, settings.topic_prefix, ARCHIVED) as log:
        return await _compared(pool, log, settings.topic_prefix)


async def _gap(pool: Pool) -> Difference | None:
    async with transaction(pool) as connection:
        await patiently(connection)
        row: Any = await connection.fetchrow(_DENSE)
    if row["leaves"] == row["expected"]:
        return None
    return Difference("leaf index", f"{row['expected'] - row['leaves']} leaves are missing from {row['expected']}")


async def _compared(pool: Pool, log: KafkaLog, prefix: str) -> Verified:
    records, following = 0, dict.fromkeys(log.ends, 0)
    async for fetched in log.fetches():
        for place, batch in fetched.items():
            if batch:
                async with transaction(pool) as connection:
                    found = await _difference(connection, place, following[place], batch, prefix)
                if found is not None:
                    return Verified(records, found)
                records, following[place] = records + len(batch), batch[-1].offset + 1
    return Verified(records, None)


async def _difference(
    connection: Connection, place: TopicPartition, first: int, batch: list[Any], prefix: str
) -> Difference | None:
    await patiently(connection)
    topic = place.topic.removeprefix(prefix)
    rows = await connection.fetch(_ROWS, topic, place.partition, first, batch[-1].offset)
    archived = [(stored_leaf(row), row["leaf_hash"], row["event_id"]) for row in rows]
    return records_difference(archived, {record.offset: leaf_of(record, prefix) for record in batch})


async def compare_live(pool: Pool, replay_id: UUID) -> Difference | None:
    """The first row in which live differs from a replay that is done."""
    async with transaction(pool) as connection:
        replay = await store.find(connection, replay_id)
        if replay is None or replay.state != store.DONE:
            return Difference(f"replay {replay_id}", "is not done")
        order = replay.order
        live = intervals.live_result(connection, order.begins, order.ends)
        return await first_difference(live, intervals.replayed_result(connection, replay_id))


async def compare_turns(pool: Pool) -> Difference | None:
    """The first day and place where the table turns otherwise than the intervals it was made from."""
    due = Counter[Turn]()
    async with transaction(pool) as connection:
        await exclusively(connection, INTERVALS)
        kept = await intervals.kept_turns(connection)
        async for owned in intervals.by_owner(connection):
            due.update(turns(owned))
    for turn in sorted(due.keys() | kept.keys(), key=lambda each: (each[1], each[0])):
        if due[turn] != kept[turn]:
            cell, day = turn
            where = f"{cell.rule} {cell.mode} {cell.place} {cell.verdict.name} from {day}"
            return Difference(where, f"the table turns by {kept[turn]}, the intervals by {due[turn]}")
    return None


async def _verify(settings: Settings) -> Verified:
    pool = await open_pool(settings.database_url, size=2)
    try:
        verified = await compare_log(pool, settings)
        return verified if verified.difference else replace(verified, difference=await compare_turns(pool))
    finally:
        pool.terminate()


def main() -> None:
    verified = asyncio.run(_verify(load_settings()))
    if verified.difference is not None:
        sys.stderr.write(f"{verified.difference}\n")
        raise SystemExit(1)
    sys.stdout.write(
        f"{verified.records} records: archive and Kafka agree, every leaf hash fits, and the table adds up\n"
    )


if __name__ == "__main__":
    main()
