"""Events of other services, as the tests tell them."""

from datetime import UTC, date, datetime
from typing import Final

from shared.events.hr import PersonKind
from shared.events.incidents import ContactPointInformed, IncidentReported, SupervisorInformed
from shared.events.ledger import (
    CancelCause,
    InspectionCancelled,
    InspectionDue,
    InspectionKind,
    InspectionOverdue,
    InspectionScheduled,
    Priority,
)
from shared.events.training import PledgeOverdue, PledgeRequested, PledgeWithdrawn

UNIT: Final = "C01-D07"
DUE: Final = date(2016, 4, 30)


def inspection_due(slip: str, *people: str, due: date = DUE, emergency: bool = False) -> InspectionDue:
    return InspectionDue(
        slip_id=slip,
        cycle="EMG-I1" if emergency else "REG-1",
        kind=InspectionKind.EMERGENCY if emergency else InspectionKind.REGULAR,
        due_date=due,
        priority=Priority.NORMAL,
        company_id="C01",
        org_unit_id=UNIT,
        assignees=people,
    )


def inspection_overdue(slip: str, due: date = DUE) -> InspectionOverdue:
    return InspectionOverdue(slip_id=slip, cycle="REG-1", kind=InspectionKind.REGULAR, due_date=due, days=1)


def inspection_scheduled(slip: str, *people: str, due: date = DUE) -> InspectionScheduled:
    return InspectionScheduled(
        slip_id=slip,
        cycle="REG-1",
        kind=InspectionKind.REGULAR,
        interval_months=12,
        basis_date=date(2015, 4, 30),
        due_date=due,
        window_opens=date(2016, 3, 31),
        priority=Priority.NORMAL,
        company_id="C01",
        org_unit_id=UNIT,
        assignees=people,
    )


def inspection_cancelled(slip: str) -> InspectionCancelled:
    return InspectionCancelled(
        slip_id=slip, cycle="REG-1", kind=InspectionKind.REGULAR, cause=CancelCause.DISPOSED
    )  # fmt: skip


def pledge_requested(person: str, due: date = DUE, unit: str = UNIT) -> PledgeRequested:
    return PledgeRequested(
        pledge_id=f"L-{person}",
        person_id=person,
        person_kind=PersonKind.EMPLOYEE,
        company_id=unit[:3],
        org_unit_id=unit,
        campaign_id="PLEDGE-FY2017",
        template_id="BASIC-RULES",
        template_version=1,
        template_hash="a" * 64,
        period_fy="FY2017",
        period_start=date(2016, 4, 1),
        period_end=date(2017, 3, 31),
        due_date=due,
    )


def pledge_overdue(person: str, due: date = DUE) -> PledgeOverdue:
    return PledgeOverdue(pledge_id=f"L-{person}", person_id=person, due_date=due)


def pledge_withdrawn(person: str) -> PledgeWithdrawn:
    return PledgeWithdrawn(pledge_id=f"L-{person}", person_id=person)


def supervisor_informed(incident: str, *people: str) -> SupervisorInformed:
    return SupervisorInformed(incident_id=incident, person_ids=people)


def contact_point_informed(incident: str, *people: str) -> ContactPointInformed:
    return ContactPointInformed(incident_id=incident, person_ids=people)


def incident_reported(incident: str) -> IncidentReported:
    instant = datetime(2016, 4, 1, 0, 0, tzinfo=UTC)
    return IncidentReported.model_validate(
        {
            "incident_id": incident,
            "incident_no": "20160401-0A1B2C",
            "kind": "LEAK",
            "discovered_at": instant,
            "aware_at": instant,
            "aware_org_unit_id": UNIT,
            "company_id": "C01",
            "reported_at": instant,
            "account": {"ref": "r1", "salted_hash": "a" * 64},
            "affected": {"least": 0, "most": 10},
            "flags": {},
            "jurisdictions": ("JP",),
            "channel": "WEB",
        },
        strict=False,
    )
