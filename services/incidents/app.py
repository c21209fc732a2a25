"""Incidents at a glance: wiring only."""

from typing import Final

from services.incidents import problems as _declared  # noqa: F401 - declares the problems that decisions name
from services.incidents.access import ACCESS
from services.incidents.api import incidents, narratives, steps
from services.incidents.api import obligations as listed
from services.incidents.domain import obligations
from services.incidents.domain.commands import COMMANDS
from services.incidents.domain.incident import INCIDENT
from services.incidents.narratives import demand_key
from services.incidents.schema import DIRECTORY, ORGANISATION, metadata
from services.incidents.views.board import BOARD
from services.incidents.views.clock import CLOCK
from shared.organisation import operations
from shared.organisation.directory import Desk, read
from shared.runtime.service import Service
from shared.runtime.writing.aggregates import Aggregate

SERVICE: Final = Service(
    name="incidents",
    description="Incidents: reported, assessed, answered within the deadlines of the law.",
    metadata=metadata,
    routers=(incidents.router, steps.router, narratives.router, listed.router, operations.router),
    aggregates=(Aggregate("incident", INCIDENT, COMMANDS, obligations.timers),),
    views=(ORGANISATION, BOARD, CLOCK),
    read=read,
    desk=Desk(DIRECTORY, ACCESS),
    workers=demand_key,
)
