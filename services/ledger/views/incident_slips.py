"""Which slips does a confirmed incident concern, and since when? (F12, F34)"""

from datetime import date
from typing import Final

import msgspec
from sqlalchemy import Index

from services.ledger.schema import metadata
from shared.events.codec import Recorded
from shared.events.incidents import IncidentConfirmed, IncidentDismissed
from shared.events.topics import INCIDENTS
from shared.law.calendar import business_date
from shared.runtime.reading.views import View, table_of


class IncidentSlipsRow(msgspec.Struct, frozen=True):
    """`since` is for each slip the day of the first confirmation that names it; slips may be unknown to ledger."""

    incident_id: str
    slip_ids: tuple[str, ...]
    since: tuple[tuple[str, str], ...]

    def concerns(self, slip_id: str) -> date | None:
        """Since which day, or None."""
        return next((date.fromisoformat(day) for slip, day in self.since if slip == slip_id), None)


def key(recorded: Recorded) -> str | None:
    match recorded.event:
        case IncidentConfirmed(incident_id=incident_id) | IncidentDismissed(incident_id=incident_id):
            return incident_id
        case _:
            return None


def project(row: IncidentSlipsRow | None, recorded: Recorded) -> IncidentSlipsRow | None:
    """What is confirmed again adds slips and keeps their first days; what turned out to be none concerns none."""
    if not isinstance(recorded.event, IncidentConfirmed):
        return None
    day = business_date(recorded.time).isoformat()
    since = dict.fromkeys(recorded.event.slip_ids, day) | dict(row.since if row else ())
    return IncidentSlipsRow(recorded.event.incident_id, tuple(sorted(since)), tuple(sorted(since.items())))


KNOWN_INCIDENT_SLIPS: Final = View(
    "known_incident_slips",
    (INCIDENTS,),
    table_of(IncidentSlipsRow, "known_incident_slips", metadata, Index(None, "slip_ids", postgresql_using="gin")),
    IncidentSlipsRow,
    key,
    project,
)
"""Kept for the reactions only."""
