"""Notices: what is open, who was told, which mails are still to be sent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.organisation.revisions import create_organisation_0001

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_organisation_0001("known_organisation")
    _matters("matters")
    _matters("known_matters")
    _notifications()
    op.create_table(
        "mails",
        sa.Column("notification_id", sa.Text(), nullable=False),
        sa.Column("later", sa.Boolean(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("notification_id", name=op.f("mails_pkey")),
        comment="mails still to be sent; the sender's only list",
    )
    op.create_index(
        op.f("mails_later_queued_at_notification_id_idx"), "mails", ["later", "queued_at", "notification_id"]
    )


def _matters(name: str) -> None:
    op.create_table(
        name,
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("company_id", sa.Text(), nullable=True),
        sa.Column("org_unit_id", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("in_charge", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("ladder", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("matter", name=op.f(f"{name}_pkey")),
    )
    op.create_index(op.f(f"{name}_person_id_idx"), name, ["person_id"])
    op.create_index(op.f(f"{name}_org_unit_id_kind_idx"), name, ["org_unit_id", "kind"])
    op.create_index(op.f(f"{name}_in_charge_idx"), name, ["in_charge"], postgresql_using="gin")


def _notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("notification_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("as_role", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("company_id", sa.Text(), nullable=True),
        sa.Column("org_unit_id", sa.Text(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("notification_id", name=op.f("notifications_pkey")),
    )
    op.create_index(op.f("notifications_person_id_idx"), "notifications", ["person_id"])
    op.create_index(op.f("notifications_state_idx"), "notifications", ["state"])
