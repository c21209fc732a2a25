"""Duties by instance, the framework's seats and the ledger's slips: the log is read again for their histories."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

POSITIONS = ("subscription_offset", "stream_version", "inbox", "parked")


def upgrade() -> None:
    op.drop_index("interval_subject_idx", "interval")
    op.create_index("interval_owner_idx", "interval", [sa.text("split_part(subject, '#', 1)")])
    for table in POSITIONS:
        op.execute(f"DELETE FROM {table} WHERE subscription = 'live'")
