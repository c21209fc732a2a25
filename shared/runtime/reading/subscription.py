"""A named reader of the log: its feed, its intake, and waiting until it has read something."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from shared.events.topics import Topic
from shared.runtime.database import Pool, borrow
from shared.runtime.reading.consumer import FeedSettings
from shared.runtime.reading.feed import Feed
from shared.runtime.reading.intake import Intake
from shared.runtime.reading.record import stream_of

POLL: Final = 0.02


class Subscription:
    """Decoded events into a handler. The archive, which interprets nothing, uses a bare Feed instead."""

    def __init__(
        self,
        topics: tuple[Topic, ...],
        intake: Intake,
        pool: Pool,
        *,
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = intake.subscription
        self.topics = topics
        self.intake = intake
        self._pool = pool
        self._committed = committed

    def feed(self, settings: FeedSettings, prefix: str = "") -> Feed:
        return Feed(
            self.name,
            topic_names(self.topics, prefix),
            self._pool,
            self.intake.process,
            settings,
            committed=self._committed,
            concerns=lambda record: self.intake.concerns(stream_of(record)),
        )

    async def has_read(self, stream: str, version: int, *, within: float) -> bool:
        """Whether the subscription has applied this version of the stream, waiting at most `within` seconds.

        What does not concern it, it need not wait for.
        """
        if not self.intake.concerns(stream):
            return True
        deadline = time.monotonic() + within
        while not await self._reached(stream, version):
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(POLL)
        return True

    async def _reached(self, stream: str, version: int) -> bool:
        async with borrow(self._pool) as connection:
            last = await connection.fetchval(
                "SELECT version FROM stream_version WHERE subscription = $1 AND stream = $2", self.name, stream
            )
        return last is not None and last >= version


def topic_names(topics: tuple[Topic, ...], prefix: str) -> list[str]:
    return [prefix + topic.name for topic in topics]
