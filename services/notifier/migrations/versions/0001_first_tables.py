"""The first tables of notifier."""

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
    op.create_table(
        "contact",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_kana", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("contact_pkey")),
    )
    op.create_table(
        "unreadable_contact",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "partition", "offset", name=op.f("unreadable_contact_pkey")),
        comment="where, never what: the value may be personal data",
    )
