"""How far a subscription has read each partition: rows that only their last reader can move."""

from collections.abc import Mapping, Sequence

from aiokafka import TopicPartition

from shared.runtime.database import Connection


class Fenced(Exception):  # noqa: N818 - a fact about two consumers
    """Another consumer moved the position since it was loaded: nothing of this batch may be applied."""


_LOAD = "SELECT topic, partition, next FROM subscription_offset WHERE subscription = $1"
_BEGIN = """
INSERT INTO subscription_offset (subscription, topic, partition, next)
SELECT $1, n.topic, n.partition, 0 FROM unnest($2::text[], $3::int[]) AS n(topic, partition)
 WHERE NOT EXISTS (
   SELECT FROM subscription_offset o WHERE o.subscription = $1 AND o.topic = n.topic AND o.partition = n.partition)
ON CONFLICT DO NOTHING
"""
_MOVE = """
WITH n AS (
  SELECT * FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[]) AS n(topic, partition, loaded, next)
), held AS (
  SELECT o.topic, o.partition FROM subscription_offset o JOIN n USING (topic, partition)
   WHERE o.subscription = $1 AND o.next = n.loaded ORDER BY o.topic, o.partition FOR UPDATE OF o
), moved AS (
  UPDATE subscription_offset o SET next = n.next FROM n JOIN held USING (topic, partition)
   WHERE o.subscription = $1 AND o.topic = n.topic AND o.partition = n.partition AND o.next = n.loaded RETURNING 1
)
SELECT count(*) FROM moved
"""


async def begin(
    connection: Connection, subscription: str, partitions: Sequence[TopicPartition]
) -> dict[TopicPartition, int]:
    """Where to read each partition on; one that was never read begins at its first record."""
    await connection.execute(_BEGIN, subscription, *_columns(partitions))
    stored = {(row["topic"], row["partition"]): row["next"] for row in await connection.fetch(_LOAD, subscription)}
    return {each: stored[each.topic, each.partition] for each in partitions}


async def move(connection: Connection, subscription: str, moves: Mapping[TopicPartition, tuple[int, int]]) -> None:
    """From where to where each partition goes. Raises Fenced unless every one still stands where it was loaded."""
    loaded, reached = [each for each, _ in moves.values()], [each for _, each in moves.values()]
    moved = await connection.fetchval(_MOVE, subscription, *_columns(list(moves)), loaded, reached)
    if moved != len(moves):
        raise Fenced(f"{len(moves) - moved} partitions of {subscription} were moved by another consumer")


def _columns(partitions: Sequence[TopicPartition]) -> tuple[list[str], list[int]]:
    return [each.topic for each in partitions], [each.partition for each in partitions]
