"""Audit at a glance: wiring only."""

from collections.abc import Iterable, Mapping
from typing import Final

from services.audit import problems as _declared  # noqa: F401 - declares the problems that questions name
from services.audit.access import ACCESS
from services.audit.api import compliance, events, replays
from services.audit.archive import archive_feed
from services.audit.live import Background, Live, live_of
from services.audit.replay.worker import ReplayWorker
from services.audit.schema import DIRECTORY, ORGANISATION, metadata
from shared.organisation import operations
from shared.organisation.directory import Desk, read
from shared.runtime.reading.feed import Feed
from shared.runtime.reading.subscription import Subscription
from shared.runtime.service import Running, Service, Worker


def _subscriptions(running: Running) -> Iterable[Subscription]:
    return (Live(running),)


def _feeds(running: Running) -> Iterable[Feed]:
    return (archive_feed(running),)


def _workers(running: Running) -> Mapping[str, Worker]:
    return {"background": Background(running.pool, live_of(running).news).run, "replays": ReplayWorker(running).run}


SERVICE: Final = Service(
    name="audit",
    description="The archive of every event, and how the compliance rules stand: live, as of a day, and replayed.",
    metadata=metadata,
    routers=(compliance.router, events.router, replays.router, operations.router),
    views=(ORGANISATION,),
    read=read,
    desk=Desk(DIRECTORY, ACCESS),
    subscriptions=_subscriptions,
    feeds=_feeds,
    workers=_workers,
)
