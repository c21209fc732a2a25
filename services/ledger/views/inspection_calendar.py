"""Which inspection of which slip is due when, and what became of it? (F32-F34)"""

from datetime import date
from typing import Final, Literal

import msgspec
from msgspec.structs import replace
from sqlalchemy import Index

from services.ledger.schema import metadata
from shared.events.base import DomainEvent
from shared.events.codec import Recorded
from shared.events.ledger import (
    InspectionCancelled,
    InspectionCompleted,
    InspectionDue,
    InspectionOverdue,
    InspectionReturned,
    InspectionScheduled,
    InspectionStarted,
    InspectionSubmitted,
)
from shared.events.topics import LEDGER
from shared.law.calendar import business_date
from shared.runtime.reading.views import View, table_of

CLOSED: Final = ("completed", "cancelled")

InspectionState = Literal["scheduled", "due", "in-progress", "submitted", "returned", "completed", "cancelled"]


class InspectionRow(msgspec.Struct, frozen=True):
    """`inspection` is the slip and the cycle with a slash between; `cycle_no` is 0 for what is out of turn."""

    inspection: str
    slip_id: str
    cycle: str
    cycle_no: int
    kind: str
    company_id: str
    org_unit_id: str
    priority: str
    basis_date: date
    window_opens: date
    due_date: date
    state: str
    overdue: bool
    assignees: tuple[str, ...]
    incident_id: str | None
    result: str | None
    completed_on: date | None
    next_due: date | None
    version: int

    @property
    def open(self) -> bool:
        return self.state not in CLOSED


def key(recorded: Recorded) -> str | None:
    return recorded.stream.removeprefix("inspection/") if recorded.stream.startswith("inspection/") else None


def project(row: InspectionRow | None, recorded: Recorded) -> InspectionRow | None:
    version = recorded.version or 0
    match recorded.event, row:
        case InspectionScheduled() as plan, _:
            return _planned(row, plan, version)
        case InspectionCompleted() as done, InspectionRow():
            day = business_date(recorded.time)
            completed = replace(row, state="completed", result=done.result.value, completed_on=day)
            return replace(completed, next_due=done.next_due, version=version)
        case event, InspectionRow():
            overdue = row.overdue or isinstance(event, InspectionOverdue)
            return replace(row, state=STATES.get(type(event), row.state), overdue=overdue, version=version)
        case _:
            return row


STATES: Final[dict[type[DomainEvent], str]] = {
    InspectionDue: "due",
    InspectionStarted: "in-progress",
    InspectionSubmitted: "submitted",
    InspectionReturned: "returned",
    InspectionCancelled: "cancelled",
}


def _planned(row: InspectionRow | None, plan: InspectionScheduled, version: int) -> InspectionRow:
    """Told again, the plan is another one; how far the inspection has come stays."""
    number = plan.cycle.removeprefix("REG-")
    return InspectionRow(
        inspection=f"{plan.slip_id}/{plan.cycle}",
        slip_id=plan.slip_id,
        cycle=plan.cycle,
        cycle_no=int(number) if number != plan.cycle else 0,
        kind=plan.kind,
        company_id=plan.company_id,
        org_unit_id=plan.org_unit_id,
        priority=plan.priority,
        basis_date=plan.basis_date,
        window_opens=plan.window_opens,
        due_date=plan.due_date,
        state=row.state if row else "scheduled",
        overdue=row is not None and row.overdue and row.due_date == plan.due_date,
        assignees=plan.assignees,
        incident_id=plan.incident_id,
        result=None,
        completed_on=None,
        next_due=None,
        version=version,
    )


def inspection_calendar_view(name: str) -> View[InspectionRow]:
    """Kept twice: to be shown, and for the reactions."""
    table = table_of(InspectionRow, name, metadata, Index(None, "slip_id"), Index(None, "due_date", "inspection"))
    return View(name, (LEDGER,), table, InspectionRow, key, project, frozenset({"inspection"}))


INSPECTION_CALENDAR = inspection_calendar_view("inspection_calendar")
KNOWN_INSPECTIONS = inspection_calendar_view("known_inspections")
