"""Time gives commands too. A due row is written with the event that causes it and taken with the events it causes.

Any number of workers may run, and one at a time fires, so that what was missed is caught up with in order; who dies
firing leaves the turn, and everything he took, to the others. What fires late keeps the scheduled instant as its
time, and its ids are made from it, so nothing happens twice.
"""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

import asyncpg
import structlog

from shared.law.calendar import business_date
from shared.runtime.clock import Clock
from shared.runtime.database import CONNECTION_LOST, Connection, Pool, borrow, transaction
from shared.runtime.reacting.reactions import Performer, Task, sort_steps
from shared.runtime.watching.instruments import TIMERS_FIRED
from shared.runtime.writing.commands import Commands, Committed, nobody
from shared.runtime.writing.event_store import Conflict, Due
from shared.runtime.writing.origin import Given, Origin

BATCH: Final = 500
POLL: Final = 0.1
TICK: Final = 0.02
"""Seconds between looks at the database, and at the clock: a driven clock jumps."""
MOMENT: Final = 0.1
"""Seconds: twice as many large tasks as were done within this are taken together next; otherwise one."""
TURN: Final = 0xDA1C_0002
HOLD: Final = (timedelta(seconds=1), timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
HAPPENED: Final = ("event_event_id_key",)
"""The conflict of a timer that was set again after it had fired: what it would cause is already recorded."""
log = structlog.get_logger()

_TAKE = """
SELECT id, at, command, causation_id, correlation_id, failures FROM due
 WHERE at <= $1 AND (held_until IS NULL OR held_until <= $2)
 ORDER BY at, id LIMIT $3 FOR UPDATE
"""
_NEXT = "SELECT min(at) FROM due WHERE held_until IS NULL OR held_until <= $1"
_DONE = "DELETE FROM due WHERE id = ANY($1::text[])"
_HOLD = "UPDATE due SET failures = $2, failure = $3, held_until = $4 WHERE id = $1"


class Timers:
    """Fires what is due, in the order of its instants."""

    def __init__(
        self,
        pool: Pool,
        commands: Commands,
        clock: Clock,
        performers: Sequence[Performer] = (),
        committed: Committed = nobody,
    ) -> None:
        self._pool = pool
        self._commands = commands
        self._clock = clock
        self._performers = performers
        self._committed = committed
        self._next: datetime | None = None
        """When the next one known of is due."""
        self._asked = 0
        """How many had been asked for in this process when it was looked."""
        self._large_at_once = 1

    async def run(self) -> None:
        """Fire for ever; without the database nothing is due, so wait for it."""
        while True:
            try:
                fired = await self.fire()
            except CONNECTION_LOST:
                log.warning("timers_lost_their_database", exc_info=True)
                fired = 0
            if not fired:
                await self._rest()

    async def _rest(self) -> None:
        """Until the next one is due by the clock, or another one was set here, or may have been elsewhere."""
        for _ in range(round(POLL / TICK)):
            await asyncio.sleep(TICK)
            due = self._next is not None and self._next <= self._clock.now()
            if due or self._commands.timers_asked != self._asked:
                return

    async def fire(self) -> int:
        """Fire one batch; when it fails, one by one, so that a single bad timer holds up nobody but itself."""
        try:
            return await self._fire()
        except CONNECTION_LOST:
            raise
        except Conflict as conflict:
            return await self._fire_singly() if conflict.args == HAPPENED else 1
        except asyncpg.DeadlockDetectedError:
            return 1
        except Exception:
            log.warning("timer_batch_failed", exc_info=True)
            return await self._fire_singly()

    async def _fire(self) -> int:
        self._asked = self._commands.timers_asked
        async with borrow(self._pool) as connection:
            self._next = await connection.fetchval(_NEXT, datetime.now(UTC))
        if self._next is None or self._next > self._clock.now():
            return 0
        began = time.monotonic()
        async with transaction(self._pool) as connection:
            rows = self._together(await self._take(connection, BATCH))
            large = await self._give(connection, rows) if rows else 0
            if rows:
                await connection.execute(_DONE, [row["id"] for row in rows])
        if rows:
            self._committed()
        self._large_at_once = 2 * large if large and time.monotonic() - began < MOMENT else 1
        TIMERS_FIRED.inc(len(rows))
        return len(rows)

    def _together(self, rows: Sequence[asyncpg.Record]) -> Sequence[asyncpg.Record]:
        """What fires in one transaction: all of it, up to more large tasks than are done in a moment."""
        large = (place for place, row in enumerate(rows) if (found := self._performer(row)) and found[1].large)
        return rows[: next(islice(large, self._large_at_once, None), len(rows))]

    async def _fire_singly(self) -> int:
        for handled in range(BATCH):
            with contextlib.suppress(Conflict):
                if not await self._fire_one():
                    return handled
        return BATCH

    async def _fire_one(self) -> bool:
        """Whether anything was due; what fails is held in the transaction that took it, so nobody else's is."""
        async with transaction(self._pool) as connection:
            rows = await self._take(connection, 1)
            for row in rows:
                error = await self._try(connection, row)
                if error is None:
                    await connection.execute(_DONE, [row["id"]])
                    TIMERS_FIRED.inc()
                else:
                    await self._hold(connection, row, error)
        self._committed()
        return bool(rows)

    async def _try(self, connection: Connection, row: asyncpg.Record) -> Exception | None:
        try:
            async with connection.transaction():
                await self._give(connection, [row])
        except CONNECTION_LOST:
            raise
        except Conflict as conflict:
            if conflict.args != HAPPENED:
                raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is kept with the timer and tried again
            return error
        return None

    async def _take(self, connection: Connection, limit: int) -> list[asyncpg.Record]:
        """What is due, for whose turn it is until the end of the transaction; nothing for all others."""
        if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", TURN):
            return []
        return await connection.fetch(_TAKE, self._clock.now(), datetime.now(UTC), limit)

    async def _hold(self, connection: Connection, row: asyncpg.Record, error: Exception) -> None:
        failures = row["failures"] + 1
        until = datetime.now(UTC) + HOLD[min(failures, len(HOLD)) - 1]
        await connection.execute(_HOLD, row["id"], failures, f"{type(error).__name__}: {error}"[:500], until)
        log.error("timer_held", id=row["id"], failures=failures, exc_info=error)

    async def _give(self, connection: Connection, rows: Sequence[asyncpg.Record]) -> int:
        """Each row in its turn: a command goes to its aggregate, a task is first expanded by who performs it.

        How many of the tasks were large.
        """
        tasks = {row["id"]: found for row in rows if (found := self._performer(row)) is not None}
        known = {
            performer: await performer.load(
                connection, (), [task for each, task in tasks.values() if each is performer]
            )
            for performer in dict.fromkeys(performer for performer, _ in tasks.values())
        }
        given: list[Given] = []
        due: list[Due] = []
        for row in rows:
            if row["id"] in tasks:
                performer, task = tasks[row["id"]]
                steps = performer.perform(task, known[performer], business_date(row["at"]))
                sort_steps(steps, _origin(row, self._commands.service, seed=False), given, due)
            else:
                given.append(self._command(row))
        await self._commands.dispatch(connection, given, due)
        return sum(task.large for _, task in tasks.values())

    def _performer(self, row: asyncpg.Record) -> tuple[Performer, Task] | None:
        for performer in self._performers:
            task = performer.named(row["command"])
            if task is not None:
                return performer, task
        return None

    def _command(self, row: asyncpg.Record) -> Given:
        command = self._commands.named(row["command"])
        if command is None:
            raise LookupError(f"no aggregate of this release knows the command {row['command']['name']}")
        return Given(command, _origin(row, self._commands.service, seed=True))


def _origin(row: asyncpg.Record, service: str, *, seed: bool) -> Origin:
    return Origin(
        actor="system/timer" if seed else f"system/{service}",
        time=row["at"],
        causation_id=row["causation_id"],
        correlation_id=row["correlation_id"],
        seed=row["id"] if seed else None,
    )
