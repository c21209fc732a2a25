"""What is waited for, by when, and who is in charge of it? One row per open matter of any service; what is over goes.

A slip and an incident are kept as long as something may still hang on them.
"""

from datetime import date, datetime
from typing import Final

import msgspec
from msgspec.structs import replace
from sqlalchemy import Index

from services.notifier.schema import metadata
from shared.events.base import DomainEvent
from shared.events.codec import Recorded
from shared.events.incidents import (
    AuthorityReportFiled,
    Decided,
    IncidentClosed,
    IncidentDismissed,
    IncidentReopened,
    IncidentReported,
    ObligationDeadlineApproaching,
    ObligationDeadlineMissed,
    ObligationDeadlineMoved,
    ObligationDecided,
    ReportingObligationOpened,
    SubjectsNotified,
)
from shared.events.ledger import (
    Custodian,
    CustodianRole,
    InspectionCancelled,
    InspectionCompleted,
    InspectionDue,
    InspectionOverdue,
    InspectionScheduled,
    SlipCustodianAssigned,
    SlipCustodianReleased,
    SlipCustodianVacated,
    SlipDisposed,
    SlipRegistered,
    SlipTransferred,
    SlipWithdrawn,
)
from shared.events.topics import INCIDENTS, LEDGER, TRAINING
from shared.events.training import (
    PledgeDeclined,
    PledgeLapsed,
    PledgeOverdue,
    PledgeRequested,
    PledgeResumed,
    PledgeSigned,
    PledgeSuperseded,
    PledgeSuspended,
    PledgeWithdrawn,
    TrainingAssigned,
    TrainingCompleted,
    TrainingLapsed,
    TrainingOverdue,
    TrainingResumed,
    TrainingSuspended,
    TrainingWithdrawn,
)
from shared.law.calendar import business_date
from shared.runtime.reading.views import View, table_of

InCharge = tuple[tuple[str, str], ...]


class MatterRow(msgspec.Struct, frozen=True):
    """`in_charge` are people with the day since when; `ladder` is the event whose steps hold now.

    `matter` is the stream, and of an obligation `obligation/<id>`; `parent` is its slip or incident.
    """

    matter: str
    kind: str
    parent: str | None
    company_id: str | None
    org_unit_id: str | None
    person_id: str | None
    reference: str | None
    in_charge: InCharge
    due_date: date | None
    due_at: datetime | None
    open: bool
    overdue: bool
    ladder: str


OVER: Final[tuple[type[DomainEvent], ...]] = (
    *(SlipDisposed, SlipWithdrawn, InspectionCompleted, InspectionCancelled),
    *(PledgeSigned, PledgeDeclined, PledgeWithdrawn, PledgeLapsed, PledgeSuperseded),
    *(TrainingCompleted, TrainingWithdrawn, TrainingLapsed),
    *(AuthorityReportFiled, SubjectsNotified),
)
"""After these nobody waits any more."""
Obliging = (
    ReportingObligationOpened
    | ObligationDeadlineMoved
    | ObligationDecided
    | ObligationDeadlineApproaching
    | ObligationDeadlineMissed
    | AuthorityReportFiled
    | SubjectsNotified
)
KINDS: Final = ("slip", "inspection", "incident", "pledge", "assignment")


def key(recorded: Recorded) -> str | None:
    if isinstance(recorded.event, Obliging):
        return f"obligation/{recorded.event.obligation_id}" if recorded.event.obligation_id else None
    return recorded.stream if recorded.stream.partition("/")[0] in KINDS else None


def project(row: MatterRow | None, recorded: Recorded) -> MatterRow | None:
    event = recorded.event
    if isinstance(event, OVER):
        return None
    begun = _begun(recorded)
    if begun is not None:
        return replace(begun, in_charge=_since(begun.in_charge, row)) if row else begun
    return _changed(row, recorded) if row else None


def _begun(recorded: Recorded) -> MatterRow | None:
    match recorded.event:
        case SlipRegistered() as slip:
            people = tuple((who.person_id, who.since.isoformat()) for who in slip.details.custodians if _manages(who))
            return _row(recorded, reference=slip.details.slip_no, in_charge=people)
        case InspectionDue(due_date=due, assignees=people, slip_id=slip_id):
            day = business_date(recorded.time).isoformat()
            in_charge = tuple((person, day) for person in people)
            return _row(recorded, parent=f"slip/{slip_id}", reference=slip_id, in_charge=in_charge, due_date=due)
        case IncidentReported(incident_no=number):
            return _row(recorded, reference=number)
        case ReportingObligationOpened(incident_id=incident_id, due_at=due_at):
            return _row(recorded, parent=f"incident/{incident_id}", due_at=due_at)
        case PledgeRequested() as asked:
            return _row(recorded, person_id=asked.person_id, reference=asked.period_fy, due_date=asked.due_date)
        case TrainingAssigned() as assigned:
            return _row(
                recorded, person_id=assigned.person_id, reference=assigned.course_id, due_date=assigned.due_date
            )
        case _:
            return None


def _row(
    recorded: Recorded,
    *,
    parent: str | None = None,
    person_id: str | None = None,
    reference: str | None = None,
    in_charge: InCharge = (),
    due_date: date | None = None,
    due_at: datetime | None = None,
) -> MatterRow:
    matter = key(recorded) or recorded.stream
    return MatterRow(
        matter=matter,
        kind=matter.partition("/")[0],
        parent=parent,
        company_id=getattr(recorded.event, "company_id", None),
        org_unit_id=getattr(recorded.event, "org_unit_id", None),
        person_id=person_id,
        reference=reference,
        in_charge=in_charge,
        due_date=due_date,
        due_at=due_at,
        open=True,
        overdue=False,
        ladder=recorded.id,
    )


def _changed(row: MatterRow, recorded: Recorded) -> MatterRow | None:
    match recorded.event:
        case InspectionScheduled() as plan:
            return _rescheduled(row, plan, recorded)
        case InspectionOverdue() | PledgeOverdue() | TrainingOverdue():
            return replace(row, overdue=True, ladder=recorded.id)
        case PledgeSuspended() | TrainingSuspended() | IncidentDismissed() | IncidentClosed():
            return replace(row, open=False)
        case PledgeResumed(due_date=due) | TrainingResumed(due_date=due):
            return replace(row, open=True, overdue=False, due_date=due, ladder=recorded.id)
        case IncidentReopened():
            return replace(row, open=True)
        case ObligationDeadlineMoved(due_at=due_at):
            return replace(row, due_at=due_at, overdue=row.overdue and due_at == row.due_at)
        case ObligationDeadlineMissed():
            return replace(row, overdue=True)
        case ObligationDecided(decided=decided):
            return None if decided is Decided.NOT_REQUIRED else row
        case event:
            return _slip_changed(row, event)


def _slip_changed(row: MatterRow, event: DomainEvent) -> MatterRow:
    match event:
        case SlipTransferred(to_unit=unit, company_id=company):
            return replace(row, org_unit_id=unit, company_id=company)
        case SlipCustodianAssigned(person_id=person, since=since):
            others = _without(row, person)
            mine = ((person, since.isoformat()),) if event.role is CustodianRole.PI_MANAGER else ()
            return replace(row, in_charge=(*others, *mine))
        case SlipCustodianReleased(person_id=person) | SlipCustodianVacated(person_id=person):
            return replace(row, in_charge=_without(row, person))
        case _:
            return row


def _rescheduled(row: MatterRow, plan: InspectionScheduled, recorded: Recorded) -> MatterRow:
    """Told again: perhaps of another unit, with others in charge; with another due date the steps begin anew."""
    day = business_date(recorded.time).isoformat()
    moved = plan.due_date != row.due_date
    return replace(
        row,
        company_id=plan.company_id,
        org_unit_id=plan.org_unit_id,
        in_charge=_since(tuple((person, day) for person in plan.assignees), row),
        due_date=plan.due_date,
        overdue=row.overdue and not moved,
        ladder=recorded.id if moved else row.ladder,
    )


def _since(people: InCharge, row: MatterRow | None) -> InCharge:
    """Who was in charge before has been so since then."""
    before = dict(row.in_charge) if row else {}
    return tuple((person, before.get(person, day)) for person, day in people)


def _without(row: MatterRow, person: str) -> InCharge:
    return tuple(each for each in row.in_charge if each[0] != person)


def _manages(who: Custodian) -> bool:
    return who.role is CustodianRole.PI_MANAGER


def matters_view(name: str) -> View[MatterRow]:
    """Kept twice: for lists of tasks, and for the reactions."""
    table = table_of(
        MatterRow,
        name,
        metadata,
        Index(None, "person_id"),
        Index(None, "org_unit_id", "kind"),
        Index(None, "in_charge", postgresql_using="gin"),
    )
    return View(name, (LEDGER, INCIDENTS, TRAINING), table, MatterRow, key, project)


MATTERS = matters_view("matters")
KNOWN_MATTERS = matters_view("known_matters")
