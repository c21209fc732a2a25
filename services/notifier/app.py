"""Notifier at a glance: wiring only."""

from typing import Final

from services.notifier import problems as _declared  # noqa: F401 - declares the problems that decisions name
from services.notifier.access import ACCESS
from services.notifier.api import notifications, tasks
from services.notifier.domain.notification import NOTIFICATION
from services.notifier.domain.notification_commands import NotificationCommand
from services.notifier.reactions import REACTIONS
from services.notifier.schema import DIRECTORY, ORGANISATION, metadata
from services.notifier.sender import workers
from services.notifier.views.contacts import contacts_feed
from services.notifier.views.matters import MATTERS
from services.notifier.views.notifications import MAILS, NOTIFICATIONS
from shared.organisation import operations
from shared.organisation.directory import Desk, read
from shared.runtime.service import Service
from shared.runtime.writing.aggregates import Aggregate

SERVICE: Final = Service(
    name="notifier",
    description="Notices: who is told of what falls due, at the time of sending.",
    metadata=metadata,
    routers=(notifications.router, tasks.router, operations.router),
    aggregates=(Aggregate("notification", NOTIFICATION, NotificationCommand.__args__),),
    views=(ORGANISATION, MATTERS, NOTIFICATIONS, MAILS),
    reactions=REACTIONS,
    read=read,
    feeds=lambda running: (contacts_feed(running),),
    workers=workers,
    desk=Desk(DIRECTORY, ACCESS),
)
