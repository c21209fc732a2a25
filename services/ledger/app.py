"""Ledger at a glance: wiring only."""

from typing import Final

from services.ledger.access import ACCESS
from services.ledger.schema import DIRECTORY, ORGANISATION, metadata
from shared.organisation import operations
from shared.organisation.directory import Desk, read
from shared.runtime.service import Service

SERVICE: Final = Service(
    name="ledger",
    description="Management slips: what personal information is held where, and whether it is inspected on time.",
    metadata=metadata,
    routers=(operations.router,),
    views=(ORGANISATION,),
    read=read,
    desk=Desk(DIRECTORY, ACCESS),
)
