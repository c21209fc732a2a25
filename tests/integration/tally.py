"""The smallest service there can be: a tally that only counts. What the runtime promises is tried on it."""

from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

import msgspec
from sqlalchemy import Column, Integer, Table, Text

from shared.decider import Command, Decider, Rejected, Timer
from shared.events.base import DomainEvent
from shared.events.codec import Recorded, encode
from shared.events.topics import Topic
from shared.runtime.reading.views import View
from shared.runtime.schema.tables import runtime_metadata
from shared.runtime.writing.aggregates import Aggregate

TOPIC = Topic("tally.events", (("retention.ms", "-1"),), partitions=3)
BEGINNING = datetime(2016, 4, 1, tzinfo=UTC)


class Counted(DomainEvent, type="tally.Counted.v1"):
    by: int
    note: str = ""


class Alarmed(DomainEvent, type="tally.Alarmed.v1"):
    """The alarm set by a count rang."""


class Count(Command):
    kind = "tally"
    tally: str
    by: int = 1
    note: str = ""

    @property
    def stream(self) -> str:
        return f"tally/{self.tally}"


class Ring(Command):
    kind = "tally"
    tally: str

    @property
    def stream(self) -> str:
        return f"tally/{self.tally}"


TallyCommand = Count | Ring
TallyEvent = Counted | Alarmed


def decide(command: TallyCommand, total: int) -> list[TallyEvent]:
    if isinstance(command, Ring):
        return [Alarmed()]
    if command.by < 0:
        raise Rejected("a tally only counts up")
    return [Counted(by=command.by, note=command.note)] if command.by else []


def evolve(total: int, event: TallyEvent) -> int:
    return total + event.by if isinstance(event, Counted) else total


def alarms(event: TallyEvent) -> list[Timer]:
    """A note `ring:<tally>:<days>` sets that many daily alarms."""
    if not isinstance(event, Counted) or not event.note.startswith("ring:"):
        return []
    _, tally, days = event.note.split(":")
    return [Timer(BEGINNING + timedelta(days=day), Ring(tally=tally), f"day-{day}") for day in range(int(days))]


def counted(tally: str, version: int | None, by: int = 1, note: str = "", source: str = "/tally") -> bytes:
    """The bytes of a count, for records that no relay wrote."""
    stream, name = f"tally/{tally}", f"{source}{tally}{version}{by}{note}"
    event = Counted(by=by, note=note)
    recorded = Recorded(str(uuid5(NAMESPACE_URL, name)), source, stream, version, BEGINNING, BEGINNING, event)
    return encode(recorded)


TALLY = Aggregate("tally", Decider(0, decide, evolve), (Count, Ring), alarms)


def _fragile(command: TallyCommand, total: int) -> list[TallyEvent]:
    if isinstance(command, Count) and command.note == "fragile":
        raise ArithmeticError("planted")
    return decide(command, total)


FRAGILE = Aggregate("tally", Decider(0, _fragile, evolve), (Count, Ring), alarms)
"""A tally whose decision has a bug, which one note brings out."""

metadata = runtime_metadata()
totals = Table(
    "totals", metadata, Column("stream", Text, primary_key=True), Column("total", Integer), Column("events", Integer)
)


class Total(msgspec.Struct, frozen=True):
    stream: str
    total: int
    events: int


def project(row: Total | None, recorded: Recorded) -> Total | None:
    before = row or Total(recorded.stream, 0, 0)
    if not isinstance(recorded.event, Counted):
        return row
    if recorded.event.note == "unfoldable":
        raise ArithmeticError("planted")
    return Total(before.stream, before.total + recorded.event.by, before.events + 1)


TOTALS = View("totals", (TOPIC,), totals, Total, lambda recorded: recorded.stream, project)
