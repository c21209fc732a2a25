"""The tables of audit's database."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.organisation.directory import Directory, organisation_view
from shared.runtime.schema.tables import runtime_metadata

Instant = DateTime(timezone=True)
Word = Text(collation="C")
"""Text that sorts by code points, as canonical results do."""


def _archive(metadata: MetaData) -> None:
    Table(
        "leaf",
        metadata,
        Column("leaf_index", BigInteger, primary_key=True, autoincrement=False, comment="dense from 0, by arrival"),
        Column("topic", Text, nullable=False, comment="without a deployment's prefix"),
        Column("partition", Integer, nullable=False),
        Column("offset", BigInteger, nullable=False),
        Column("broker_time", Instant, nullable=False),
        Column("key", LargeBinary),
        Column("headers", LargeBinary, nullable=False, comment="JSON list of name and Base64, in their order"),
        Column("value", LargeBinary, comment="the bytes as Kafka holds them"),
        Column("leaf_hash", LargeBinary, nullable=False),
        Column("duplicate", Boolean, nullable=False, comment="the same event stands at an earlier index"),
        Column("type", Text),
        Column("subject", Text),
        Column("source", Text),
        Column("event_id", Text),
        Column("stream_version", Integer),
        Column("time", Instant),
        Column("recordedtime", Instant),
        UniqueConstraint("topic", "partition", "offset"),
        Index(None, "event_id"),
        Index(None, "type", "leaf_index"),
        Index(None, "subject", "leaf_index"),
        Index(None, "time"),
    )


def _histories(metadata: MetaData) -> None:
    Table(
        "subject_history",
        metadata,
        Column("subject", Word, primary_key=True),
        Column("source", Text, primary_key=True),
        Column("event_id", Text, primary_key=True),
        Column("known_at", Instant, nullable=False, index=True),
        Column("value", LargeBinary, nullable=False, comment="the event's bytes"),
    )
    Table(
        "dependency",
        metadata,
        Column("subject", Word, primary_key=True),
        Column("asked", Word, primary_key=True, comment="what the rules asked about while judging the subject"),
        Index(None, "asked"),
    )
    Table(
        "dirty",
        metadata,
        Column("subject", Word, primary_key=True),
        Column("failure", Text, comment="why it could not be judged anew; tried again when it is told something new"),
    )


def _interval_columns() -> list[Column[object]]:
    return [
        Column("rule", Word, primary_key=True),
        Column("mode", Word, primary_key=True),
        Column("subject", Word, primary_key=True),
        Column("begins", Date, primary_key=True),
        Column("ends", Date),
        Column("unit", Word, nullable=False),
        Column("company", Word, nullable=False),
        Column("status", Text, nullable=False),
        Column("due", Date),
        Column("value", Integer),
        Column("because", JSONB, nullable=False),
    ]


def _results(metadata: MetaData) -> None:
    Table(
        "interval",
        metadata,
        *_interval_columns(),
        Index("interval_owner_idx", text("split_part(subject, '#', 1)")),
        Index(None, "rule", "unit", "mode", "subject", "begins"),
    )
    Table(
        "turn",
        metadata,
        Column("level", SmallInteger, primary_key=True),
        Column("place", Word, primary_key=True),
        Column("day", Date, primary_key=True),
        Column("rule", Word, primary_key=True),
        Column("mode", Word, primary_key=True),
        Column("verdict", SmallInteger, primary_key=True),
        Column("change", Integer, nullable=False),
        comment="how the compliance table changes from day to day; summed up to a day, it is the table",
    )
    Table(
        "replay_interval",
        metadata,
        Column("replay_id", Uuid, primary_key=True),
        *_interval_columns(),
        Index("replay_interval_order_idx", "replay_id", "rule", "unit", "mode", "subject", "begins"),
    )


def _replays(metadata: MetaData) -> None:
    Table(
        "replay",
        metadata,
        Column("replay_id", Uuid, primary_key=True),
        Column("state", Text, nullable=False, comment="queued, running, done, failed, cancelled"),
        Column("asked", JSONB, nullable=False, comment="period, known_at, rule pack, source"),
        Column("request_hash", LargeBinary, nullable=False),
        Column("requested_by", Text, nullable=False),
        Column("requested_at", Instant, nullable=False),
        Column("result", JSONB, comment="what it came to"),
        Index(None, "state", "requested_at"),
    )
    Table(
        "replay_progress",
        metadata,
        Column("replay_id", Uuid, primary_key=True),
        Column("number", Integer, primary_key=True, comment="from 1"),
        Column("told", JSONB, nullable=False),
    )


metadata = runtime_metadata()
ORGANISATION = organisation_view(metadata)
DIRECTORY = Directory(ORGANISATION.at(""))
_archive(metadata)
_histories(metadata)
_results(metadata)
_replays(metadata)
