"""Audit put together: what it keeps, what it reads, what works in the background."""

from collections.abc import Iterable, Mapping

from services.audit.api import ROUTERS
from services.audit.archive import archive_feed
from services.audit.live import Background, Live
from services.audit.replay.worker import ReplayWorker
from services.audit.schema import ORGANISATION, metadata
from shared.organisation.directory import read
from shared.runtime.feed import Feed
from shared.runtime.service import Running, Service, Worker
from shared.runtime.subscription import Subscription


def _subscriptions(running: Running) -> Iterable[Subscription]:
    return (Live(running),)


def _feeds(running: Running) -> Iterable[Feed]:
    return (archive_feed(running),)


def _workers(running: Running) -> Mapping[str, Worker]:
    return {"background": Background(running.pool).run, "replays": ReplayWorker(running).run}


SERVICE = Service(
    name="audit",
    description="The archive of every event, and how the compliance rules stand: live, as of a day, and replayed.",
    metadata=metadata,
    routers=ROUTERS,
    views=(ORGANISATION,),
    read=read,
    subscriptions=_subscriptions,
    feeds=_feeds,
    workers=_workers,
)
