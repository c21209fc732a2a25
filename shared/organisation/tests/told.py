"""What the HR system tells in these tests: short ways to write a history."""

from datetime import UTC, date, datetime, timedelta

from shared.events.codec import Recorded
from shared.events.hr import (
    CompanyJoinedGroup,
    EmployeeHired,
    EmployeeLeft,
    EmployeeTransferred,
    HrEvent,
    OrgUnitCreated,
    OrgUnitMerged,
    PersonKind,
    Place,
    Role,
    RoleAppointed,
    RoleRelieved,
    RoleScope,
    SupplierWorkerAssigned,
    SupplierWorkerReleased,
    TransferKind,
    UnitKind,
)
from shared.organisation.history import Fact, History, fact_of, insert

APRIL = date(2016, 4, 1)
JUNE = date(2016, 6, 1)
JULY = date(2016, 7, 1)
OCTOBER = date(2016, 10, 1)
JANUARY = date(2017, 1, 1)
DAY = timedelta(days=1)
NOON = datetime(2016, 3, 1, 3, tzinfo=UTC)


def recorded(event: HrEvent, event_id: str = "e1", minute: int = 0, stream: str = "person/P1") -> Recorded:
    return Recorded(
        id=event_id,
        source="/hr",
        stream=stream,
        version=None,
        time=NOON,
        recorded_at=NOON + timedelta(minutes=minute),
        event=event,
    )


def told(*events: HrEvent) -> History:
    """A history told in this order, one event a minute; their ids are e1, e2, …"""
    history: History = ()
    for fact in facts(*events):
        history = insert(history, fact)
    return history


def facts(*events: HrEvent) -> list[Fact]:
    return [fact_of(recorded(event, f"e{n}", n)) for n, event in enumerate(events, 1)]


def hired(day: date = APRIL, unit: str = "D1", company: str = "C1", kind: PersonKind = PersonKind.EMPLOYEE) -> HrEvent:
    return EmployeeHired(
        person_id="P1", person_kind=kind, employer_company_id=company, org_unit_id=unit, effective_date=day
    )


def transferred(
    day: date, unit: str, company: str = "C1", kind: TransferKind = TransferKind.TRANSFER, origin: str = "D1"
) -> HrEvent:
    return EmployeeTransferred(
        person_id="P1",
        origin=Place(company_id="C1", org_unit_id=origin),
        to=Place(company_id=company, org_unit_id=unit),
        effective_date=day,
        kind=kind,
    )


def left(day: date) -> HrEvent:
    return EmployeeLeft(person_id="P1", effective_date=day)


def assigned(day: date, unit: str = "D1", contractor: str = "K1") -> HrEvent:
    return SupplierWorkerAssigned(person_id="P1", contractor_id=contractor, host_org_unit_id=unit, start=day)


def released(day: date, unit: str = "D1", contractor: str = "K1") -> HrEvent:
    return SupplierWorkerReleased(person_id="P1", contractor_id=contractor, host_org_unit_id=unit, end=day)


def appointed(
    day: date, scope: RoleScope, role: Role = Role.PROMOTER, until: date | None = None, person: str = "P1"
) -> HrEvent:
    return RoleAppointed(person_id=person, role=role, scope=scope, effective_date=day, until=until)


def relieved(day: date, scope: RoleScope, role: Role = Role.PROMOTER) -> HrEvent:
    return RoleRelieved(person_id="P1", role=role, scope=scope, effective_date=day)


def created(unit: str, parent: str | None = None, company: str = "C1", day: date = APRIL) -> HrEvent:
    return OrgUnitCreated(
        org_unit_id=unit, company_id=company, parent_id=parent, kind=UnitKind.DIVISION, name=unit, effective_date=day
    )


def merged(unit: str, into: str, day: date) -> HrEvent:
    return OrgUnitMerged(org_unit_id=unit, successors=(into,), effective_date=day)


def joined(company: str, day: date = APRIL) -> HrEvent:
    return CompanyJoinedGroup(company_id=company, name=company, country="JP", domestic=True, effective_date=day)
