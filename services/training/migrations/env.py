from services.training.app import SERVICE
from shared.runtime.schema.migrate import run_in_alembic

run_in_alembic(SERVICE.metadata)
