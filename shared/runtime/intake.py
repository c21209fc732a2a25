"""Between a Kafka record and a handler: decode, drop repeats, keep the order, park what can not be used.

A record that can not be read, or a fold that fails, parks its stream: this and every later event of that key wait, in
order, until somebody retries or discards them; all other streams go on. Nothing is dropped in silence.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import structlog

from shared.events.codec import Recorded, Undecodable, Unknown, decode
from shared.runtime.database import Connection
from shared.runtime.instruments import CONSUMED
from shared.runtime.telemetry import batch_span

SHARE: Final = 0.5
AT_LEAST: Final = 50
"""A batch in which this many records, and more than this share, would newly park is a bad deploy, not bad data."""

UNFOLDABLE: Final = "unfoldable"
BEHIND: Final = "behind-a-parked-event"
"""Why a good record is parked; every other reason names a culprit."""

log = structlog.get_logger()
Read = Callable[[bytes | None], Recorded | Unknown]


class Record(Protocol):
    """One Kafka record, fresh from the feed or as it was parked."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def timestamp(self) -> int: ...


Mark = tuple[str, str]
"""What names one event wherever it came from: source and id."""


class Unfoldable(Exception):  # noqa: N818 - parks the stream from the event that could not be folded
    def __init__(self, recorded: Recorded, cause: Exception) -> None:
        super().__init__(f"{recorded.stream} at {recorded.event.type}: {type(cause).__name__}")
        self.mark = mark_of(recorded)
        self.detail = f"{recorded.event.type}: {type(cause).__name__}: {cause}"


class TooManyParked(Exception):  # noqa: N818 - an alarm: the feed stops rather than park the whole log
    pass


class Handler(Protocol):
    """What a subscription does with the events it accepted, inside the batch's transaction."""

    async def handle(self, connection: Connection, batch: Sequence[Recorded]) -> None: ...


@dataclass(frozen=True, slots=True)
class Parking:
    record: Record
    stream: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says of the streams in a batch, before it."""

    versions: Mapping[str, int] = field(default_factory=dict)
    parked: frozenset[str] = frozenset()
    gaps_accepted: frozenset[str] = frozenset()
    """Streams whose next event may have any later version: somebody let go of what is missing before it."""
    seen: frozenset[Mark] = frozenset()


@dataclass(slots=True)
class Sifted:
    """A batch sorted by what becomes of each record."""

    accepted: list[Recorded] = field(default_factory=list)
    parked: list[Parking] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    seen: set[Mark] = field(default_factory=set)
    newly_parked: dict[str, str] = field(default_factory=dict)
    repeated: int = 0
    unknown: int = 0


Outcome = Recorded | Unknown | Undecodable


def stream_of(record: Record) -> str:
    """The record's key; a record without a usable key stands alone, under its place in Kafka."""
    try:
        key = (record.key or b"").decode()
    except UnicodeDecodeError:
        key = ""
    usable = key and key.isprintable() and len(key) <= 200
    return key if usable else f"{record.topic}/{record.partition}/{record.offset}"


def outcome_of(record: Record, read: Read) -> Outcome:
    """The record read, or why it can not be."""
    try:
        found = read(record.value)
    except Undecodable as undecodable:
        return undecodable
    if isinstance(found, Recorded) and found.stream != stream_of(record):
        return Undecodable("key-mismatch", "the record's key is not its subject")
    return found


def mark_of(recorded: Recorded) -> Mark:
    return (recorded.source, recorded.id)


def sift(records: Iterable[tuple[Record, Outcome]], known: Known, refused: Mapping[Mark, str] | None = None) -> Sifted:
    """Decide what becomes of each record. Pure; `refused` are events found unfoldable in an earlier attempt."""
    sifted = Sifted()
    for record, outcome in records:
        reason = _why_parked(record, outcome, known, sifted, refused or {})
        if reason is not None:
            _park(sifted, record, reason, known)
        elif isinstance(outcome, Recorded):
            _accept(sifted, outcome, known)
        else:
            sifted.unknown += 1
    return sifted


def _why_parked(
    record: Record, outcome: Outcome, known: Known, sifted: Sifted, refused: Mapping[Mark, str]
) -> tuple[str, str] | None:
    stream = stream_of(record)
    if stream in known.parked or stream in sifted.newly_parked:
        return (BEHIND, "")
    if isinstance(outcome, Undecodable):
        return (outcome.reason, outcome.detail)
    if isinstance(outcome, Recorded) and mark_of(outcome) in refused:
        return (UNFOLDABLE, refused[mark_of(outcome)])
    if isinstance(outcome, Recorded) and outcome.version is not None and not _gap_accepted(stream, known, sifted):
        last = sifted.versions.get(stream, known.versions.get(stream, 0))
        if outcome.version > last + 1:
            return ("version-gap", f"version {outcome.version} after {last}")
    return None


def _gap_accepted(stream: str, known: Known, sifted: Sifted) -> bool:
    return stream in known.gaps_accepted and stream not in sifted.versions


def _park(sifted: Sifted, record: Record, reason: tuple[str, str], known: Known) -> None:
    stream = stream_of(record)
    if stream not in known.parked:
        sifted.newly_parked.setdefault(stream, reason[0])
    sifted.parked.append(Parking(record, stream, *reason))


def _accept(sifted: Sifted, recorded: Recorded, known: Known) -> None:
    if recorded.version is None:
        mark = mark_of(recorded)
        if mark in known.seen or mark in sifted.seen:
            sifted.repeated += 1
            return
        sifted.seen.add(mark)
    else:
        last = sifted.versions.get(recorded.stream, known.versions.get(recorded.stream, 0))
        if recorded.version <= last:
            sifted.repeated += 1
            return
        sifted.versions[recorded.stream] = recorded.version
    sifted.accepted.append(recorded)


def check_share(sifted: Sifted, total: int) -> None:
    """Raises TooManyParked when so much of a batch is unreadable that the fault is likelier ours."""
    _check_count(sum(1 for parking in sifted.parked if parking.reason != BEHIND), total)


def _check_count(unusable: int, total: int) -> None:
    if unusable >= AT_LEAST and unusable > SHARE * total:
        raise TooManyParked(f"{unusable} of {total} records could not be used; is an old release running?")


class Intake:
    """A feed's `process`: everything between the records and one handler."""

    def __init__(self, subscription: str, handler: Handler, read: Read = decode) -> None:
        self.subscription = subscription
        self._handler = handler
        self._read = read

    async def process(self, connection: Connection, records: Sequence[Record]) -> None:
        """Sift one batch, let the handler work, keep what was parked: all in the caller's transaction."""
        outcomes = [(record, self.read(record)) for record in records]
        known = await load_known(connection, self.subscription, outcomes)
        check_share(await self.apply(connection, outcomes, known), len(records))

    async def apply(self, connection: Connection, outcomes: Sequence[tuple[Record, Outcome]], known: Known) -> Sifted:
        refused: dict[Mark, str] = {}
        while True:
            sifted = sift(outcomes, known, refused)
            try:
                with batch_span(f"consume {self.subscription}", (each.traceparent for each in sifted.accepted)):
                    async with connection.transaction():
                        await self._handler.handle(connection, sifted.accepted)
                break
            except Unfoldable as unfoldable:
                refused[unfoldable.mark] = unfoldable.detail
                _check_count(len(refused), len(outcomes))
        await save(connection, self.subscription, sifted)
        await _close_gaps(connection, self.subscription, known.gaps_accepted & sifted.versions.keys())
        self._count(sifted)
        return sifted

    def read(self, record: Record) -> Outcome:
        return outcome_of(record, self._read)

    def _count(self, sifted: Sifted) -> None:
        for outcome, count in (
            ("applied", len(sifted.accepted)),
            ("repeated", sifted.repeated),
            ("unknown", sifted.unknown),
            ("parked", len(sifted.parked)),
        ):
            CONSUMED.labels(self.subscription, outcome).inc(count)
        for stream, reason in sifted.newly_parked.items():
            log.error("stream_parked", subscription=self.subscription, stream=stream, reason=reason)


_KNOWN = """
SELECT 'version' AS what, stream AS a, NULL AS b, version FROM stream_version
 WHERE subscription = $1 AND stream = ANY($2::text[])
UNION ALL
SELECT DISTINCT 'parked', stream, NULL, 0 FROM parked WHERE subscription = $1 AND stream = ANY($2::text[])
UNION ALL
SELECT 'seen', i.source, i.id, 0 FROM inbox i
  JOIN unnest($3::text[], $4::text[]) AS n(source, id) ON n.source = i.source AND n.id = i.id
 WHERE i.subscription = $1
UNION ALL
SELECT 'gap', id, NULL, 0 FROM inbox WHERE subscription = $1 AND source = $5 AND id = ANY($2::text[])
"""
_GAP: Final = "gap accepted"
"""Stands in the inbox as a source, with the stream as id; no event's source, which is a URI, has a space."""
_ACCEPT_GAP = "INSERT INTO inbox (subscription, source, id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
_CLOSE_GAPS = "DELETE FROM inbox WHERE subscription = $1 AND source = $2 AND id = ANY($3::text[])"


async def load_known(connection: Connection, subscription: str, outcomes: Sequence[tuple[Record, Outcome]]) -> Known:
    foreign = [each for _, each in outcomes if isinstance(each, Recorded) and each.version is None]
    streams = list({stream_of(record) for record, _ in outcomes})
    rows = await connection.fetch(
        _KNOWN, subscription, streams, [each.source for each in foreign], [each.id for each in foreign], _GAP
    )
    return Known(
        versions={row["a"]: row["version"] for row in rows if row["what"] == "version"},
        parked=frozenset(row["a"] for row in rows if row["what"] == "parked"),
        gaps_accepted=frozenset(row["a"] for row in rows if row["what"] == "gap"),
        seen=frozenset((row["a"], row["b"]) for row in rows if row["what"] == "seen"),
    )


async def accept_gap(connection: Connection, subscription: str, stream: str) -> None:
    """Whatever version the stream's next event has, it is taken, now or when it comes; the one after must follow."""
    await connection.execute(_ACCEPT_GAP, subscription, _GAP, stream)


async def _close_gaps(connection: Connection, subscription: str, streams: AbstractSet[str]) -> None:
    if streams:
        await connection.execute(_CLOSE_GAPS, subscription, _GAP, list(streams))


_SAVE_VERSIONS = """
INSERT INTO stream_version (subscription, stream, version)
SELECT $1, * FROM unnest($2::text[], $3::int[])
ON CONFLICT (subscription, stream) DO UPDATE SET version = excluded.version
"""
_SAVE_SEEN = """
INSERT INTO inbox (subscription, source, id) SELECT $1, * FROM unnest($2::text[], $3::text[]) ON CONFLICT DO NOTHING
"""
_PARK = """
INSERT INTO parked
  (subscription, topic, partition, "offset", stream, reason, detail, key, value, broker_time, parked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING
"""


async def save(connection: Connection, subscription: str, sifted: Sifted) -> None:
    if sifted.versions:
        await connection.execute(_SAVE_VERSIONS, subscription, list(sifted.versions), list(sifted.versions.values()))
    if sifted.seen:
        sources, ids = zip(*sorted(sifted.seen), strict=True)
        await connection.execute(_SAVE_SEEN, subscription, list(sources), list(ids))
    if sifted.parked:
        await connection.executemany(_PARK, [_parked_row(subscription, each) for each in sifted.parked])


def _parked_row(subscription: str, parking: Parking) -> tuple[Any, ...]:
    record = parking.record
    return (
        subscription,
        record.topic,
        record.partition,
        record.offset,
        parking.stream,
        parking.reason,
        _storable(parking.detail)[:1000],
        record.key,
        record.value,
        datetime.fromtimestamp(max(record.timestamp, 0) / 1000, UTC),
        datetime.now(UTC),
    )


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode(errors="replace").decode()
