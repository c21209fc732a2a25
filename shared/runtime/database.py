"""One pool per service; every statement of the hot paths goes through it.

A request or a batch takes one connection and makes one transaction; nobody commits inside.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import asyncpg
import orjson

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Connection = PoolConnectionProxy[asyncpg.Record] | asyncpg.Connection[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:
    Connection = asyncpg.Connection
    Pool = asyncpg.Pool

LOCK_TIMEOUT = "2s"

CONNECTION_LOST: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
"""What a statement raises when the server, or the way to it, went away: try again on another connection."""


async def _prepare(connection: Connection) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=lambda value: orjson.dumps(value).decode(), decoder=orjson.loads
    )


async def _leave(_connection: Connection) -> None:
    """Nothing to undo when a connection goes back: who sets something for a session has a connection of his own.

    asyncpg would send a RESET each time, a round trip for every transaction.
    """


async def open_pool(dsn: str, *, least: int = 1, size: int = 10, statement_seconds: float = 5.0) -> Pool:
    """A pool that works in UTC, reads jsonb as Python values and gives up waiting for a lock after two seconds.

    Nothing is compiled for a statement: all of them are short, whatever the planner expects of the larger ones.
    """
    return await asyncpg.create_pool(
        dsn,
        min_size=least,
        max_size=size,
        init=_prepare,
        reset=_leave,
        timeout=10,
        server_settings={
            "timezone": "UTC",
            "lock_timeout": LOCK_TIMEOUT,
            "statement_timeout": f"{statement_seconds * 1000:.0f}",
            "application_name": "daicho",
            "jit": "off",
        },
    )


async def connect(dsn: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection outside the pool, for what holds something longer than a transaction: the lock of a session."""
    connection = await asyncpg.connect(dsn, timeout=10, server_settings={"timezone": "UTC"})
    await _prepare(connection)
    return connection


@asynccontextmanager
async def alone(dsn: str, lock: int, *, poll: float) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection that holds the lock, once nobody else does: who loses the connection loses the lock with it."""
    connection = await connect(dsn)
    try:
        while not await connection.fetchval(  # noqa: ASYNC110 - the lock is in another process
            "SELECT pg_try_advisory_lock($1)", lock
        ):
            await asyncio.sleep(poll)
        yield connection
    finally:
        connection.terminate()


@asynccontextmanager
async def borrow(pool: Pool) -> AsyncIterator[Connection]:
    """A pooled connection; whatever unexpected happens is fatal for the connection, never for the pool.

    asyncpg raised InternalClientError on connections whose server had been killed and handed them out again.
    """
    async with pool.acquire(timeout=10) as connection:
        try:
            yield connection
        except (asyncpg.InterfaceError, asyncpg.InternalClientError):
            connection.terminate()
            raise


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """One request or one batch: one connection, one transaction, one commit at the edge."""
    async with borrow(pool) as connection, connection.transaction():
        yield connection
