"""The first tables of training."""

import sqlalchemy as sa
from alembic import op

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
    op.create_table(
        "campaigns",
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("fy", sa.Text(), nullable=False),
        sa.Column("template_id", sa.Text(), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("template_hash", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("campaigns_pkey")),
    )
    op.create_table(
        "known_campaigns",
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("fy", sa.Text(), nullable=False),
        sa.Column("template_id", sa.Text(), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("template_hash", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("known_campaigns_pkey")),
    )
    op.create_table(
        "known_target_countries",
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("fy", sa.Text(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("country", name=op.f("known_target_countries_pkey")),
    )
    op.create_table(
        "pledges",
        sa.Column("pledge_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("person_kind", sa.Text(), nullable=False),
        sa.Column("company_id", sa.Text(), nullable=True),
        sa.Column("org_unit_id", sa.Text(), nullable=True),
        sa.Column("contractor_id", sa.Text(), nullable=True),
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("fy", sa.Text(), nullable=False),
        sa.Column("template_id", sa.Text(), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("template_hash", sa.Text(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("pledge_id", name=op.f("pledges_pkey")),
    )
    op.create_index(op.f("pledges_fy_state_idx"), "pledges", ["fy", "state"], unique=False)
    op.create_index(op.f("pledges_person_id_idx"), "pledges", ["person_id"], unique=False)
    op.create_table(
        "target_countries",
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("fy", sa.Text(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("country", name=op.f("target_countries_pkey")),
    )
