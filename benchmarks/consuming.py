"""From Kafka to the rows of a view with its offset, decoding included, beside an ORM and a framework's batches."""

import asyncio
import itertools
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from faststream.kafka import KafkaBroker
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks.commands import asked
from benchmarks.contest import Contest, Contestant
from benchmarks.goals import Times
from benchmarks.orm import one_by_one, open_orm
from benchmarks.place import Office, Place, open_office, publish
from services.training.app import SERVICE
from services.training.views.pledges import PLEDGES
from shared.events.codec import Recorded
from shared.events.topics import TRAINING
from shared.events.training import PledgeRequested
from shared.runtime.reading.consumer import consuming
from shared.runtime.reading.intake import Intake
from shared.runtime.reading.subscription import Subscription
from shared.runtime.reading.views import ViewHandler
from shared.testing.house import MORNING

MANY: Final = 20_000
BATCH: Final = 500
_TABLE: Final = "CREATE TABLE reference_pledge (pledge_id text PRIMARY KEY, person_id text, state text)"
_UPSERT: Final = """
INSERT INTO reference_pledge (pledge_id, person_id, state) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
ON CONFLICT (pledge_id) DO UPDATE SET state = excluded.state
"""


@asynccontextmanager
async def contests(place: Place) -> AsyncIterator[tuple[Contest, ...]]:
    """Everybody joins a consumer group of his own and reads the same records from the first on."""
    async with (
        place.town() as town,
        open_office(town, SERVICE) as office,
        open_orm(office.running.settings.database_url, _Base) as orm,
    ):
        await publish(town, (_requested(f"P{number:06}") for number in range(MANY)))
        await office.running.pool.execute(_TABLE)
        yield (_contest(_Readers(office), orm),)


def _contest(readers: "_Readers", orm: AsyncEngine) -> Contest:
    return Contest(
        "consume",
        Contestant("a view's feed", readers.viewed, readers.forget),
        (
            Contestant("ORM, event by event", lambda: readers.one_by_one(orm)),
            Contestant("FastStream, batches", readers.framed),
        ),
        (Times("ORM, event by event", "wall", 100), Times("FastStream, batches", "cpu", 1)),
    )


@dataclass
class _Readers:
    office: Office
    groups: Iterator[int] = field(default_factory=itertools.count)

    @property
    def kafka(self) -> str:
        return self.office.town.parts.kafka

    @property
    def topic(self) -> str:
        return self.office.town.prefix + TRAINING.name

    def group(self) -> str:
        return f"{self.office.town.prefix}bench-{next(self.groups)}"

    async def forget(self) -> None:
        await self.office.running.pool.execute("TRUNCATE pledges")

    async def viewed(self) -> int:
        running = self.office.running
        name, handler = self.group(), ViewHandler(PLEDGES.at(""))
        intake = Intake(name, handler, running.service.read, PLEDGES.kinds)
        read = Subscription(PLEDGES.topics, intake, running.pool)
        feed = read.feed(running.feed_settings, running.settings.topic_prefix)
        done = 0
        async with consuming(running.feed_settings, name, [self.topic], feed) as consumer:
            while done < MANY:
                done += await feed.poll(consumer)
        return done

    async def one_by_one(self, engine: AsyncEngine) -> int:
        """Read, look the row up, change it, commit it with the offset; a few are enough to tell what one takes."""
        return await one_by_one(self.kafka, [self.topic], engine, _merge)

    async def framed(self) -> int:
        broker, done, pool = KafkaBroker(self.kafka, logger=None), asyncio.Event(), self.office.running.pool
        seen = [0]

        async def documents(message: Any) -> list[dict[str, Any]]:
            return [orjson.loads(record.value) for record in message.raw_message]

        terms: dict[str, Any] = {"batch": True, "max_records": BATCH, "auto_offset_reset": "earliest"}

        @broker.subscriber(self.topic, group_id=self.group(), decoder=documents, **terms)  # type: ignore[untyped-decorator]
        async def take(told: list[dict[str, Any]]) -> None:
            rows = {each["data"]["pledge_id"]: each["data"]["person_id"] for each in told}
            await pool.execute(_UPSERT, list(rows), list(rows.values()), ["requested"] * len(rows))
            seen[0] += len(told)
            if seen[0] >= MANY:
                done.set()

        await broker.start()
        try:
            await done.wait()
        finally:
            await broker.stop()
        return MANY


def _requested(person: str) -> Recorded:
    command = asked(person, 1).model_dump(exclude={"pledge_id"})
    event = PledgeRequested(pledge_id=f"{person}-1", **command)
    return Recorded(str(uuid.uuid4()), "/training", f"pledge/{person}-1", 1, MORNING, MORNING, event)


class _Base(DeclarativeBase):
    pass


class _Pledge(_Base):
    __tablename__ = "orm_pledge"
    pledge_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str]
    state: Mapped[str]


class _Offset(_Base):
    __tablename__ = "orm_offset"
    partition: Mapped[int] = mapped_column(primary_key=True)
    next: Mapped[int]


async def _merge(session: AsyncSession, record: Any) -> None:
    told = orjson.loads(record.value)["data"]
    pledge = await session.get(_Pledge, told["pledge_id"])
    if pledge is None:
        session.add(_Pledge(pledge_id=told["pledge_id"], person_id=told["person_id"], state="requested"))
    else:
        pledge.state = "requested"
    await session.merge(_Offset(partition=record.partition, next=record.offset + 1))
