"""Tables that every service's first migration makes, as they were then. Never edited: a change is a new function."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def create_runtime_tables_0001() -> None:
    op.create_table(
        "discarded",
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="why the record was parked"),
        sa.Column("why", sa.Text(), nullable=False, comment="why somebody let go of it"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subscription", "topic", "partition", "offset", name=op.f("discarded_pkey")),
    )
    op.create_table(
        "due",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("command", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("causation_id", sa.Text(), nullable=True),
        sa.Column("correlation_id", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column(
            "held_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="real time before which a failed timer is not tried again",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("due_pkey")),
    )
    op.create_index(op.f("due_at_idx"), "due", ["at"], unique=False)
    op.create_table(
        "event",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=False, cache=1), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="the exact bytes that are published"),
        sa.PrimaryKeyConstraint("position", name=op.f("event_pkey")),
        sa.UniqueConstraint("event_id", name=op.f("event_event_id_key")),
        sa.UniqueConstraint("stream", "version", name=op.f("event_stream_version_key")),
    )
    op.create_index(op.f("event_recorded_at_idx"), "event", ["recorded_at"], postgresql_using="brin")
    op.create_table(
        "idempotency",
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("principal", "key", name=op.f("idempotency_pkey")),
    )
    op.create_table(
        "inbox",
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subscription", "source", "id", name=op.f("inbox_pkey")),
    )
    op.create_table(
        "outbox",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("outbox_pkey")),
    )
    op.create_table(
        "parked",
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("broker_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subscription", "topic", "partition", "offset", name=op.f("parked_pkey")),
    )
    op.create_index(op.f("parked_subscription_stream_idx"), "parked", ["subscription", "stream"], unique=False)
    op.create_table(
        "stream_version",
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "gap_accepted",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="after a discard: the next event may have any later version",
        ),
        sa.PrimaryKeyConstraint("subscription", "stream", name=op.f("stream_version_pkey")),
    )
    op.create_table(
        "subscription_offset",
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subscription", "topic", "partition", name=op.f("subscription_offset_pkey")),
    )
