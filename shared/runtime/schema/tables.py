"""The tables that every service has beside its views."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
)
from sqlalchemy.dialects.postgresql import JSONB

CONVENTION = {
    "pk": "%(table_name)s_pkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
}
Instant = DateTime(timezone=True)


def runtime_metadata() -> MetaData:
    """A fresh MetaData holding the runtime's tables, for a service to add its views to."""
    metadata = MetaData(naming_convention=CONVENTION)
    _writing(metadata)
    _reading(metadata)
    return metadata


def _writing(metadata: MetaData) -> None:
    Table(
        "event",
        metadata,
        Column("position", BigInteger, Identity(cache=1), primary_key=True),
        Column("stream", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("event_id", Uuid, nullable=False),
        Column("type", Text, nullable=False),
        Column("recorded_at", Instant, nullable=False),
        Column("body", LargeBinary, nullable=False, comment="the exact bytes that are published"),
        UniqueConstraint("stream", "version"),
        UniqueConstraint("event_id"),
        Index(None, "recorded_at", postgresql_using="brin"),
    )
    Table("outbox", metadata, Column("position", BigInteger, primary_key=True, autoincrement=False))
    Table(
        "idempotency",
        metadata,
        Column("principal", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("request_hash", LargeBinary, nullable=False),
        Column("status", SmallInteger, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("recorded_at", Instant, nullable=False),
    )
    Table(
        "due",
        metadata,
        Column("id", Text, primary_key=True),
        Column("at", Instant, nullable=False, index=True),
        Column("command", JSONB, nullable=False),
        Column("causation_id", Text),
        Column("correlation_id", Text),
        Column("failures", Integer, nullable=False, server_default="0"),
        Column("failure", Text),
        Column("held_until", Instant, comment="real time before which a failed timer is not tried again"),
    )


def _reading(metadata: MetaData) -> None:
    Table(
        "subscription_offset",
        metadata,
        Column("subscription", Text, primary_key=True),
        Column("topic", Text, primary_key=True),
        Column("partition", Integer, primary_key=True),
        Column("next", BigInteger, nullable=False),
    )
    Table(
        "stream_version",
        metadata,
        Column("subscription", Text, primary_key=True),
        Column("stream", Text, primary_key=True),
        Column("version", Integer, nullable=False),
        Column(
            "gap_accepted",
            Boolean,
            nullable=False,
            server_default=false(),
            comment="after a discard: the next event may have any later version",
        ),
    )
    Table(
        "inbox",
        metadata,
        Column("subscription", Text, primary_key=True),
        Column("source", Text, primary_key=True),
        Column("id", Text, primary_key=True),
    )
    Table(
        "parked",
        metadata,
        Column("subscription", Text, primary_key=True),
        Column("topic", Text, primary_key=True),
        Column("partition", Integer, primary_key=True),
        Column("offset", BigInteger, primary_key=True),
        Column("stream", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("detail", Text, nullable=False),
        Column("key", LargeBinary),
        Column("value", LargeBinary),
        Column("broker_time", Instant, nullable=False),
        Column("parked_at", Instant, nullable=False),
        Index(None, "subscription", "stream"),
    )
    Table(
        "discarded",
        metadata,
        Column("subscription", Text, primary_key=True),
        Column("topic", Text, primary_key=True),
        Column("partition", Integer, primary_key=True),
        Column("offset", BigInteger, primary_key=True),
        Column("stream", Text, nullable=False),
        Column("reason", Text, nullable=False, comment="why the record was parked"),
        Column("why", Text, nullable=False, comment="why somebody let go of it"),
        Column("actor", Text, nullable=False),
        Column("discarded_at", Instant, nullable=False),
    )
