"""The truth: one append-only event table per service, and the outbox filled by the same statement.

`append` is one round trip. It refuses a version that is taken (unique constraint) and one that is ahead (guard),
stores the idempotency row if and only if the events go in, and queues every event for the relay.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from shared.events.codec import Recorded, Unknown, decode
from shared.events.topics import MAX_RECORD_BYTES
from shared.runtime.database import Connection


class Conflict(Exception):  # noqa: N818 - a fact about two writers, retried by the caller
    """Somebody else appended to the stream, or used the idempotency key, since it was read."""


class EventTooLarge(Exception):  # noqa: N818 - becomes a 413
    """The encoded event would not be accepted by Kafka, so it must not be stored either."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller is told: stored with the idempotency key, so that a repeat is told the very same."""

    status: int
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """An idempotency key in the hands of one principal, and the request it was used for."""

    principal: str
    key: str
    request_hash: bytes


@dataclass(frozen=True, slots=True)
class Due:
    """A command to be given later, once. The id makes a second scheduling of the same thing a no-op."""

    id: str
    at: datetime
    command: dict[str, Any]
    causation_id: str | None = None
    correlation_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewEvent:
    stream: str
    version: int
    id: UUID
    type: str
    recorded_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Loaded:
    """A stream as it stands, and the answer a repeat of this request was given, if it is one."""

    events: tuple[Recorded, ...]
    replayed: Answer | None = None
    claimed_for: bytes | None = None
    """The hash of the request the key was first used for."""

    @property
    def version(self) -> int:
        return len(self.events)


_LOAD = """
SELECT e.version, e.body, NULL::bytea AS request_hash, NULL::smallint AS status, NULL::jsonb AS headers
  FROM event e WHERE e.stream = $1
UNION ALL
SELECT 0, i.body, i.request_hash, i.status, i.headers FROM idempotency i WHERE i.principal = $2 AND i.key = $3
"""

_LOAD_MANY = """
SELECT e.stream, e.body FROM unnest($1::text[]) AS n (stream) JOIN event e ON e.stream = n.stream
 ORDER BY e.stream, e.version
"""

_APPEND = """
WITH n AS (
  SELECT * FROM unnest($1::text[], $2::int[], $3::uuid[], $4::text[], $5::timestamptz[], $6::bytea[], $7::bool[])
    WITH ORDINALITY AS n(stream, version, event_id, type, recorded_at, body, first, place)
), sound AS (
  SELECT count(*) = 0 AS ok FROM n WHERE n.first AND n.version > 1
    AND NOT EXISTS (SELECT FROM event e WHERE e.stream = n.stream AND e.version = n.version - 1)
), claimed AS (
  INSERT INTO idempotency (principal, key, request_hash, status, headers, body, recorded_at)
  SELECT $8, $9, $10, $11, $12, $13, $14 FROM sound WHERE $8::text IS NOT NULL AND sound.ok
  RETURNING 1
), added AS (
  INSERT INTO event (stream, version, event_id, type, recorded_at, body)
  SELECT n.stream, n.version, n.event_id, n.type, n.recorded_at, n.body FROM n, sound
   WHERE sound.ok AND ($8::text IS NULL OR EXISTS (SELECT FROM claimed))
   ORDER BY n.place
  RETURNING position
), queued AS (
  INSERT INTO outbox (position) SELECT position FROM added
), scheduled AS (
  INSERT INTO due (id, at, command, causation_id, correlation_id)
  SELECT d.* FROM unnest($15::text[], $16::timestamptz[], $17::jsonb[], $18::text[], $19::text[])
    AS d(id, at, command, causation_id, correlation_id), sound
   WHERE sound.ok
  ON CONFLICT (id) DO NOTHING
)
SELECT sound.ok AND (SELECT count(*) FROM added) = (SELECT count(*) FROM n) FROM sound
"""


async def load(connection: Connection, stream: str, claim: Claim | None = None) -> Loaded:
    """The stream and the idempotency row in one query: a repeat must not be decided again on changed state."""
    rows = await connection.fetch(_LOAD, stream, claim and claim.principal, claim and claim.key)
    repeat = next((row for row in rows if row["status"] is not None), None)
    bodies = sorted((row["version"], row["body"]) for row in rows if row["status"] is None)
    return Loaded(
        events=tuple(_stored(body) for _, body in bodies),
        replayed=None if repeat is None else Answer(repeat["status"], repeat["body"], repeat["headers"]),
        claimed_for=None if repeat is None else repeat["request_hash"],
    )


async def load_many(connection: Connection, streams: Sequence[str]) -> dict[str, list[Recorded]]:
    """Several streams in one query; a stream without events is an empty list."""
    found: dict[str, list[Recorded]] = {stream: [] for stream in streams}
    for row in await connection.fetch(_LOAD_MANY, list(found)):
        found[row["stream"]].append(_stored(row["body"]))
    return found


async def append(
    connection: Connection,
    events: Sequence[NewEvent],
    *,
    due: Sequence[Due] = (),
    claim: Claim | None = None,
    answer: Answer | None = None,
    recorded_at: datetime | None = None,
) -> None:
    """Append events (each stream's in the order of their versions), timers and the idempotency row: all or nothing.

    Raises Conflict when a stream moved on or the key was used meanwhile; EventTooLarge before anything is written.
    """
    check_sizes(events)
    try:
        stored = await connection.fetchval(
            _APPEND, *_event_columns(events), *_claim_columns(claim, answer, recorded_at), *_due_columns(due)
        )
    except (asyncpg.UniqueViolationError, asyncpg.LockNotAvailableError, asyncpg.SerializationError) as error:
        raise Conflict(getattr(error, "constraint_name", None) or "lock") from error
    if not stored:
        raise Conflict("event_stream_version_ahead")


def check_sizes(events: Iterable[NewEvent]) -> None:
    """Raises EventTooLarge."""
    for event in events:
        if len(event.body) > MAX_RECORD_BYTES:
            raise EventTooLarge(f"{event.type} has {len(event.body)} bytes; at most {MAX_RECORD_BYTES} are published")


def _event_columns(events: Sequence[NewEvent]) -> tuple[list[Any], ...]:
    known: set[str] = set()
    first = [not (event.stream in known or known.add(event.stream)) for event in events]  # type: ignore[func-returns-value]
    return (
        [event.stream for event in events],
        [event.version for event in events],
        [event.id for event in events],
        [event.type for event in events],
        [event.recorded_at for event in events],
        [event.body for event in events],
        first,
    )


def _claim_columns(claim: Claim | None, answer: Answer | None, recorded_at: datetime | None) -> tuple[Any, ...]:
    if claim is None or answer is None:
        return (None,) * 7
    return (
        claim.principal, claim.key, claim.request_hash, answer.status, answer.headers, answer.body, recorded_at
    )  # fmt: skip


def _due_columns(due: Sequence[Due]) -> tuple[list[Any], ...]:
    return (
        [timer.id for timer in due],
        [timer.at for timer in due],
        [timer.command for timer in due],
        [timer.causation_id for timer in due],
        [timer.correlation_id for timer in due],
    )


def _stored(body: bytes) -> Recorded:
    recorded = decode(body)
    if isinstance(recorded, Unknown):
        raise TypeError(f"the event table holds {recorded.type}, which this release does not know")
    return recorded
