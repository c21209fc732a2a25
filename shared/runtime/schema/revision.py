"""Which revision a service's database must be at. Alembic knows it too, and would cost every start half a second."""

from importlib import import_module
from pathlib import Path

from shared.runtime.database import Pool, borrow


def migrations_of(service: str) -> Path:
    """The folder of a service's migrations."""
    package = import_module(f"services.{service}")
    return Path(str(package.__file__)).parent / "migrations"


def head_of(service: str) -> str:
    """The newest revision: each file begins with its own, and they count up."""
    return max(path.name for path in (migrations_of(service) / "versions").glob("[0-9]*.py")).partition("_")[0]


async def check_head(service: str, connections: Pool) -> None:
    """Raises RuntimeError when the database is not at the revision this release was written for."""
    head = head_of(service)
    async with borrow(connections) as connection:
        found = await connection.fetchval("SELECT version_num FROM alembic_version")
    if found != head:
        raise RuntimeError(f"the database is at revision {found}, this release needs {head}: run migrate")
