"""What a subscription remembers of each stream, as rows: its last version, the marks of foreign events, the parked."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from shared.events.codec import Recorded
from shared.runtime.database import Connection
from shared.runtime.reading.record import Outcome, Place, Record, stream_of
from shared.runtime.reading.sift import GAP, Known, Parking, Sifted

_KNOWN = f"""
SELECT 'version' AS what, v.stream AS a, NULL AS b, v.version, v.gap_accepted
  FROM unnest($2::text[]) AS n (stream) JOIN stream_version v ON v.subscription = $1 AND v.stream = n.stream
UNION ALL
SELECT DISTINCT 'parked', stream, NULL, 0, false FROM parked WHERE subscription = $1 AND stream = ANY($2::text[])
UNION ALL
SELECT 'seen', i.source, i.id, 0, false FROM inbox i
  JOIN unnest($3::text[], $4::text[]) AS n(source, id) ON n.source = i.source AND n.id = i.id
 WHERE i.subscription = $1
UNION ALL
SELECT CASE reason WHEN '{GAP}' THEN 'given-up' ELSE 'let-go' END, topic, "offset"::text, partition, false
  FROM discarded WHERE subscription = $1 AND stream = ANY($2::text[])
"""
_ACCEPT_GAP = """
INSERT INTO stream_version (subscription, stream, version, gap_accepted) VALUES ($1, $2, 0, true)
ON CONFLICT (subscription, stream) DO UPDATE SET gap_accepted = true
"""
_SAVE_VERSIONS = """
INSERT INTO stream_version (subscription, stream, version)
SELECT $1, * FROM unnest($2::text[], $3::int[])
ON CONFLICT (subscription, stream) DO UPDATE SET version = excluded.version, gap_accepted = false
"""
_SAVE_SEEN = """
INSERT INTO inbox (subscription, source, id) SELECT $1, * FROM unnest($2::text[], $3::text[]) ON CONFLICT DO NOTHING
"""
_PARK = """
INSERT INTO parked
  (subscription, topic, partition, "offset", stream, reason, detail, key, value, broker_time, parked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING
"""


async def load_known(connection: Connection, subscription: str, outcomes: Sequence[tuple[Record, Outcome]]) -> Known:
    foreign = [each for _, each in outcomes if isinstance(each, Recorded) and each.version is None]
    streams = list({stream_of(record) for record, _ in outcomes})
    rows = await connection.fetch(
        _KNOWN, subscription, streams, [each.source for each in foreign], [each.id for each in foreign]
    )
    return Known(
        versions={row["a"]: row["version"] for row in rows if row["what"] == "version"},
        parked=frozenset(row["a"] for row in rows if row["what"] == "parked"),
        gaps_accepted=frozenset(row["a"] for row in rows if row["gap_accepted"]),
        seen=frozenset((row["a"], row["b"]) for row in rows if row["what"] == "seen"),
        let_go=_places(rows, "let-go"),
        given_up=_places(rows, "given-up"),
    )


def _places(rows: Sequence[Any], what: str) -> frozenset[Place]:
    return frozenset((row["a"], row["version"], int(row["b"])) for row in rows if row["what"] == what)


async def accept_gap(connection: Connection, subscription: str, stream: str) -> None:
    """Whatever version the stream's next event has, it is taken, now or when it comes; the one after must follow."""
    await connection.execute(_ACCEPT_GAP, subscription, stream)


async def save(connection: Connection, subscription: str, sifted: Sifted) -> None:
    """Remember a batch; a stream that went on closes the gap it had been allowed."""
    if sifted.versions:
        await connection.execute(_SAVE_VERSIONS, subscription, list(sifted.versions), list(sifted.versions.values()))
    for stream in sifted.let_go:
        await accept_gap(connection, subscription, stream)
    if sifted.seen:
        sources, ids = zip(*sorted(sifted.seen), strict=True)
        await connection.execute(_SAVE_SEEN, subscription, list(sources), list(ids))
    if sifted.parked:
        await connection.executemany(_PARK, [_parked_row(subscription, each) for each in sifted.parked])


def _parked_row(subscription: str, parking: Parking) -> tuple[Any, ...]:
    record = parking.record
    return (
        subscription,
        record.topic,
        record.partition,
        record.offset,
        parking.stream,
        parking.reason,
        _storable(parking.detail)[:1000],
        record.key,
        record.value,
        datetime.fromtimestamp(max(record.timestamp, 0) / 1000, UTC),
        datetime.now(UTC),
    )


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode(errors="replace").decode()
