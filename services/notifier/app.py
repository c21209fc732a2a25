"""Notifier at a glance: wiring only."""

from typing import Final

from services.notifier.access import ACCESS
from services.notifier.schema import DIRECTORY, ORGANISATION, metadata
from services.notifier.views.contacts import contacts_feed
from shared.organisation import operations
from shared.organisation.directory import Desk, read
from shared.runtime.service import Service

SERVICE: Final = Service(
    name="notifier",
    description="Notices: who is told of what falls due, at the time of sending.",
    metadata=metadata,
    routers=(operations.router,),
    views=(ORGANISATION,),
    read=read,
    feeds=lambda running: (contacts_feed(running),),
    desk=Desk(DIRECTORY, ACCESS),
)
