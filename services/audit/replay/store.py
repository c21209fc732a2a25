"""Replays in their tables: asked for, running, done; and what was told of them on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.audit.replay.order import ReplayOrder
from shared.runtime.database import Connection

QUEUED: Final = "queued"
RUNNING: Final = "running"
DONE: Final = "done"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"
IN_VAIN: Final = frozenset({FAILED, CANCELLED})
OVER: Final = frozenset({DONE, *IN_VAIN})


@dataclass(frozen=True, slots=True)
class Replay:
    replay_id: UUID
    state: str
    order: ReplayOrder
    request_hash: bytes
    requested_by: str
    requested_at: datetime
    result: dict[str, Any] | None
    progress: dict[str, Any] | None


_QUEUE: Final = """
INSERT INTO replay (replay_id, state, asked, request_hash, requested_by, requested_at)
VALUES ($1, 'queued', $2, $3, $4, $5) ON CONFLICT DO NOTHING
"""
_FIND: Final = """
SELECT r.*, p.told AS progress FROM replay r
  LEFT JOIN LATERAL (SELECT told FROM replay_progress WHERE replay_id = $1 ORDER BY number DESC LIMIT 1) p ON true
 WHERE r.replay_id = $1
"""
_NEXT: Final = """
UPDATE replay SET state = 'running' WHERE replay_id = (
  SELECT replay_id FROM replay WHERE state IN ('running', 'queued') ORDER BY state DESC, requested_at LIMIT 1)
RETURNING *, NULL::jsonb AS progress
"""
_CLEAR: Final = "DELETE FROM replay_interval WHERE replay_id = $1"
_END: Final = "UPDATE replay SET state = $2, result = $3 WHERE replay_id = $1 AND state = 'running'"
_CANCEL: Final = "UPDATE replay SET state = 'cancelled' WHERE replay_id = $1 AND state IN ('queued', 'running')"
_AGAIN: Final = """
UPDATE replay SET state = 'queued', result = NULL, requested_at = $2 WHERE replay_id = $1 AND state = ANY($3::text[])
"""
_STATE: Final = "SELECT state FROM replay WHERE replay_id = $1"
_TELL: Final = """
INSERT INTO replay_progress (replay_id, number, told)
SELECT $1, coalesce(max(number), 0) + 1, $2 FROM replay_progress WHERE replay_id = $1
"""
_TOLD: Final = "SELECT number, told FROM replay_progress WHERE replay_id = $1 AND number > $2 ORDER BY number LIMIT 100"


async def queue(
    connection: Connection, replay_id: UUID, order: ReplayOrder, request_hash: bytes, by: str, at: datetime
) -> Replay:
    """The replay of that id; made unless it is there."""
    await connection.execute(_QUEUE, replay_id, order.document(), request_hash, by, at)
    found = await find(connection, replay_id)
    assert found is not None  # noqa: S101 - it was just made, and none is ever deleted
    return found


async def find(connection: Connection, replay_id: UUID) -> Replay | None:
    row = await connection.fetchrow(_FIND, replay_id)
    return _replay(row) if row else None


async def start_next(connection: Connection) -> Replay | None:
    """The one a dead process left behind, else the oldest in the queue; it begins with an empty result."""
    row = await connection.fetchrow(_NEXT)
    if row is None:
        return None
    await connection.execute(_CLEAR, row["replay_id"])
    return _replay(row)


async def end(connection: Connection, replay_id: UUID, state: str, result: dict[str, Any]) -> None:
    """A replay that was cancelled meanwhile stays so."""
    await connection.execute(_END, replay_id, state, result)


async def queue_again(connection: Connection, replay_id: UUID, at: datetime) -> None:
    """One that failed or was cancelled, for whoever still wants to know."""
    await connection.execute(_AGAIN, replay_id, at, list(IN_VAIN))


async def cancel(connection: Connection, replay_id: UUID) -> None:
    """What is over stays as it is."""
    await connection.execute(_CANCEL, replay_id)


async def state(connection: Connection, replay_id: UUID) -> str:
    found: str = await connection.fetchval(_STATE, replay_id)
    return found


async def tell(connection: Connection, replay_id: UUID, progress: dict[str, Any]) -> None:
    await connection.execute(_TELL, replay_id, progress)


async def told_after(connection: Connection, replay_id: UUID, number: int) -> Sequence[tuple[int, dict[str, Any]]]:
    """The progress from the next number on."""
    return [(row["number"], row["told"]) for row in await connection.fetch(_TOLD, replay_id, number)]


def _replay(row: Any) -> Replay:
    return Replay(
        row["replay_id"],
        row["state"],
        ReplayOrder.of(row["asked"]),
        row["request_hash"],
        row["requested_by"],
        row["requested_at"],
        row["result"],
        row["progress"],
    )
