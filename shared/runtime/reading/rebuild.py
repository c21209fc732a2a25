"""Blue and green: a view's next build is made beside the live one from the beginning of the log, and they switch.

The switch waits until the next build has read as far as the live one; both feeds are held by their offset rows
meanwhile, so no event is between the two. Readers see the old rows until the commit and the new ones after it.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, Final

from shared.runtime.database import Connection, connect, transaction
from shared.runtime.reading.intake import Intake
from shared.runtime.reading.parked import retry
from shared.runtime.reading.subscription import Subscription
from shared.runtime.reading.views import View, ViewHandler
from shared.runtime.service import Running

NEXT: Final = "__next"
OLD: Final = "__old"
KEPT_BY_SUBSCRIPTION: Final = ("subscription_offset", "stream_version", "inbox", "parked", "discarded")
POLL: Final = 0.05

_BEHIND = """
SELECT count(*) FROM subscription_offset live
  LEFT JOIN subscription_offset next
    ON next.subscription = $2 AND next.topic = live.topic AND next.partition = live.partition
 WHERE live.subscription = $1 AND coalesce(next.next, 0) < live.next
"""
_LET_GO_OF_TOO = """
INSERT INTO discarded (subscription, topic, partition, "offset", stream, reason, why, actor, discarded_at)
SELECT $2, topic, partition, "offset", stream, reason, why, actor, discarded_at FROM discarded WHERE subscription = $1
ON CONFLICT (subscription, topic, partition, "offset") DO UPDATE
   SET reason = excluded.reason, why = excluded.why, actor = excluded.actor, discarded_at = excluded.discarded_at
"""
_LET_GO_OF_AND_PARKED = """
SELECT DISTINCT p.stream FROM parked p JOIN discarded USING (subscription, topic, partition, "offset")
 WHERE p.subscription = $1 ORDER BY 1
"""
_HOLD = """
SELECT 1 FROM subscription_offset WHERE subscription = ANY($1::text[])
 ORDER BY subscription, topic, partition FOR UPDATE
"""


class RebuildRunning(Exception):  # noqa: N818 - becomes a 409
    """Somebody else is building this view anew."""


async def rebuild(running: Running, view: View[Any]) -> int:
    """Build a view anew and switch to it; how many rows it has. Raises RebuildRunning."""
    async with _alone(running, view.name):
        async with transaction(running.pool) as connection:
            await _begin(connection, view)
        intake = Intake(view.name + NEXT, ViewHandler(view.at(NEXT)), running.read, view.kinds)
        subscription = Subscription(view.topics, intake, running.pool)
        feed = asyncio.create_task(subscription.feed(running.feed_settings, running.settings.topic_prefix).run())
        try:
            while not await _switched(running, view, intake):  # noqa: ASYNC110 - what is waited for is in the database
                await asyncio.sleep(POLL)
        finally:
            feed.cancel()
            await asyncio.gather(feed, return_exceptions=True)
        async with transaction(running.pool) as connection:
            return int(await connection.fetchval(f"SELECT count(*) FROM {view.table.name}"))


@contextlib.asynccontextmanager
async def _alone(running: Running, view: str) -> AsyncIterator[None]:
    connection = await connect(running.settings.database_url)
    try:
        if not await connection.fetchval("SELECT pg_try_advisory_lock(hashtext($1))", f"rebuild {view}"):
            raise RebuildRunning(view)
        yield
    finally:
        connection.terminate()


async def _begin(connection: Connection, view: View[Any]) -> None:
    """An empty next build; what an interrupted one left behind goes."""
    table = view.table.name
    await connection.execute(f"DROP TABLE IF EXISTS {table}{NEXT}")
    await connection.execute(f"CREATE TABLE {table}{NEXT} (LIKE {table} INCLUDING ALL)")
    for each in KEPT_BY_SUBSCRIPTION:
        await connection.execute(f"DELETE FROM {each} WHERE subscription = $1", view.name + NEXT)
    await connection.execute(_LET_GO_OF_TOO, view.name, view.name + NEXT)


async def _switched(running: Running, view: View[Any], intake: Intake) -> bool:
    """Switch if the next build has caught up; False when it has still to read."""
    async with transaction(running.pool) as connection:
        if await connection.fetchval(_BEHIND, view.name, view.name + NEXT):
            return False
        await connection.execute(_HOLD, [view.name, view.name + NEXT])
        if await connection.fetchval(_BEHIND, view.name, view.name + NEXT):
            return False
        await _let_go(connection, view, intake)
        await _switch(connection, view)
        return True


async def _let_go(connection: Connection, view: View[Any], intake: Intake) -> None:
    """What somebody let go of while the next build was made, it lets go of too."""
    await connection.execute(_LET_GO_OF_TOO, view.name, intake.subscription)
    for row in await connection.fetch(_LET_GO_OF_AND_PARKED, intake.subscription):
        await retry(connection, intake, row["stream"])


async def _switch(connection: Connection, view: View[Any]) -> None:
    table = view.table.name
    await connection.execute(f"ALTER TABLE {table} RENAME TO {table}{OLD}")
    await connection.execute(f"ALTER TABLE {table}{NEXT} RENAME TO {table}")
    await connection.execute(f"DROP TABLE {table}{OLD}")
    for each in KEPT_BY_SUBSCRIPTION:
        await connection.execute(f"DELETE FROM {each} WHERE subscription = $1", view.name)
        await connection.execute(
            f"UPDATE {each} SET subscription = $1 WHERE subscription = $2", view.name, view.name + NEXT
        )
