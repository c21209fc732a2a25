"""The first tables of ledger."""

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
    create_organisation_0001("known_organisation")
    for name in ("slip_register", "known_slips"):
        _create_slips(name)
    for name in ("inspection_calendar", "known_inspections"):
        _create_inspections(name)


def _create_slips(name: str) -> None:
    op.create_table(
        name,
        sa.Column("slip_id", sa.Text(), nullable=False),
        sa.Column("slip_no", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("company_id", sa.Text(), nullable=False),
        sa.Column("org_unit_id", sa.Text(), nullable=False),
        sa.Column("pi_type", sa.Text(), nullable=False),
        sa.Column("specific_pi", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("priority_since", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("count_band", sa.Text(), nullable=False),
        sa.Column("people", postgresql.JSONB(), nullable=False),
        sa.Column("custodians", postgresql.JSONB(), nullable=False),
        sa.Column("storing_unit", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("medium", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("stored_since", sa.Date(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("slip_id", name=op.f(f"{name}_pkey")),
    )
    op.create_index(op.f(f"{name}_org_unit_id_idx"), name, ["org_unit_id"], unique=False)
    op.create_index(op.f(f"{name}_people_idx"), name, ["people"], unique=False, postgresql_using="gin")


def _create_inspections(name: str) -> None:
    op.create_table(
        name,
        sa.Column("inspection", sa.Text(), nullable=False),
        sa.Column("slip_id", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Text(), nullable=False),
        sa.Column("cycle_no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("company_id", sa.Text(), nullable=False),
        sa.Column("org_unit_id", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("basis_date", sa.Date(), nullable=False),
        sa.Column("window_opens", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("assignees", postgresql.JSONB(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("next_due", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("inspection", name=op.f(f"{name}_pkey")),
    )
    op.create_index(op.f(f"{name}_due_date_inspection_idx"), name, ["due_date", "inspection"], unique=False)
    op.create_index(op.f(f"{name}_slip_id_idx"), name, ["slip_id"], unique=False)
