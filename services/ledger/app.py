"""Ledger at a glance: wiring only."""

from typing import Final

from services.ledger import problems as _declared  # noqa: F401 - declares the problems that decisions name
from services.ledger.access import ACCESS
from services.ledger.api import inspections, slip_changes, slips
from services.ledger.domain import inspection
from services.ledger.domain.inspection import INSPECTION
from services.ledger.domain.inspection_commands import InspectionCommand
from services.ledger.domain.slip import SLIP
from services.ledger.domain.slip_commands import SlipCommand
from services.ledger.reactions import REACTIONS
from services.ledger.schema import DIRECTORY, ORGANISATION, metadata
from services.ledger.views.inspection_calendar import INSPECTION_CALENDAR
from services.ledger.views.slip_register import SLIP_REGISTER
from shared.organisation import operations
from shared.organisation.directory import Desk, read
from shared.runtime.service import Service
from shared.runtime.writing.aggregates import Aggregate

SERVICE: Final = Service(
    name="ledger",
    description="Management slips: what personal information is held where, and whether it is inspected on time.",
    metadata=metadata,
    routers=(slips.router, slip_changes.router, inspections.router, operations.router),
    aggregates=(
        Aggregate("slip", SLIP, SlipCommand.__args__),
        Aggregate("inspection", INSPECTION, InspectionCommand.__args__, inspection.timers, episodes=True),
    ),
    views=(ORGANISATION, SLIP_REGISTER, INSPECTION_CALENDAR),
    reactions=REACTIONS,
    read=read,
    desk=Desk(DIRECTORY, ACCESS),
)
