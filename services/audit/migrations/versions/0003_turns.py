"""How the compliance table changes from day to day: everybody is judged anew to fill it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "turn",
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("place", sa.Text(collation="C"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rule", sa.Text(collation="C"), nullable=False),
        sa.Column("mode", sa.Text(collation="C"), nullable=False),
        sa.Column("verdict", sa.SmallInteger(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", "day", "rule", "mode", "verdict"),
        comment="how the compliance table changes from day to day; summed up to a day, it is the table",
    )
    op.execute(
        "INSERT INTO dirty (subject) SELECT DISTINCT split_part(subject, '#', 1) FROM interval ON CONFLICT DO NOTHING"
    )
    op.execute("TRUNCATE interval")
