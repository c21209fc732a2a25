"""From events on Kafka to the intervals they bring about, by all rules, beside an ORM that notes a status for each."""

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks.chronicle import chronicle
from benchmarks.contest import Contest, Contestant
from benchmarks.goals import PerSecond, Times
from benchmarks.orm import one_by_one, open_orm
from benchmarks.place import Office, Place, open_office, publish
from services.audit.app import SERVICE
from services.audit.domain.subjects import TOPICS
from services.audit.live import Background, live_of
from shared.events.codec import Recorded, decode
from shared.runtime.database import borrow
from shared.runtime.reading.consumer import FeedSettings, consuming
from shared.runtime.reading.subscription import topic_names

MANY: Final = 20_000
_FORGET: Final = """
TRUNCATE subject_history, dependency, dirty, interval, subscription_offset, stream_version, inbox, parked
"""
_LEFT: Final = "SELECT (SELECT count(*) FROM parked) + (SELECT count(*) FROM dirty)"


@asynccontextmanager
async def contests(place: Place) -> AsyncIterator[tuple[Contest, ...]]:
    """Every round begins with a database that has heard of nothing."""
    async with (
        place.town() as town,
        open_office(town, SERVICE) as office,
        open_orm(office.running.settings.database_url, _Base) as engine,
    ):
        events = chronicle(MANY)
        await publish(town, events)
        listening = _Listening(office, len(events))
        ours = Contestant("live, all rules", listening.judged, listening.forget)
        orm = Contestant("ORM, event by event", lambda: listening.one_by_one(engine))
        yield (Contest("live", ours, (orm,), (PerSecond(3_000), Times(orm.name, "wall", 1))),)


@dataclass(frozen=True)
class _Listening:
    office: Office
    events: int
    groups: Iterator[int] = field(default_factory=itertools.count)

    @property
    def topics(self) -> list[str]:
        return topic_names(TOPICS, self.office.town.prefix)

    def _settings(self) -> FeedSettings:
        """A group of its own, which nobody is slow to leave, nor thrown out of while a full batch is judged."""
        usual = self.office.running.feed_settings
        return replace(usual, group=f"{usual.group}-{next(self.groups)}", session_timeout_ms=60_000)

    async def forget(self) -> None:
        async with borrow(self.office.running.pool) as connection:
            await connection.execute(_FORGET)

    async def judged(self) -> int:
        """In the batches in which they come; whom a change around them touches is judged anew as well."""
        running, done = self.office.running, 0
        live, settings = live_of(running), self._settings()
        feed = live.feed(settings, running.settings.topic_prefix)
        async with consuming(settings, live.name, self.topics, feed) as consumer:
            while done < self.events:
                done += await feed.poll(consumer)
        background = Background(running.pool, live.news)
        while await background.step():
            pass
        await self._nothing_is_left()
        return self.events

    async def _nothing_is_left(self) -> None:
        async with borrow(self.office.running.pool) as connection:
            if left := await connection.fetchval(_LEFT):
                raise AssertionError(f"{left} were parked or not judged")

    async def one_by_one(self, engine: AsyncEngine) -> int:
        """By no rule: the stretch that an event ends and the one that it begins, committed with the offset."""
        return await one_by_one(self.office.town.parts.kafka, self.topics, engine, _stand)


class _Base(DeclarativeBase):
    pass


class _Stretch(_Base):
    __tablename__ = "orm_stretch"
    id: Mapped[int] = mapped_column(primary_key=True)
    stream: Mapped[str] = mapped_column(index=True)
    status: Mapped[str]
    begins: Mapped[date]
    ends: Mapped[date | None]


class _Offset(_Base):
    __tablename__ = "orm_offset"
    topic: Mapped[str] = mapped_column(primary_key=True)
    partition: Mapped[int] = mapped_column(primary_key=True)
    next: Mapped[int]


async def _stand(session: AsyncSession, record: Any) -> None:
    told = decode(record.value)
    if not isinstance(told, Recorded):
        raise TypeError(told)
    open_one = select(_Stretch).where(_Stretch.stream == told.stream, _Stretch.ends.is_(None))
    for stretch in await session.scalars(open_one):
        stretch.ends = told.time.date()
    session.add(_Stretch(stream=told.stream, status=told.event.type, begins=told.time.date(), ends=None))
    await session.merge(_Offset(topic=record.topic, partition=record.partition, next=record.offset + 1))
