"""The organisation's table, as services' migrations made it. Never edited: a change is a new function."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def create_organisation_0001(name: str) -> None:
    op.create_table(
        name,
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("company_id", sa.Text(), nullable=True),
        sa.Column("units", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("roles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("principals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("facts_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=(f"{name}_pkey")),
    )
    op.create_index((f"{name}_kind_idx"), name, ["kind"], unique=False)
    op.create_index((f"{name}_principals_idx"), name, ["principals"], unique=False, postgresql_using="gin")
    op.create_index((f"{name}_units_idx"), name, ["units"], unique=False, postgresql_using="gin")
