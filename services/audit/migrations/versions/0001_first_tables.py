"""The archive, the histories of all subjects, what the rules say of them, and replays."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.organisation.revisions import create_organisation_0001
from shared.runtime.schema.revisions import create_runtime_tables_0001

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
    create_runtime_tables_0001()
    create_organisation_0001("organisation")
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
        "subject_history",
        sa.Column("subject", sa.Text(collation="C"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False, comment="the event's bytes"),
        sa.PrimaryKeyConstraint("subject", "source", "event_id", name=op.f("subject_history_pkey")),
    )
    op.create_index(op.f("subject_history_known_at_idx"), "subject_history", ["known_at"], unique=False)
    op.execute(REFUSE)
    op.execute(APPEND_ONLY)
