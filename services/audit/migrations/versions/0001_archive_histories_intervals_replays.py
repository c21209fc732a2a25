"""The archive, the histories of all subjects, what the rules say of them, and replays."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the archive is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$
"""
APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON leaf
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    op.create_table(
        "dependency",
        sa.Column("subject", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "asked",
            sa.Text(collation="C"),
            nullable=False,
            comment="what the rules asked about while judging the subject",
        ),
        sa.PrimaryKeyConstraint("subject", "asked", name=op.f("dependency_pkey")),
    )
    op.create_index(op.f("dependency_asked_idx"), "dependency", ["asked"], unique=False)
    op.create_table(
        "dirty",
        sa.Column("subject", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "failure",
            sa.Text(),
            nullable=True,
            comment="why it could not be judged anew; tried again when it is told something new",
        ),
        sa.PrimaryKeyConstraint("subject", name=op.f("dirty_pkey")),
    )
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
        "interval",
        sa.Column("rule", sa.Text(collation="C"), nullable=False),
        sa.Column("mode", sa.Text(collation="C"), nullable=False),
        sa.Column("subject", sa.Text(collation="C"), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("unit", sa.Text(collation="C"), nullable=False),
        sa.Column("company", sa.Text(collation="C"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("because", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("rule", "mode", "subject", "begins", name=op.f("interval_pkey")),
    )
    op.create_index(
        op.f("interval_rule_unit_mode_subject_begins_idx"),
        "interval",
        ["rule", "unit", "mode", "subject", "begins"],
        unique=False,
    )
    op.create_index(op.f("interval_subject_idx"), "interval", ["subject"], unique=False)
    op.create_table(
        "leaf",
        sa.Column(
            "leaf_index", sa.BigInteger(), autoincrement=False, nullable=False, comment="dense from 0, by arrival"
        ),
        sa.Column("topic", sa.Text(), nullable=False, comment="without a deployment's prefix"),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("broker_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("headers", sa.LargeBinary(), nullable=False, comment="JSON list of name and Base64, in their order"),
        sa.Column("value", sa.LargeBinary(), nullable=True, comment="the bytes as Kafka holds them"),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("duplicate", sa.Boolean(), nullable=False, comment="the same event stands at an earlier index"),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("stream_version", sa.Integer(), nullable=True),
        sa.Column("time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recordedtime", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("leaf_index", name=op.f("leaf_pkey")),
        sa.UniqueConstraint("topic", "partition", "offset", name=op.f("leaf_topic_partition_offset_key")),
    )
    op.create_index(op.f("leaf_event_id_idx"), "leaf", ["event_id"], unique=False)
    op.create_index(op.f("leaf_subject_leaf_index_idx"), "leaf", ["subject", "leaf_index"], unique=False)
    op.create_index(op.f("leaf_time_idx"), "leaf", ["time"], unique=False)
    op.create_index(op.f("leaf_type_leaf_index_idx"), "leaf", ["type", "leaf_index"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("company_id", sa.Text(), nullable=True),
        sa.Column("units", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("roles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("principals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("facts_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("organisation_pkey")),
    )
    op.create_index(op.f("organisation_kind_idx"), "organisation", ["kind"], unique=False)
    op.create_index(
        op.f("organisation_principals_idx"), "organisation", ["principals"], unique=False, postgresql_using="gin"
    )
    op.create_index(op.f("organisation_units_idx"), "organisation", ["units"], unique=False, postgresql_using="gin")
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
        "replay",
        sa.Column("replay_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="queued, running, done, failed, cancelled"),
        sa.Column(
            "asked",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="period, known_at, rule pack, source",
        ),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment="what it came to"),
        sa.PrimaryKeyConstraint("replay_id", name=op.f("replay_pkey")),
    )
    op.create_index(op.f("replay_state_requested_at_idx"), "replay", ["state", "requested_at"], unique=False)
    op.create_table(
        "replay_interval",
        sa.Column("replay_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(collation="C"), nullable=False),
        sa.Column("mode", sa.Text(collation="C"), nullable=False),
        sa.Column("subject", sa.Text(collation="C"), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("unit", sa.Text(collation="C"), nullable=False),
        sa.Column("company", sa.Text(collation="C"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("because", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("replay_id", "rule", "mode", "subject", "begins", name=op.f("replay_interval_pkey")),
    )
    op.create_index(
        "replay_interval_order_idx",
        "replay_interval",
        ["replay_id", "rule", "unit", "mode", "subject", "begins"],
        unique=False,
    )
    op.create_table(
        "replay_progress",
        sa.Column("replay_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="from 1"),
        sa.Column("told", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("replay_id", "number", name=op.f("replay_progress_pkey")),
    )
    op.create_table(
        "stream_version",
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subscription", "stream", name=op.f("stream_version_pkey")),
    )
    op.create_table(
        "subject_history",
        sa.Column("subject", sa.Text(collation="C"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False, comment="the event's bytes"),
        sa.PrimaryKeyConstraint("subject", "source", "event_id", name=op.f("subject_history_pkey")),
    )
    op.create_index(op.f("subject_history_known_at_idx"), "subject_history", ["known_at"], unique=False)
    op.create_table(
        "subscription_offset",
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subscription", "topic", "partition", name=op.f("subscription_offset_pkey")),
    )
    op.execute(REFUSE)
    op.execute(APPEND_ONLY)
