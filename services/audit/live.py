"""Live: what is told changes what is known of somebody, at once; what changes around many is judged in the background.

A batch stores its facts, judges the subjects it touches and replaces their intervals, all in the transaction that
moves the position. Everybody who asked about what changed, be it a company, a campaign or a person in charge, is dirty.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, cast

import msgspec
import structlog

from services.audit import histories, judging
from services.audit.domain.subjects import TOPICS, subjects_of, surrounds
from services.audit.histories import NewFact
from services.audit.known_at import KnownAt, known_at_rule
from services.audit.locks import INTERVALS, exclusively
from shared.events.codec import Recorded
from shared.law.rule_pack import RulePack, rule_pack
from shared.runtime.database import CONNECTION_LOST, Connection, Pool, transaction
from shared.runtime.reading.intake import Handler, Intake, Unfoldable
from shared.runtime.reading.record import Outcome, Read, Record
from shared.runtime.reading.subscription import Subscription
from shared.runtime.service import Running
from shared.runtime.tasks import woken

CHUNK: Final = 500
"""Subjects judged in one transaction of the background: well below a second."""
POLL: Final = 0.2
log = structlog.get_logger()

_MARK: Final = """
INSERT INTO dirty (subject)
SELECT DISTINCT d.subject FROM unnest($1::text[]) AS n (asked) JOIN dependency d ON d.asked = n.asked
ON CONFLICT (subject) DO UPDATE SET failure = NULL
"""
_NEXT: Final = "SELECT subject FROM dirty WHERE failure IS NULL ORDER BY subject LIMIT $1"
_FAILED: Final = """
INSERT INTO dirty (subject, failure) SELECT * FROM unnest($1::text[], $2::text[])
ON CONFLICT (subject) DO UPDATE SET failure = excluded.failure
"""


class Heard(Recorded, frozen=True, kw_only=True):
    """An event with its bytes, and since when the log has held it."""

    value: bytes
    known_at: datetime


class KnowingIntake(Intake):
    """An intake that passes on when an event became known."""

    def __init__(self, subscription: str, handler: Handler, read: Read, known_at: KnownAt) -> None:
        super().__init__(subscription, handler, read)
        self._known_at = known_at

    def read(self, record: Record) -> Outcome:
        found = super().read(record)
        if not isinstance(found, Recorded):
            return found
        known_at = self._known_at(found, record.timestamp)
        return Heard(**msgspec.structs.asdict(found), value=record.value or b"", known_at=known_at)


class Live(Subscription):
    """The subscription `live`."""

    def __init__(self, running: Running) -> None:
        intake = KnowingIntake("live", LiveHandler(rule_pack()), running.read, known_at_rule(running.settings))
        self.news = asyncio.Event()
        """Set after each batch: somebody may have to be judged anew."""
        super().__init__(TOPICS, intake, running.pool, committed=self.news.set)


def live_of(running: Running) -> Live:
    """The subscription of this service that judges."""
    return cast("Live", running.subscriptions["live"])


@dataclass(frozen=True)
class LiveHandler:
    writes_last: ClassVar[bool] = False
    pack: RulePack

    async def handle(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        """Take a batch into the histories and judge whom it touches."""
        facts = [(fact, heard) for heard in batch for fact in _facts(heard)]
        if not facts:
            return
        await exclusively(connection, INTERVALS)
        await histories.add(connection, [fact for fact, _ in facts])
        subjects = sorted({fact.subject for fact, _ in facts})
        await connection.execute(_MARK, subjects)
        touched = [subject for subject in subjects if not surrounds(subject)]
        verdicts = await judging.judge_and_save(connection, touched, self.pack)
        culprits = {fact.subject: heard for fact, heard in facts}
        for subject, error in verdicts.failed.items():
            raise Unfoldable(culprits[subject], error) from error


def _facts(heard: Any) -> list[NewFact]:
    subjects = subjects_of(heard.stream.encode(), heard.value)
    return [NewFact(subject, heard.source, heard.id, heard.known_at, heard.value) for subject in subjects]


class Background:
    """Judges the dirty, in chunks, until there are none."""

    def __init__(self, pool: Pool, news: asyncio.Event) -> None:
        self._pool = pool
        self._news = news
        self._pack = rule_pack()

    async def run(self) -> None:
        """For ever; without the database there is nothing to do, so wait for it."""
        while True:
            try:
                judged = await self.step()
            except CONNECTION_LOST:
                log.warning("background_lost_its_database", exc_info=True)
                judged = 0
            if not judged:
                await woken(self._news, POLL)

    async def step(self) -> int:
        """Judge the next of them in one transaction; how many it was."""
        async with transaction(self._pool) as connection:
            if not await connection.fetchval("SELECT EXISTS (SELECT FROM dirty WHERE failure IS NULL)"):
                return 0
            await exclusively(connection, INTERVALS)
            subjects = [row["subject"] for row in await connection.fetch(_NEXT, CHUNK)]
            verdicts = await judging.judge_and_save(connection, subjects, self._pack)
            await _put_aside(connection, verdicts.failed)
        return len(subjects)


async def _put_aside(connection: Connection, failed: dict[str, Exception]) -> None:
    """They keep their old intervals and stay dirty, where an operator sees them."""
    for subject, error in failed.items():
        log.error("subject_not_judged", stream=subject, error=type(error).__name__)
    if failed:
        await connection.execute(_FAILED, list(failed), [type(error).__name__ for error in failed.values()])


async def pending(connection: Connection) -> int:
    """How many subjects wait to be judged anew."""
    waiting: int = await connection.fetchval("SELECT count(*) FROM dirty")
    return waiting
