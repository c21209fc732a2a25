"""All rules over the whole log, from the archive and from Kafka, beside readers that only note how a stream stood."""

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from aiokafka import AIOKafkaConsumer, TopicPartition
from eventsourcing.application import Application
from eventsourcing.domain import DomainEvent as LibraryEvent
from pydantic import BaseModel

from benchmarks.chronicle import LAST, chronicle
from benchmarks.commands import application
from benchmarks.contest import Contest, Contestant
from benchmarks.goals import Times
from benchmarks.place import Office, Place, open_office, publish
from benchmarks.told import BATCH, archive, batches
from services.audit.app import SERVICE
from services.audit.domain.subjects import TOPICS
from services.audit.replay import store
from services.audit.replay.order import ReplayOrder, Source
from services.audit.replay.worker import ReplayWorker
from shared.events.base import REGISTERED, DomainEvent
from shared.events.codec import Recorded
from shared.runtime.database import borrow, connect, transaction
from shared.testing.house import MORNING

MANY: Final = 20_000
BEGINNING: Final = date(2000, 4, 1)
_FORGET: Final = "TRUNCATE replay, replay_progress, replay_interval"


@asynccontextmanager
async def contests(place: Place) -> AsyncIterator[tuple[Contest, ...]]:
    async with place.town() as town, open_office(town, SERVICE) as office:
        events = chronicle(MANY)
        await publish(town, events)
        await archive(office, events)
        replaying = _Replaying(office, len(events))
        with closing(application(office.running.settings.database_url)) as saving:
            library = Contestant("eventsourcing, read and noted", _Library.filled(saving, events).noted)
            plain = Contestant("aiokafka and pydantic, read and noted", replaying.noted)
            yield (
                replaying.contest("archive", library, Times(library.name, "wall", 10)),
                replaying.contest("kafka", plain, Times(plain.name, "wall", 1.5)),
            )


@dataclass
class Notes:
    """The least fold that there is: by which event each stream stood as it did, since when, until when."""

    stretches: dict[str, list[tuple[str, datetime, datetime | None]]] = field(default_factory=dict)

    def note(self, stream: str, kind: str, time: datetime) -> None:
        known = self.stretches.setdefault(stream, [])
        if known:
            before, since, _ = known[-1]
            known[-1] = (before, since, time)
        known.append((kind, time, None))


@dataclass(frozen=True)
class _Replaying:
    office: Office
    events: int

    def contest(self, source: Source, reference: Contestant, goal: Times) -> Contest:
        async def replay() -> int:
            return await self._replayed(source)

        return Contest(f"replay, {source}", Contestant("all rules", replay, self.forget), (reference,), (goal,))

    async def forget(self) -> None:
        async with borrow(self.office.running.pool) as connection:
            await connection.execute(_FORGET)

    async def _replayed(self, source: Source) -> int:
        """Asked for, worked off, its intervals stored and digested."""
        running, name = self.office.running, uuid.uuid4()
        async with transaction(running.pool) as connection:
            order = ReplayOrder(BEGINNING, LAST, source=source)
            await store.queue(connection, name, order, b"", "system/bench", MORNING)
        session = await connect(running.settings.database_url)
        await ReplayWorker(running).step(session)
        await session.close()
        async with borrow(running.pool) as connection:
            replay = await store.find(connection, name)
        if replay is None or not replay.result or replay.result.get("events") != self.events:
            raise AssertionError(f"the replay came to {replay}")
        return self.events

    async def noted(self) -> int:
        """Of all partitions what is there, without a group."""
        kafka, prefix, notes, done = self.office.town.parts.kafka, self.office.town.prefix, Notes(), 0
        consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest", enable_auto_commit=False)
        await consumer.start()
        try:
            consumer.assign(
                [TopicPartition(prefix + each.name, at) for each in TOPICS for at in range(each.partitions)]
            )
            while done < self.events:
                for records in (await consumer.getmany(timeout_ms=1000, max_records=BATCH)).values():
                    done += len(records)
                    for record in records:
                        told = Envelope.model_validate_json(record.value)
                        event: DomainEvent = REGISTERED[told.type].model_validate(told.data, strict=False)
                        notes.note(told.subject, event.type, told.time)
        finally:
            await consumer.stop()
        return done


class Envelope(BaseModel):
    id: str
    type: str
    subject: str
    time: datetime
    data: dict[str, Any]


@dataclass(frozen=True)
class LibraryTold(LibraryEvent):
    """The same event, as the library stores it."""

    stream: str
    type: str
    data: dict[str, Any]


@dataclass(frozen=True)
class _Library:
    application: Application[UUID]
    events: int

    @classmethod
    def filled(cls, saving: Application[UUID], events: Sequence[Recorded]) -> "_Library":
        """As its own `save` would store them, but many at once."""
        versions = dict[str, int]()
        for batch in batches(events):
            told = [_told(each, versions) for each in batch]
            saving.recorder.insert_events([saving.mapper.to_stored_event(each) for each in told])
        return cls(saving, len(events))

    async def noted(self) -> int:
        """Read in batches of our size: the ten that are its default would cost it more than all the rest."""
        notes, last, done = Notes(), 0, 0
        while done < self.events:
            found = self.application.recorder.select_notifications(last + 1, BATCH)
            for notification in found:
                told: Any = self.application.mapper.to_domain_event(notification)
                notes.note(told.stream, told.type, told.timestamp)
            last, done = int(found[-1].id), done + len(found)
        return done


def _told(recorded: Recorded, versions: dict[str, int]) -> LibraryTold:
    versions[recorded.stream] = versions.get(recorded.stream, 0) + 1
    return LibraryTold(
        originator_id=uuid5(NAMESPACE_URL, recorded.stream),
        originator_version=versions[recorded.stream],
        timestamp=recorded.time.astimezone(UTC),
        stream=recorded.stream,
        type=recorded.event.type,
        data=recorded.event.model_dump(mode="json", exclude_none=True),
    )
