"""Audit with a long log behind it: archived, in the histories, judged; and the same events in a plain table."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import asyncpg

from benchmarks.chronicle import AUDITOR, chronicle
from benchmarks.place import Office, Place, open_office, topic_of
from services.audit import histories, judging
from services.audit.app import SERVICE
from services.audit.archive import Archive
from services.audit.domain.subjects import subjects_of, surrounds
from services.audit.histories import NewFact
from services.audit.schema import ORGANISATION
from shared.events.codec import HEADERS, Recorded, encode
from shared.law.rule_pack import rule_pack
from shared.runtime.database import Connection, connect, transaction
from shared.runtime.reading.views import ViewHandler

BATCH: Final = 5_000
AT_ONCE: Final = 1_000
"""Subjects judged in one transaction."""


@dataclass(frozen=True, slots=True)
class Told:
    office: Office
    events: int
    token: str
    """Of somebody who may see everything."""
    plain: "asyncpg.Connection[asyncpg.Record]"
    """Where the plain table is asked, with all the time it takes."""


@dataclass(frozen=True, slots=True)
class ToldRecord:
    """A record as the archive takes it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]] = tuple(HEADERS)


@asynccontextmanager
async def told(place: Place) -> AsyncIterator[Told]:
    """As live would have it, but judged once at the end."""
    async with place.town() as town, open_office(town, SERVICE) as office:
        events = chronicle(place.events)
        await archive(office, events)
        await judge(office, events)
        plain = await connect(office.running.settings.database_url)
        await fill_plain_table(plain, events)
        await plain.execute("ANALYZE")
        yield Told(office, len(events), office.token(AUDITOR), plain)
        await plain.close()


async def archive(office: Office, events: Sequence[Recorded]) -> None:
    archiving, offsets = Archive(""), Counter[str]()
    for batch in batches(events):
        async with transaction(office.running.pool) as connection:
            await archiving.process(connection, [_record(each, offsets) for each in batch])


def _record(recorded: Recorded, offsets: Counter[str]) -> ToldRecord:
    topic = topic_of(recorded)
    offsets[topic] += 1
    timestamp = int(recorded.recorded_at.timestamp() * 1000)
    return ToldRecord(topic, 0, offsets[topic] - 1, timestamp, recorded.stream.encode(), encode(recorded))


async def judge(office: Office, events: Sequence[Recorded]) -> None:
    """Who may ask is known from the organisation's view."""
    subjects = set[str]()
    for batch in batches(events):
        facts = [fact for each in batch for fact in _facts(each)]
        subjects.update(fact.subject for fact in facts if not surrounds(fact.subject))
        async with transaction(office.running.pool) as connection:
            await histories.add(connection, facts)
            await ViewHandler(ORGANISATION.at("")).handle(connection, [each for each in batch if each.source == "/hr"])
    for some in batches(sorted(subjects), AT_ONCE):
        async with transaction(office.running.pool) as connection:
            await _judged(connection, some)


async def _judged(connection: Connection, subjects: Sequence[str]) -> None:
    verdicts = await judging.judge_and_save(connection, subjects, rule_pack())
    if verdicts.failed:
        raise AssertionError(f"not judged: {verdicts.failed}")


def _facts(recorded: Recorded) -> Iterator[NewFact]:
    value = encode(recorded)
    for subject in subjects_of(recorded.stream.encode(), value):
        yield NewFact(subject, recorded.source, recorded.id, recorded.recorded_at, value)


def batches(items: Sequence[Any], size: int = BATCH) -> Iterator[list[Any]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


PLAIN: Final = """
CREATE TABLE told (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream text NOT NULL, owner text NOT NULL,
  type text NOT NULL, day date NOT NULL, unit text, company text);
CREATE INDEX ON told (stream, day, position);
"""
_COLUMNS: Final = ("stream", "owner", "type", "day", "unit", "company")


async def fill_plain_table(connection: Connection, events: Sequence[Recorded]) -> None:
    """One row an event: on which stream, about whom, what, when, and where he or it is from then on."""
    await connection.execute(PLAIN)
    await connection.copy_records_to_table("told", records=map(_plain, events), columns=_COLUMNS)


def _plain(recorded: Recorded) -> tuple[Any, ...]:
    event = recorded.event
    person = getattr(event, "person_id", None)
    owner = f"person/{person}" if person and not recorded.stream.startswith("slip/") else _subject(recorded.stream)
    moved = getattr(event, "to", None)
    unit = moved.org_unit_id if moved else _unit(event) if owner == recorded.stream else None
    company = unit.partition("-")[0] if unit else None
    return (recorded.stream, owner, event.type, recorded.time.date(), unit, company)


def _unit(event: Any) -> str | None:
    found = (getattr(event, name, None) for name in ("to_unit", "org_unit_id", "aware_org_unit_id"))
    return next(filter(None, found), None)


def _subject(stream: str) -> str:
    """An inspection's slip."""
    kind, _, rest = stream.partition("/")
    return f"slip/{rest.partition('/')[0]}" if kind == "inspection" else stream
