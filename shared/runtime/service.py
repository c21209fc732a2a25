"""What a service is made of, and how its parts are put together around one database and one Kafka.

`services/<name>/app.py` fills in a Service; everything that runs is started from here, in one place, five times the
same.
"""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from fastapi import APIRouter
from sqlalchemy import MetaData

from shared.events.codec import decode
from shared.events.topics import OWN
from shared.runtime.clock import Clock, clock_from
from shared.runtime.database import Pool, open_pool
from shared.runtime.reacting.reactions import Performer, ReactionHandler, Reactions
from shared.runtime.reacting.timers import Timers
from shared.runtime.reacting.watermark import Watermark, begin, digest_aggregate
from shared.runtime.reading.consumer import FeedSettings
from shared.runtime.reading.feed import Feed
from shared.runtime.reading.intake import Intake
from shared.runtime.reading.record import Read
from shared.runtime.reading.subscription import Subscription
from shared.runtime.reading.views import View, ViewHandler
from shared.runtime.settings import Settings
from shared.runtime.watching.gauges import measure_for_ever
from shared.runtime.writing.aggregates import Aggregate
from shared.runtime.writing.commands import Commands
from shared.runtime.writing.producer import KafkaPublisher
from shared.runtime.writing.relay import Relay

Worker = Callable[[], Coroutine[Any, Any, None]]
"""Something that runs as long as the service does."""

READ_ONCE: Final = 10_000
"""So many of the last records are kept as read: most subscriptions of a service meet the same ones soon after."""


@dataclass(frozen=True)
class Service:
    """A service at a glance: what it decides, keeps, shows and does by itself."""

    name: str
    description: str
    metadata: MetaData
    routers: tuple[APIRouter, ...] = ()
    aggregates: tuple[Aggregate[Any, Any, Any], ...] = ()
    views: tuple[View[Any], ...] = ()
    reactions: Reactions[Any] | None = None
    read: Read = decode
    desk: object = None
    """Who is asked what a caller may do; the runtime passes it on to the routes and never looks at it."""
    subscriptions: Callable[["Running"], Iterable[Subscription]] = lambda _running: ()
    """Readers that are neither views nor reactions."""
    feeds: Callable[["Running"], Iterable[Feed]] = lambda _running: ()
    """Readers that take records as they are."""
    workers: Callable[["Running"], Mapping[str, Worker]] = lambda _running: {}


@dataclass
class Running:
    """A service at work: what its API and its workers reach for."""

    service: Service
    settings: Settings
    clock: Clock
    pool: Pool
    relay: Relay
    read: Read = field(init=False)
    commands: Commands = field(init=False)
    subscriptions: dict[str, Subscription] = field(init=False)
    feeds: dict[str, Feed] = field(init=False)

    def __post_init__(self) -> None:
        self.read = lru_cache(READ_ONCE)(self.service.read)
        aggregates = (digest_aggregate(self.service.name), *self.service.aggregates)
        self.commands = Commands(self.service.name, aggregates, self.clock, self.relay.wake)
        self.subscriptions = {each.name: each for each in self._subscriptions()}
        feeds = [each.feed(self.feed_settings, self.settings.topic_prefix) for each in self.subscriptions.values()]
        self.feeds = {each.name: each for each in (*feeds, *self.service.feeds(self))}

    @property
    def feed_settings(self) -> FeedSettings:
        group = f"{self.settings.group_prefix}{self.service.name}"
        return FeedSettings(self.settings.kafka_bootstrap_servers, group, session_timeout_ms=6_000)

    def workers(self) -> dict[str, Worker]:
        """Everything that runs beside the API, by name."""
        feeds = {f"feed:{name}": feed.run for name, feed in self.feeds.items()}
        own = {"relay": self.relay.run, "timers": self._fire_timers, "gauges": self._measure}
        return {**own, **feeds, **self.service.workers(self)}

    async def _measure(self) -> None:
        await measure_for_ever(self.pool, self.clock)

    async def _fire_timers(self) -> None:
        await begin(self.pool, self.service.name, self.clock)
        performers: list[Performer] = [Watermark(self.service.name)]
        if self.service.reactions is not None:
            performers.append(self.service.reactions)
        await Timers(self.pool, self.commands, self.clock, performers, self.relay.wake).run()

    def _subscriptions(self) -> Iterable[Subscription]:
        for view in self.service.views:
            intake = Intake(view.name, ViewHandler(view.at("")), self.read, view.kinds)
            yield Subscription(view.topics, intake, self.pool)
        if self.service.reactions is not None:
            handler = ReactionHandler(self.service.reactions, self.commands, self.clock)
            intake = Intake("reactions", handler, self.read)
            yield Subscription(self.service.reactions.topics, intake, self.pool, committed=self.relay.wake)
        yield from self.service.subscriptions(self)


@asynccontextmanager
async def running(service: Service, settings: Settings) -> AsyncIterator[Running]:
    """The service's parts, connected; closed in the opposite order."""
    pool = await open_pool(
        settings.database_url,
        least=settings.pool_min,
        size=settings.pool_max,
        statement_seconds=settings.statement_timeout_seconds,
    )
    topic = settings.topic_prefix + OWN[service.name].name
    relay = Relay(settings.database_url, KafkaPublisher(settings.kafka_bootstrap_servers, topic))
    try:
        yield Running(service, settings, clock_from(settings), pool, relay)
    finally:
        pool.terminate()
