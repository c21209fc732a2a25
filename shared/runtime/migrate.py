"""Each service migrates its own database, by an explicit step: `python -m services.<name> migrate`."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, pool
from sqlalchemy.ext.asyncio import create_async_engine

from shared.runtime.database import Pool, borrow


def migrate(service: str, dsn: str) -> None:
    """Bring the service's database to the newest revision."""
    command.upgrade(config_for(service, dsn), "head")


def config_for(service: str, dsn: str) -> Config:
    config = Config()
    package = import_module(f"services.{service}")
    config.set_main_option("script_location", str(Path(str(package.__file__)).parent / "migrations"))
    config.attributes["dsn"] = dsn
    return config


async def check_head(service: str, connections: Pool) -> None:
    """Raises RuntimeError when the database is not at the revision this release was written for."""
    head = ScriptDirectory.from_config(config_for(service, "")).get_current_head()
    async with borrow(connections) as connection:
        found = await connection.fetchval("SELECT version_num FROM alembic_version")
    if found != head:
        raise RuntimeError(f"the database is at revision {found}, this release needs {head}: run migrate")


def run_in_alembic(metadata: MetaData) -> None:
    """What every service's `migrations/env.py` calls. Alembic may be called inside a running loop, hence the thread."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _run(context.config.attributes["dsn"], metadata)).result()


async def _run(dsn: str, metadata: MetaData) -> None:
    engine = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=pool.NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade, metadata)
    await engine.dispose()


def _upgrade(connection: Connection, metadata: MetaData) -> None:
    context.configure(connection=connection, target_metadata=metadata, include_name=_ours)
    with context.begin_transaction():
        context.run_migrations()


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    """A rebuild's next build is no difference between the models and the database."""
    return not (kind == "table" and name is not None and "__" in name)


__all__ = ["MigrationContext", "check_head", "config_for", "migrate", "run_in_alembic"]
