"""A pool survives whatever happens to one of its connections."""

import asyncpg
import pytest

from shared.runtime.database import borrow, open_pool
from tests.integration.conftest import House

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("error", [asyncpg.InternalClientError, asyncpg.InterfaceError])
async def test_a_connection_that_failed_beyond_the_protocol_is_not_handed_out_again(
    house: House, error: type[Exception]
) -> None:
    pool = await open_pool(house.dsn, size=1)
    pids: list[int] = []

    async def fail() -> None:
        async with borrow(pool) as connection:
            pids.append(await connection.fetchval("SELECT pg_backend_pid()"))
            raise error("planted")

    with pytest.raises(error):
        await fail()
    async with borrow(pool) as connection:
        assert await connection.fetchval("SELECT pg_backend_pid()") not in pids
    pool.terminate()


async def test_a_business_failure_costs_no_connection(house: House) -> None:
    pool = await open_pool(house.dsn, size=1)
    pids: list[int] = []

    async def fail() -> None:
        async with borrow(pool) as connection:
            pids.append(await connection.fetchval("SELECT pg_backend_pid()"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with borrow(pool) as connection:
        assert await connection.fetchval("SELECT pg_backend_pid()") in pids
    pool.terminate()


async def test_nothing_is_reset_when_a_connection_goes_back(house: House) -> None:
    """So whoever sets something for a session has a connection of his own: `connect`."""
    pool = await open_pool(house.dsn, size=1)
    async with borrow(pool) as connection:
        await connection.execute("SET application_name = 'left behind'")
    async with borrow(pool) as connection:
        assert await connection.fetchval("SHOW application_name") == "left behind"
    pool.terminate()
