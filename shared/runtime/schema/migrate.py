"""Each service migrates its own database, by an explicit step: `python -m services.<name> migrate`."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, pool
from sqlalchemy.ext.asyncio import create_async_engine

from shared.runtime.schema.revision import migrations_of


def migrate(service: str, dsn: str) -> None:
    """Bring the service's database to the newest revision."""
    command.upgrade(config_for(service, dsn), "head")


def config_for(service: str, dsn: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_of(service)))
    config.attributes["dsn"] = dsn
    return config


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
