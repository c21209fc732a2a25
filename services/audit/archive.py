"""The archive: every record of every topic, byte for byte, in one dense order of arrival. It interprets nothing.

A value that can not be decoded is archived all the same, with empty index columns, so no poison can stop it.
Repeated events are kept and marked.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from services.audit.domain.leaf import Index, Leaf, headers_document, index_of, leaf_hash
from services.audit.locks import ARCHIVE, exclusively
from shared.events.topics import ARCHIVED
from shared.runtime.database import Connection
from shared.runtime.reading.feed import Feed
from shared.runtime.reading.subscription import topic_names
from shared.runtime.service import Running

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NEXT: Final = "SELECT coalesce(max(leaf_index), -1) + 1 FROM leaf"
_SEEN: Final = """
SELECT DISTINCT l.source, l.event_id FROM leaf l
  JOIN unnest($1::text[], $2::text[]) AS n(source, event_id) USING (source, event_id)
"""
_COLUMNS: Final = {
    "leaf_index": "bigint",
    "topic": "text",
    "partition": "int",
    '"offset"': "bigint",
    "broker_time": "timestamptz",
    "key": "bytea",
    "headers": "bytea",
    "value": "bytea",
    "leaf_hash": "bytea",
    "duplicate": "bool",
    "type": "text",
    "subject": "text",
    "source": "text",
    "event_id": "text",
    "stream_version": "int",
    '"time"': "timestamptz",
    "recordedtime": "timestamptz",
}
_INSERT: Final = (
    f"INSERT INTO leaf ({', '.join(_COLUMNS)}) SELECT * FROM unnest("
    + ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(_COLUMNS.values(), 1))
    + ")"
)


def archive_feed(running: Running) -> Feed:
    """Copies what arrives; one writer at a time, so that the index has no holes and no forks."""
    prefix = running.settings.topic_prefix
    archive = Archive(prefix)
    return Feed("archive", topic_names(ARCHIVED, prefix), running.pool, archive.process, running.feed_settings)


class Archive:
    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    async def process(self, connection: Connection, records: Sequence[Any]) -> None:
        """Append a batch in the transaction that moves the position."""
        await exclusively(connection, ARCHIVE)
        leaves = [leaf_of(record, self._prefix) for record in records]
        indexes = [index_of(leaf.value) for leaf in leaves]
        first = await connection.fetchval(_NEXT)
        repeated = _marks(indexes, await _seen(connection, indexes))
        rows = zip(range(first, first + len(leaves)), leaves, indexes, repeated, strict=True)
        columns = zip(*(_row(*each) for each in rows), strict=True)
        await connection.execute(_INSERT, *map(list, columns))


def leaf_of(record: Any, prefix: str) -> Leaf:
    """A Kafka record as a leaf."""
    return Leaf(
        topic=record.topic.removeprefix(prefix),
        partition=record.partition,
        offset=record.offset,
        timestamp=record.timestamp,
        key=record.key,
        headers=headers_document(record.headers),
        value=record.value,
    )


def stored_leaf(row: Any) -> Leaf:
    """A leaf as the table holds it; the row needs `timestamp`, milliseconds."""
    place = (row["topic"], row["partition"], row["offset"], row["timestamp"])
    return Leaf(*place, row["key"], row["headers"], row["value"])


def broker_time(leaf: Leaf) -> datetime:
    return _EPOCH + timedelta(milliseconds=leaf.timestamp)


async def _seen(connection: Connection, indexes: Sequence[Index]) -> set[tuple[str, str]]:
    named = [each for each in indexes if each.event_id is not None]
    rows = await connection.fetch(_SEEN, [each.source for each in named], [each.event_id for each in named])
    return {(row["source"], row["event_id"]) for row in rows}


def _marks(indexes: Iterable[Index], seen: set[tuple[str, str]]) -> list[bool]:
    """Whether the same event stands at an earlier place."""
    marks = []
    for each in indexes:
        mark = (each.source or "", each.event_id or "")
        marks.append(each.event_id is not None and mark in seen)
        seen.add(mark)
    return marks


def _row(number: int, leaf: Leaf, index: Index, repeated: bool) -> tuple[Any, ...]:
    return (
        number,
        leaf.topic,
        leaf.partition,
        leaf.offset,
        broker_time(leaf),
        leaf.key,
        leaf.headers,
        leaf.value,
        leaf_hash(leaf, index.event_id),
        repeated,
        index.type,
        index.subject,
        index.source,
        index.event_id,
        index.stream_version,
        index.time,
        index.recordedtime,
    )
