"""Which incidents are there, how far is each, and how fast were they passed on? (F9, F12)"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec.structs import replace
from sqlalchemy import BigInteger, Index

from services.incidents.schema import metadata
from shared.events.codec import Recorded
from shared.events.incidents import (
    AffectedCountUpdated,
    AwarenessCorrected,
    ContactPointAcknowledged,
    ContainmentRecorded,
    IncidentAssessed,
    IncidentClosed,
    IncidentConfirmed,
    IncidentDismissed,
    IncidentReopened,
    IncidentReported,
    SupervisorAcknowledged,
)
from shared.events.topics import INCIDENTS
from shared.runtime.reading.views import View, table_of

IncidentState = Literal["reported", "acknowledged", "assessed", "confirmed", "contained", "closed", "dismissed"]


class BoardRow(msgspec.Struct, frozen=True):
    """The lags are whole seconds from the report to the acknowledgement; None while there is none."""

    incident_id: str
    incident_no: str
    kind: str
    company_id: str | None
    org_unit_id: str
    reporter_id: str | None
    aware_at: datetime
    reported_at: datetime
    state: str
    severity: str | None
    rights_risk: str | None
    categories: tuple[str, ...]
    persons_least: Annotated[int, BigInteger()]
    persons_most: Annotated[int, BigInteger()]
    supervisor_lag: Annotated[int | None, BigInteger()]
    contact_lag: Annotated[int | None, BigInteger()]
    version: int


STATES = {
    IncidentConfirmed: "confirmed",
    IncidentDismissed: "dismissed",
    ContainmentRecorded: "contained",
    IncidentClosed: "closed",
    IncidentReopened: "assessed",
}

table = table_of(BoardRow, "incident_board", metadata, Index(None, "org_unit_id"), Index(None, "reporter_id"))


def key(recorded: Recorded) -> str | None:
    return recorded.stream.removeprefix("incident/") if recorded.stream.startswith("incident/") else None


def project(row: BoardRow | None, recorded: Recorded) -> BoardRow | None:
    version = recorded.version or 0
    if isinstance(recorded.event, IncidentReported):
        return _reported(recorded.event, version)
    return replace(_changed(row, recorded), version=version) if row else None


def _changed(row: BoardRow, recorded: Recorded) -> BoardRow:
    match recorded.event:
        case ContactPointAcknowledged(acknowledged_at=at):
            return replace(row, state="acknowledged", contact_lag=_seconds(row, at))
        case SupervisorAcknowledged(acknowledged_at=at):
            return replace(row, supervisor_lag=_seconds(row, at))
        case AwarenessCorrected(aware_at=aware_at):
            return replace(row, aware_at=aware_at)
        case IncidentAssessed() as assessed:
            return _assessed(row, assessed)
        case AffectedCountUpdated(affected=affected):
            return replace(row, persons_least=affected.least, persons_most=affected.most)
        case event:
            return replace(row, state=STATES.get(type(event), row.state))


def _assessed(row: BoardRow, assessed: IncidentAssessed) -> BoardRow:
    """Assessing again what is confirmed leaves it confirmed."""
    return replace(
        row,
        state="assessed" if row.state == "acknowledged" else row.state,
        severity=assessed.severity.value,
        rights_risk=assessed.rights_risk.value,
        categories=tuple(each.value for each in assessed.categories),
    )


def _seconds(row: BoardRow, at: datetime) -> int:
    return int((at - row.reported_at).total_seconds())


def _reported(report: IncidentReported, version: int) -> BoardRow:
    return BoardRow(
        incident_id=report.incident_id,
        incident_no=report.incident_no,
        kind=report.kind.value,
        company_id=report.company_id,
        org_unit_id=report.aware_org_unit_id,
        reporter_id=report.reporter_id,
        aware_at=report.aware_at,
        reported_at=report.reported_at,
        state="reported",
        severity=None,
        rights_risk=None,
        categories=(),
        persons_least=report.affected.least,
        persons_most=report.affected.most,
        supervisor_lag=None,
        contact_lag=None,
        version=version,
    )


BOARD = View("incident_board", (INCIDENTS,), table, BoardRow, key, project, frozenset({"incident"}))
