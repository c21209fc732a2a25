"""The first tables of incidents."""

from shared.organisation.revisions import create_organisation_0001
from shared.runtime.revisions import create_runtime_tables_0001

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_runtime_tables_0001()
    create_organisation_0001("organisation")
