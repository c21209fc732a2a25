"""One replay at a time, in whichever process holds the lock; one that a process left behind is begun again."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Final
from uuid import UUID

import asyncpg
import structlog

from services.audit import intervals
from services.audit.domain.answers import answers
from services.audit.domain.canonical import ResultDigest
from services.audit.domain.context import Surroundings
from services.audit.domain.interval import FISCAL, ROLLING, Interval
from services.audit.domain.readings import Cell, Period, tally
from services.audit.domain.rulebook import RULES
from services.audit.known_at import known_at_rule
from services.audit.locks import REPLAY
from services.audit.replay import store
from services.audit.replay.gather import MOST_HELD, Gathered, Refold, people_of
from services.audit.replay.order import ReplayOrder
from services.audit.replay.sources import ArchivedLog, Log, kafka_log
from services.audit.replay.store import Replay
from shared.runtime.database import Pool, alone, borrow, transaction
from shared.runtime.service import Running

POLL: Final = 0.2
TELL_EVERY: Final = 0.5
log = structlog.get_logger()


class Stopped(Exception):  # noqa: N818 - what happened
    """Somebody cancelled the replay, or this process no longer holds the lock."""


@dataclass
class ReplayWorker:
    running: Running
    most_held: int = MOST_HELD

    async def run(self) -> None:
        async with alone(self.running.settings.database_url, REPLAY, poll=POLL) as session:
            while True:
                if not await self.step(session):
                    await asyncio.sleep(POLL)

    async def step(self, session: "asyncpg.Connection[asyncpg.Record]") -> bool:
        """Do the next replay, if there is one; who has lost the session begins none."""
        async with session.transaction():
            replay = await store.start_next(session)
        if replay is None:
            return False
        try:
            result = await self._replay(replay, session)
        except Stopped:
            log.info("replay_stopped", id=str(replay.replay_id))
        except Exception as error:
            log.exception("replay_failed", id=str(replay.replay_id))
            await self._end(replay, store.FAILED, {"failure": f"{type(error).__name__}: {error}"[:500]})
        else:
            await self._end(replay, store.DONE, result)
        return True

    async def _end(self, replay: Replay, state: str, result: dict[str, Any]) -> None:
        async with transaction(self.running.pool) as connection:
            await store.end(connection, replay.replay_id, state, result)
            await store.tell(connection, replay.replay_id, {"state": state, **_figures(result)})

    async def _replay(self, replay: Replay, session: "asyncpg.Connection[asyncpg.Record]") -> dict[str, Any]:
        refold = Refold(replay.order, self.running.service.read, known_at_rule(self.running.settings))
        async with self._log(replay.order) as read:
            run = _Run(self.running.pool, replay.replay_id, refold, read, session, self.most_held)
            return await run.result()

    @asynccontextmanager
    async def _log(self, order: ReplayOrder) -> AsyncIterator[Log]:
        settings = self.running.settings
        if order.source == "archive":
            yield await ArchivedLog.open(self.running.pool)
        else:
            async with kafka_log(settings.kafka_bootstrap_servers, settings.topic_prefix) as read:
                yield read


@dataclass
class _Run:
    """A replay on its way."""

    pool: Pool
    replay_id: UUID
    refold: Refold
    log: Log
    session: "asyncpg.Connection[asyncpg.Record]"
    most_held: int
    began: float = field(default_factory=time.monotonic)
    told_at: float = 0.0
    events: int = 0
    subjects: int = 0
    counted: Counter[Cell] = field(default_factory=Counter)

    @property
    def _period(self) -> Period:
        return Period(self.refold.order.begins, self.refold.order.until, whole=True)

    async def result(self) -> dict[str, Any]:
        parts = max(1, ceil(self.log.total / self.most_held))
        people = await self._people() if parts > 1 else set()
        surroundings = Surroundings({})
        for part in range(parts):
            gathered = await self._gather(Gathered(part, parts, people))
            if part == 0:
                surroundings = self.refold.surroundings(gathered.surroundings)
            await self._fold(gathered, surroundings)
        digest = await self._digest()
        return self._summary(digest, parts)

    async def _people(self) -> set[str]:
        """Whom subjects ask about: of too many to hold, one reading of the log finds the few."""
        people = set[str]()
        async for batch in self.log.batches():
            people.update(people_of(batch))
        return people

    async def _gather(self, gathered: Gathered) -> Gathered:
        async for batch in self.log.batches():
            gathered.take(batch)
            self.events += len(batch) if gathered.part == 0 else 0
            await self._tell(gathered.parts)
        return gathered

    async def _fold(self, gathered: Gathered, surroundings: Surroundings) -> None:
        """Off the loop, so that requests are answered meanwhile."""
        for chunk in gathered.chunks():
            found = await asyncio.to_thread(self._judge, chunk, gathered, surroundings)
            self.subjects += len(chunk)
            self.counted += tally(found, self._period)
            async with transaction(self.pool) as connection:
                await intervals.add_replayed(connection, self.replay_id, found)
            await self._tell(gathered.parts)

    def _judge(self, chunk: list[str], gathered: Gathered, surroundings: Surroundings) -> list[Interval]:
        return [
            interval
            for subject in chunk
            for interval in self.refold.intervals(subject, gathered.subjects[subject], surroundings)
        ]

    async def _digest(self) -> ResultDigest:
        digest = ResultDigest()
        async with transaction(self.pool) as connection:
            async for row in intervals.replayed_result(connection, self.replay_id):
                digest.add([row])
        return digest

    async def _tell(self, parts: int) -> None:
        """Raises Stopped; notes the progress at most twice a second."""
        if time.monotonic() - self.told_at < TELL_EVERY:
            return
        self.told_at = time.monotonic()
        async with borrow(self.pool) as connection:
            running = await store.state(connection, self.replay_id) == store.RUNNING
            if self.session.is_closed() or not running:
                raise Stopped
            await store.tell(connection, self.replay_id, {"state": store.RUNNING, **self._progress(parts)})

    def _progress(self, parts: int) -> dict[str, Any]:
        seconds = max(time.monotonic() - self.began, 0.001)
        return {
            "events": self.events,
            "total": self.log.total,
            "subjects": self.subjects,
            "passes": parts,
            "seconds": round(seconds, 3),
            "events_per_second": round(self.events / seconds),
        }

    def _summary(self, digest: ResultDigest, parts: int) -> dict[str, Any]:
        order = self.refold.order
        tables = [answers(self.counted, RULES, self.refold.pack, order.until, mode) for mode in (None, ROLLING, FISCAL)]
        rows = {row.key: row for table in tables for row in table}
        return {
            **self._progress(parts),
            "digest": digest.hexdigest(),
            "intervals": digest.rows,
            "positions": self.log.positions,
            "rule_pack_digest": self.refold.pack.digest,
            "answers": [rows[key].document() for key in sorted(rows)],
        }


def _figures(result: dict[str, Any]) -> dict[str, Any]:
    """What the last line of the progress says: everything but the tables."""
    return {name: value for name, value in result.items() if name not in {"answers", "positions"}}
