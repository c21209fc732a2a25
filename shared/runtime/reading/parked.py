"""What could not be used waits here, in order, until somebody mends the cause and retries, or lets go of it.

Retrying takes the offset rows of the stream's partitions first, so no new event of the stream slips past it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.events.codec import Undecodable
from shared.runtime.database import Connection
from shared.runtime.reading.intake import Intake
from shared.runtime.reading.intake_rows import accept_gap, load_known
from shared.runtime.reading.record import Outcome, Record, place_of
from shared.runtime.reading.sift import GAP, UNFOLDABLE, Sifted


@dataclass(frozen=True, slots=True)
class StoredRecord:
    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int
    reason: str = ""
    """Why it was parked, if it was."""


@dataclass(frozen=True, slots=True)
class ParkedStream:
    """A stream that waits: since when, why, and how many records stand in line."""

    subscription: str
    stream: str
    reason: str
    detail: str
    records: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Released:
    """What a retry or a discard came to."""

    applied: int
    discarded: int
    still_parked: int


_LIST = """
SELECT subscription, stream, count(*) AS records, min(parked_at) AS since,
       (array_agg(reason ORDER BY topic, partition, "offset"))[1] AS reason,
       (array_agg(detail ORDER BY topic, partition, "offset"))[1] AS detail
  FROM parked WHERE (subscription, stream) > ($1, $2) GROUP BY subscription, stream
 ORDER BY subscription, stream LIMIT $3
"""
_LOCK = """
SELECT o.partition FROM subscription_offset o
 WHERE o.subscription = $1 AND EXISTS (
   SELECT FROM parked p WHERE p.subscription = $1 AND p.stream = $2 AND p.topic = o.topic AND p.partition = o.partition)
 ORDER BY o.topic, o.partition FOR UPDATE
"""
_TAKE = """
DELETE FROM parked WHERE subscription = $1 AND stream = $2
RETURNING topic, partition, "offset", key, value, reason, broker_time
"""
_DISCARD = """
INSERT INTO discarded (subscription, topic, partition, "offset", stream, reason, why, actor, discarded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (subscription, topic, partition, "offset") DO UPDATE
   SET reason = excluded.reason, why = excluded.why, actor = excluded.actor, discarded_at = excluded.discarded_at
"""


async def list_parked(connection: Connection, after: tuple[str, str], limit: int) -> list[ParkedStream]:
    """Parked streams in the order of subscription and name, after the given one."""
    return [ParkedStream(**row) for row in await connection.fetch(_LIST, *after, limit)]


async def retry(connection: Connection, intake: Intake, stream: str) -> Released:
    """Try a parked stream again, in order; what still can not be used is parked again. In the caller's transaction."""
    waiting = [(record, intake.read(record)) for record in await _take(connection, intake, stream)]
    sifted = await _release(connection, intake, waiting)
    return Released(applied=len(sifted.accepted), discarded=0, still_parked=len(sifted.parked))


async def discard(
    connection: Connection, intake: Intake, stream: str, *, why: str, actor: str, at: datetime
) -> Released:
    """Let go of the stream's unusable records for ever, and of the gap they leave; the rest is tried again.

    Unusable is what can not be read, and what was parked because it could not be folded. The gap stays accepted until
    the stream's next event comes. What never came is given up too: noted at the record that waited for it, which stays.
    """
    waiting = [(record, intake.read(record)) for record in await _take(connection, intake, stream)]
    lost = [(record, reason) for record, outcome in waiting if (reason := _unusable(record, outcome)) is not None]
    kept = [(record, outcome) for record, outcome in waiting if _unusable(record, outcome) is None]

    async def note(given_up: Iterable[tuple[Record, str]]) -> None:
        rows = [(each.topic, each.partition, each.offset, stream, reason, why, actor, at) for each, reason in given_up]
        await connection.executemany(_DISCARD, [(intake.subscription, *row) for row in rows])

    await note(lost)
    await accept_gap(connection, intake.subscription, stream)
    sifted = await _release(connection, intake, kept)
    leapt = {place_of(record) for record in sifted.leapt}
    await note((record, GAP) for record, _ in kept if record.reason == GAP and place_of(record) in leapt)
    return Released(applied=len(sifted.accepted), discarded=len(lost), still_parked=len(sifted.parked))


def _unusable(record: StoredRecord, outcome: Outcome) -> str | None:
    if isinstance(outcome, Undecodable):
        return outcome.reason
    return record.reason if record.reason == UNFOLDABLE else None


async def _take(connection: Connection, intake: Intake, stream: str) -> Sequence[StoredRecord]:
    await connection.execute(_LOCK, intake.subscription, stream)
    rows = await connection.fetch(_TAKE, intake.subscription, stream)
    return [_stored(row) for row in sorted(rows, key=lambda row: (row["topic"], row["partition"], row["offset"]))]


async def _release(connection: Connection, intake: Intake, waiting: Sequence[tuple[Record, Outcome]]) -> Sifted:
    outcomes = _in_order(waiting)
    return await intake.apply(connection, outcomes, await load_known(connection, intake.subscription, outcomes))


def _in_order(waiting: Sequence[tuple[Record, Outcome]]) -> Sequence[tuple[Record, Outcome]]:
    """As the stream counts them, so that a version that came late takes its place; else as they came."""
    versions = [None if isinstance(outcome, Undecodable) else outcome.version for _, outcome in waiting]
    if None in versions:
        return waiting
    return [each for _, each in sorted(zip(versions, waiting, strict=True), key=lambda pair: pair[0] or 0)]


def _stored(row: Any) -> StoredRecord:
    milliseconds = int(row["broker_time"].timestamp() * 1000)
    return StoredRecord(
        row["topic"], row["partition"], row["offset"], row["key"], row["value"], milliseconds, row["reason"]
    )
