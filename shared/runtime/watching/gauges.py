"""What stands still is seen only by who looks at it: outbox, parked streams and held timers, read every few seconds."""

import asyncio
from typing import Final

from shared.runtime.clock import Clock
from shared.runtime.database import Pool, borrow
from shared.runtime.watching.instruments import OUTBOX_AGE, OUTBOX_DEPTH, PARKED_STREAMS, TIMERS_HELD

EVERY_SECONDS: Final = 5.0

_OUTBOX: Final = """
SELECT count(*) AS depth, coalesce(extract(epoch FROM $1 - min(e.recorded_at)), 0) AS age
  FROM outbox o JOIN event e USING (position)
"""
_PARKED: Final = "SELECT subscription, count(DISTINCT stream) AS streams FROM parked GROUP BY subscription"
_HELD: Final = "SELECT count(*) FROM due WHERE held_until IS NOT NULL"


async def measure_for_ever(pool: Pool, clock: Clock) -> None:
    """A worker of every service; each replica tells the same numbers."""
    while True:
        await measure(pool, clock)
        await asyncio.sleep(EVERY_SECONDS)


async def measure(pool: Pool, clock: Clock) -> None:
    async with borrow(pool) as connection:
        outbox = await connection.fetchrow(_OUTBOX, clock.now())
        parked = await connection.fetch(_PARKED)
        held = await connection.fetchval(_HELD)
    OUTBOX_DEPTH.set(outbox["depth"] if outbox else 0)
    OUTBOX_AGE.set(outbox["age"] if outbox else 0)
    TIMERS_HELD.set(held)
    PARKED_STREAMS.clear()
    for row in parked:
        PARKED_STREAMS.labels(row["subscription"]).set(row["streams"])
