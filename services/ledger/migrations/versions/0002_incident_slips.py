"""Which slips a confirmed incident concerns."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_incident_slips",
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("slip_ids", postgresql.JSONB(), nullable=False),
        sa.Column("since", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("known_incident_slips_pkey")),
    )
    op.create_index(
        op.f("known_incident_slips_slip_ids_idx"),
        "known_incident_slips",
        ["slip_ids"],
        unique=False,
        postgresql_using="gin",
    )
