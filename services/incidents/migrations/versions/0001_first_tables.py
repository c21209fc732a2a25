"""The first tables of incidents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.organisation.revisions import create_organisation_0001
from shared.runtime.schema.revisions import create_runtime_tables_0001

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_runtime_tables_0001()
    create_organisation_0001("organisation")
    _create_texts()
    _create_board()
    _create_clock()


def _create_texts() -> None:
    op.create_table(
        "incident_key",
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("incident_key_pkey")),
        comment="one key per incident; without its row the texts can never be read again",
    )
    op.create_table(
        "narrative",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("narrative_pkey")),
        comment="texts that may name people; events only refer to them",
    )
    op.create_index(op.f("narrative_incident_id_idx"), "narrative", ["incident_id"], unique=False)


def _create_board() -> None:
    op.create_table(
        "incident_board",
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("incident_no", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("company_id", sa.Text(), nullable=True),
        sa.Column("org_unit_id", sa.Text(), nullable=False),
        sa.Column("reporter_id", sa.Text(), nullable=True),
        sa.Column("aware_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=True),
        sa.Column("rights_risk", sa.Text(), nullable=True),
        sa.Column("categories", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("persons_least", sa.BigInteger(), nullable=False),
        sa.Column("persons_most", sa.BigInteger(), nullable=False),
        sa.Column("supervisor_lag", sa.BigInteger(), nullable=True),
        sa.Column("contact_lag", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("incident_board_pkey")),
    )
    op.create_index(op.f("incident_board_org_unit_id_idx"), "incident_board", ["org_unit_id"], unique=False)
    op.create_index(op.f("incident_board_reporter_id_idx"), "incident_board", ["reporter_id"], unique=False)


def _create_clock() -> None:
    op.create_table(
        "obligation_clock",
        sa.Column("obligation_id", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("regime", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("anchor_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("soft_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("missed", sa.Boolean(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("on_time", sa.Boolean(), nullable=True),
        sa.Column("rule_pack", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("obligation_id", name=op.f("obligation_clock_pkey")),
    )
    op.create_index(op.f("obligation_clock_incident_id_idx"), "obligation_clock", ["incident_id"], unique=False)
    op.create_index(op.f("obligation_clock_due_at_idx"), "obligation_clock", ["due_at"], unique=False)
