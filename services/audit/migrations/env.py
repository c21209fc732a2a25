from services.audit.schema import metadata
from shared.runtime.schema.migrate import run_in_alembic

run_in_alembic(metadata)
