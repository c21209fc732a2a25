"""Time gives commands too. A due row is written with the event that causes it and taken with the events it causes.

Any number of workers may fire: rows are locked, skipped by others, and deleted in the same transaction. What fires
late keeps the scheduled instant as its time, and its ids are made from it, so nothing happens twice.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg
import structlog

from shared.decider import Timer
from shared.runtime.clock import Clock
from shared.runtime.commands import Commands, Committed, Given, Origin, nobody
from shared.runtime.database import Connection, Pool, transaction
from shared.runtime.event_store import Conflict, Due
from shared.runtime.instruments import TIMERS_FIRED, TIMERS_HELD
from shared.runtime.reactions import Reactions, Task, timer_due

BATCH: Final = 500
POLL: Final = 0.1
HOLD: Final = (timedelta(seconds=1), timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
log = structlog.get_logger()

_TAKE = """
SELECT id, at, command, causation_id, correlation_id FROM due
 WHERE at <= $1 AND (held_until IS NULL OR held_until <= $2)
 ORDER BY at, id LIMIT $3 FOR UPDATE SKIP LOCKED
"""
_HOLD = """
UPDATE due SET failures = failures + 1, failure = $2, held_until = $3 WHERE id = $1 RETURNING failures
"""


class Timers:
    """Fires what is due, in the order of its instants."""

    def __init__(
        self,
        pool: Pool,
        commands: Commands,
        clock: Clock,
        reactions: Reactions[Any] | None = None,
        committed: Committed = nobody,
    ) -> None:
        self._pool = pool
        self._commands = commands
        self._clock = clock
        self._reactions = reactions
        self._committed = committed

    async def run(self) -> None:
        while True:
            if not await self.fire():
                await asyncio.sleep(POLL)

    async def fire(self) -> int:
        """Fire one batch; when it fails, one by one, so that a single bad timer holds up nobody but itself."""
        try:
            return await self._fire(BATCH)
        except (Conflict, asyncpg.DeadlockDetectedError):
            return 1
        except Exception:
            log.warning("timer_batch_failed", exc_info=True)
            return await self._fire_singly()

    async def _fire(self, limit: int) -> int:
        async with transaction(self._pool) as connection:
            rows = await connection.fetch(_TAKE, self._clock.now(), datetime.now(UTC), limit)
            if rows:
                await self._give(connection, rows)
                await connection.execute("DELETE FROM due WHERE id = ANY($1)", [row["id"] for row in rows])
        self._committed()
        TIMERS_FIRED.inc(len(rows))
        return len(rows)

    async def _fire_singly(self) -> int:
        fired = 0
        for _ in range(BATCH):
            try:
                if not await self._fire(1):
                    break
                fired += 1
            except Conflict:
                continue
            except Exception as error:  # noqa: BLE001 - whatever it is, it is kept with the timer and tried again
                await self._hold(error)
        return fired

    async def _hold(self, error: Exception) -> None:
        async with transaction(self._pool) as connection:
            rows = await connection.fetch(_TAKE, self._clock.now(), datetime.now(UTC), 1)
            for row in rows:
                until = datetime.now(UTC) + HOLD[0]
                failures = await connection.fetchval(_HOLD, row["id"], f"{type(error).__name__}: {error}"[:500], until)
                until = datetime.now(UTC) + HOLD[min(failures - 1, len(HOLD) - 1)]
                await connection.execute("UPDATE due SET held_until = $2 WHERE id = $1", row["id"], until)
                log.error("timer_held", id=row["id"], failures=failures, exc_info=error)
            TIMERS_HELD.set(await connection.fetchval("SELECT count(*) FROM due WHERE held_until IS NOT NULL"))

    async def _give(self, connection: Connection, rows: Sequence[asyncpg.Record]) -> None:
        tasks = [(row, task) for row in rows if (task := self._task(row)) is not None]
        known = (
            await self._reactions.load(connection, (), [task for _, task in tasks])
            if self._reactions and tasks
            else None
        )
        performing = {row["id"]: task for row, task in tasks}
        given: list[Given] = []
        due: list[Due] = []
        for row in rows:
            if row["id"] in performing:
                self._perform(
                    performing[row["id"]], known, _origin(row, self._commands.service, seed=False), given, due
                )
            else:
                given.append(self._command(row))
        await self._commands.dispatch(connection, given, due)

    def _task(self, row: asyncpg.Record) -> Task | None:
        return self._reactions.named(row["command"]) if self._reactions else None

    def _command(self, row: asyncpg.Record) -> Given:
        command = self._commands.named(row["command"])
        if command is None:
            raise LookupError(f"no aggregate of this release knows the command {row['command']['name']}")
        return Given(command, _origin(row, self._commands.service, seed=True))

    def _perform(self, task: Task, known: Any, origin: Origin, given: list[Given], due: list[Due]) -> None:
        if self._reactions is None:
            raise LookupError("a task without reactions")
        for step in self._reactions.perform(task, known, self._clock.today()):
            if isinstance(step, Timer):
                due.append(timer_due(step, origin))
            else:
                given.append(Given(step, origin))


def _origin(row: asyncpg.Record, service: str, *, seed: bool) -> Origin:
    return Origin(
        actor="system/timer" if seed else f"system/{service}",
        time=row["at"],
        causation_id=row["causation_id"],
        correlation_id=row["correlation_id"],
        seed=row["id"] if seed else None,
    )
