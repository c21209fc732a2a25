"""Who must still hear of which incident, and by when? (F10)"""

from datetime import datetime

import msgspec
from msgspec.structs import replace
from sqlalchemy import Index

from services.incidents.schema import metadata
from shared.events.codec import Recorded
from shared.events.incidents import (
    AuthorityReportFiled,
    Decided,
    ObligationDeadlineMissed,
    ObligationDeadlineMoved,
    ObligationDecided,
    ReportingObligationOpened,
    SubjectsNotified,
)
from shared.events.topics import INCIDENTS
from shared.runtime.reading.views import View, table_of


class ClockRow(msgspec.Struct, frozen=True):
    """`on_time` is the verdict of the first report, frozen when it was filed."""

    obligation_id: str
    incident_id: str
    regime: str
    recipient: str
    anchor_at: datetime
    soft_due_at: datetime | None
    due_at: datetime | None
    state: str
    missed: bool
    filed_at: datetime | None
    on_time: bool | None
    rule_pack: str


table = table_of(ClockRow, "obligation_clock", metadata, Index(None, "incident_id"), Index(None, "due_at"))


def key(recorded: Recorded) -> str | None:
    match recorded.event:
        case (
            ReportingObligationOpened()
            | ObligationDeadlineMoved()
            | ObligationDecided()
            | AuthorityReportFiled()
            | SubjectsNotified()
            | ObligationDeadlineMissed()
        ) as told:
            return told.obligation_id
        case _:
            return None


def project(row: ClockRow | None, recorded: Recorded) -> ClockRow | None:
    if isinstance(recorded.event, ReportingObligationOpened):
        return _opened(recorded.event)
    return _changed(row, recorded) if row else None


def _changed(row: ClockRow, recorded: Recorded) -> ClockRow:
    match recorded.event:
        case ObligationDeadlineMoved() as moved:
            still_missed = row.missed and moved.due_at == row.due_at
            return replace(
                row, anchor_at=moved.anchor_at, soft_due_at=moved.soft_due_at, due_at=moved.due_at, missed=still_missed
            )
        case ObligationDecided(decided=decided):
            return replace(row, state="required" if decided is Decided.REQUIRED else "not-required")
        case AuthorityReportFiled(filed_at=at, on_time=on_time) if row.filed_at is None:
            return replace(row, state="fulfilled", filed_at=at, on_time=on_time)
        case SubjectsNotified(notified_at=at):
            return replace(row, state="fulfilled", filed_at=row.filed_at or at)
        case ObligationDeadlineMissed():
            return replace(row, missed=True)
        case _:
            return row


def _opened(opened: ReportingObligationOpened) -> ClockRow:
    return ClockRow(
        obligation_id=opened.obligation_id,
        incident_id=opened.incident_id,
        regime=opened.regime.value,
        recipient=opened.recipient.value,
        anchor_at=opened.anchor_at,
        soft_due_at=opened.soft_due_at,
        due_at=opened.due_at,
        state="open",
        missed=False,
        filed_at=None,
        on_time=None,
        rule_pack=opened.rule_pack,
    )


CLOCK = View("obligation_clock", (INCIDENTS,), table, ClockRow, key, project, frozenset({"incident"}))
