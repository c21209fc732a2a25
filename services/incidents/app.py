"""Incidents at a glance: wiring only."""

from typing import Final

from services.incidents.access import ACCESS
from services.incidents.schema import DIRECTORY, ORGANISATION, metadata
from shared.organisation import operations
from shared.organisation.directory import Desk, read
from shared.runtime.service import Service

SERVICE: Final = Service(
    name="incidents",
    description="Incidents: reported, assessed, answered within the deadlines of the law.",
    metadata=metadata,
    routers=(operations.router,),
    views=(ORGANISATION,),
    read=read,
    desk=Desk(DIRECTORY, ACCESS),
)
