"""Databases inside a PostgreSQL server: made, cloned and dropped through its admin DSN."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import asyncpg


def dsn_of(admin: str, name: str) -> str:
    """The DSN of database `name` on the server that `admin` points to."""
    return urlsplit(admin)._replace(path=f"/{name}").geturl()


def run_sql(dsn: str, *statements: str) -> list[Any]:
    """Each statement in a transaction of its own; the rows of the last. Callable with an event loop running."""
    with ThreadPoolExecutor(1) as outside_any_loop:
        return outside_any_loop.submit(asyncio.run, _run(dsn, statements)).result()


async def _run(dsn: str, statements: tuple[str, ...]) -> list[Any]:
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        rows: list[Any] = []
        for statement in statements:
            rows = await connection.fetch(statement)
        return rows
    finally:
        await connection.close()


def database_exists(admin: str, name: str) -> bool:
    return bool(run_sql(admin, f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def create_database(admin: str, name: str, *, template: str = "template1") -> str:
    """Its DSN."""
    run_sql(admin, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return dsn_of(admin, name)


def ensure_databases(admin: str, names: tuple[str, ...]) -> dict[str, str]:
    """Name → DSN; those that are missing are made."""
    present = {row["datname"] for row in run_sql(admin, "SELECT datname FROM pg_database")}
    run_sql(admin, *(f'CREATE DATABASE "{name}"' for name in names if name not in present))
    return {name: dsn_of(admin, name) for name in names}


def drop_database(admin: str, name: str) -> None:
    """Also while somebody is connected to it."""
    run_sql(admin, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def seal_template(admin: str, name: str) -> None:
    """A template that anybody is connected to cannot be cloned: shut the door, then ask everyone to leave."""
    run_sql(
        admin,
        f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false',
        f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'",
    )


def drop_databases_of(admin: str, prefix: str) -> None:
    """Drop every database whose name begins with `prefix`."""
    rows = run_sql(admin, f"SELECT datname FROM pg_database WHERE starts_with(datname, '{prefix}')")
    for row in rows:
        drop_database(admin, row["datname"])
