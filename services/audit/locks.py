"""Who works alone: each of these may be done by one transaction at a time, whatever process it runs in."""

from collections.abc import Sequence
from typing import Any, Final

from shared.runtime.database import Connection

ARCHIVE: Final = 1
"""Appending leaves."""
INTERVALS: Final = 2
"""Folding subjects: two batches that touch one person must see each other's facts."""
REPLAY: Final = 0xDA1C_0004
"""Running replays; held by a session, so that it ends with the process."""
_SPACE: Final = 0x5044
_PATIENCE: Final = "SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = '60s'"


async def patiently(connection: Connection) -> None:
    """What is about a whole group may take longer than other requests do, until the transaction ends."""
    await connection.execute(_PATIENCE)


async def fetch_patiently(connection: Connection, question: str, *values: Any) -> Sequence[Any]:
    """The rows of a question about a whole group."""
    async with connection.transaction():
        await patiently(connection)
        return await connection.fetch(question, *values)


async def exclusively(connection: Connection, work: int) -> None:
    """Wait until nobody else does this, and keep others out until the transaction ends."""
    await patiently(connection)
    await connection.execute("SELECT pg_advisory_xact_lock($1, $2)", _SPACE, work)
