from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from services.ledger.domain.inspection_commands import (
    CancelInspection,
    ScheduleEmergencyInspection,
    ScheduleInspection,
)
from services.ledger.domain.slip_commands import TransferSlip, VacateCustodian
from services.ledger.known import Known, LookAtCustodian, LookAtUnit
from services.ledger.reactions import perform, react
from services.ledger.tests.words import (
    COMPLETED,
    DISPOSED,
    REGISTERED,
    REGISTERED_ON,
    SCHEDULE,
    SCHEDULED,
    WITHDRAWN,
    changed,
)
from services.ledger.views import incident_slips, inspection_calendar, slip_register
from services.ledger.views.incident_slips import IncidentSlipsRow
from services.ledger.views.inspection_calendar import InspectionRow
from services.ledger.views.slip_register import SlipRow
from shared.decider import Timer
from shared.events.base import DomainEvent
from shared.events.codec import Recorded
from shared.events.hr import (
    EmployeeHired,
    EmployeeLeaveStarted,
    EmployeeLeft,
    EmployeeTransferred,
    OrgUnitAbolished,
    OrgUnitCreated,
    OrgUnitMerged,
    OrgUnitSplit,
    PersonKind,
    Place,
    TransferKind,
    UnitKind,
)
from shared.events.incidents import DismissalGround, IncidentConfirmed, IncidentDismissed, Sealed
from shared.events.ledger import CancelCause, TransferCause
from shared.organisation.organisation import Organisation
from shared.organisation.row import SubjectRow, project
from shared.runtime.reacting.reactions import Step

LONG_AGO, TODAY, LATER = date(2010, 4, 1), date(2016, 6, 1), date(2016, 7, 1)
LATER_MORNING = datetime(2016, 6, 30, 15, 0, tzinfo=UTC)
REGISTRATION = datetime(2016, 5, 10, 3, 0, tzinfo=UTC)


def told(event: DomainEvent, stream: str, version: int | None = 1, at: datetime = REGISTRATION) -> Recorded:
    return Recorded(f"{stream}{type(event).__name__}", "/x", stream, version, at, at, event)


def slip(*events: DomainEvent) -> SlipRow:
    row: SlipRow | None = None
    for version, event in enumerate((REGISTERED, *events), 1):
        row = slip_register.project(row, told(event, "slip/S1", version))
    assert row is not None
    return row


def inspection(*events: DomainEvent, at: datetime = REGISTRATION) -> InspectionRow:
    row: InspectionRow | None = None
    for version, event in enumerate(events, 1):
        row = inspection_calendar.project(row, told(event, "inspection/S1/REG-1", version, at))
    assert row is not None
    return row


def unit(org_unit_id: str, parent_id: str | None = None) -> OrgUnitCreated:
    return OrgUnitCreated(
        org_unit_id=org_unit_id,
        company_id=org_unit_id[:3],
        parent_id=parent_id,
        kind=UnitKind.DIVISION,
        name=org_unit_id,
        effective_date=LONG_AGO,
    )


def moved(to: str, day: date) -> EmployeeTransferred:
    place = Place(company_id=to[:3], org_unit_id=to)
    return EmployeeTransferred(
        person_id="P1", origin=place, to=place, effective_date=day, kind=TransferKind.TRANSFER
    )  # fmt: skip


HIRED = EmployeeHired(
    person_id="P1",
    person_kind=PersonKind.EMPLOYEE,
    employer_company_id="C01",
    org_unit_id="C01-D07",
    effective_date=LONG_AGO,
)
LEFT = EmployeeLeft(person_id="P1", effective_date=TODAY)
ON_LEAVE = EmployeeLeaveStarted(person_id="P1", start=TODAY)
UNITS = (unit("C01-D07"), unit("C01-D07-S1", "C01-D07"), unit("C01-D08"), unit("C02-D07"))
MERGED = OrgUnitMerged(org_unit_id="C01-D07", successors=("C01-D08",), effective_date=TODAY)


def subject(event: DomainEvent) -> str:
    unit_id = None if isinstance(event, EmployeeHired) else getattr(event, "org_unit_id", None)
    return f"unit/{unit_id}" if unit_id else "person/P1"


def known(*hr: DomainEvent, row: SlipRow | None = None, inspections: Sequence[InspectionRow] = ()) -> Known:
    rows: dict[str, SubjectRow | None] = {}
    for event in (*UNITS, HIRED, *hr):
        rows[subject(event)] = project(rows.get(subject(event)), told(event, subject(event), None))
    return Known(Organisation.of(each for each in rows.values() if each), (row or slip(),), tuple(inspections))


def because(event: DomainEvent, stream: str, now: Known, today: date = TODAY) -> list[Step]:
    return list(react(told(event, stream), now, today))


# --- inspections follow their slip (P1) -------------------------------------------------------------------------------


def test_a_registered_slip_is_scheduled_for_a_year_later() -> None:
    assert because(REGISTERED, "slip/S1", known(), REGISTERED_ON) == [SCHEDULE]


def test_a_completed_inspection_is_the_basis_of_the_next() -> None:
    done = inspection(SCHEDULED, COMPLETED, at=datetime(2017, 4, 20, 3, tzinfo=UTC))
    (step,) = because(COMPLETED, "inspection/S1/REG-1", known(inspections=[done]), date(2017, 4, 20))
    assert isinstance(step, ScheduleInspection)
    assert (step.cycle, step.basis_date, step.due_date) == ("REG-2", date(2017, 4, 20), date(2018, 4, 20))


def test_an_inspection_read_before_its_slip_waits_for_it() -> None:
    assert because(COMPLETED, "inspection/S1/REG-1", replace(known(), slips=())) == []


@pytest.mark.parametrize(("end", "cause"), [(DISPOSED, CancelCause.DISPOSED), (WITHDRAWN, CancelCause.WITHDRAWN)])
def test_what_is_open_is_cancelled_with_its_slip(end: DomainEvent, cause: CancelCause) -> None:
    emergency = msgspec.structs.replace(inspection(SCHEDULED), cycle="EMG-I1", cycle_no=0)
    steps = because(end, "slip/S1", known(row=slip(end), inspections=[inspection(SCHEDULED), emergency]))
    assert steps == [CancelInspection(slip_id="S1", cycle=cycle, cause=cause) for cycle in ("REG-1", "EMG-I1")]


def test_what_is_scheduled_too_late_is_cancelled_at_once() -> None:
    steps = because(SCHEDULED, "inspection/S1/REG-1", known(row=slip(DISPOSED), inspections=[inspection(SCHEDULED)]))
    assert steps == [CancelInspection(slip_id="S1", cycle="REG-1", cause=CancelCause.DISPOSED)]
    assert because(SCHEDULED, "inspection/S1/REG-1", known(inspections=[inspection(SCHEDULED)])) == []


# --- incidents (P13) --------------------------------------------------------------------------------------------------

CONFIRMED = IncidentConfirmed(incident_id="I1", slip_ids=("S1", "S-UNKNOWN"))
NOON_TODAY = datetime(2016, 6, 1, 3, tzinfo=UTC)


def incident(*events: DomainEvent, at: datetime = NOON_TODAY) -> IncidentSlipsRow | None:
    row: IncidentSlipsRow | None = None
    for version, event in enumerate(events, 1):
        row = incident_slips.project(row, told(event, "incident/I1", version, at + timedelta(days=version - 1)))
    return row


def concerned(*events: DomainEvent, row: SlipRow | None = None) -> Known:
    found = incident(*events)
    return replace(known(row=row), incidents=(found,) if found else ())


def out_of_turn(steps: Sequence[Step]) -> list[tuple[str, date, tuple[str, ...]]]:
    emergencies = (each for each in steps if isinstance(each, ScheduleEmergencyInspection))
    return [(each.cycle, each.on, each.assignees) for each in emergencies]


def test_a_confirmed_incident_asks_for_an_inspection_of_each_slip_it_concerns() -> None:
    steps = because(CONFIRMED, "incident/I1", concerned(CONFIRMED))
    assert out_of_turn(steps) == [("EMG-I1", TODAY, ("P1",))]
    assert len(steps) == 1


def test_a_slip_that_is_over_is_not_inspected_out_of_turn() -> None:
    assert because(CONFIRMED, "incident/I1", concerned(CONFIRMED, row=slip(DISPOSED))) == []
    assert out_of_turn(because(DISPOSED, "slip/S1", concerned(CONFIRMED, row=slip(DISPOSED)))) == []


def test_a_slip_that_ledger_hears_of_later_is_inspected_from_then_on() -> None:
    unknown = replace(concerned(CONFIRMED), slips=())
    assert because(CONFIRMED, "incident/I1", unknown) == []
    late = msgspec.structs.replace(slip(), registered_on=LATER)
    steps = because(REGISTERED, "slip/S1", concerned(CONFIRMED, row=late), LATER)
    assert out_of_turn(steps) == [("EMG-I1", LATER, ("P1",))]


def test_a_second_confirmation_keeps_the_first_day_and_adds_slips() -> None:
    again = incident(changed(CONFIRMED, slip_ids=("S1",)), changed(CONFIRMED, slip_ids=("S1", "S2")))
    assert again is not None
    assert (again.concerns("S1"), again.concerns("S2")) == (TODAY, date(2016, 6, 2))
    assert again.slip_ids == ("S1", "S2")


def test_what_turned_out_to_be_no_incident_asks_for_nothing_more() -> None:
    dismissed = IncidentDismissed(
        incident_id="I1", ground=DismissalGround.NO_INCIDENT, rationale=Sealed(ref="T1", salted_hash="a" * 64)
    )
    assert incident(CONFIRMED, dismissed) is None
    assert out_of_turn(because(REGISTERED, "slip/S1", concerned(CONFIRMED, dismissed))) == []


# --- people in charge (P4) --------------------------------------------------------------------------------------------

VACATE = VacateCustodian(slip_id="S1", person_id="P1")


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (LEFT, [VACATE]),
        (ON_LEAVE, [VACATE]),
        (moved("C02-D07", TODAY), [VACATE]),
        (moved("C01-D07-S1", TODAY), []),
        (moved("C01-D08", date(2016, 5, 10)), []),
        (moved("C01-D08", date(2016, 5, 11)), [VACATE]),
    ],
)
def test_who_is_no_longer_there_leaves_his_charge(event: DomainEvent, expected: list[Step]) -> None:
    """Within the division he keeps it; so does who moved before he took charge."""
    assert because(event, "person/P1", known(event)) == expected


def test_what_lies_ahead_is_looked_at_on_its_day() -> None:
    ahead = EmployeeLeft(person_id="P1", effective_date=LATER)
    look = LookAtCustodian(person_id="P1", on=LATER)
    assert because(ahead, "person/P1", known(ahead)) == [Timer(LATER_MORNING, look, "2016-07-01")]
    assert list(perform(look, known(ahead), LATER)) == [VACATE]


def test_a_slip_registered_after_somebody_left_loses_him_at_once() -> None:
    steps = because(REGISTERED, "slip/S1", known(LEFT))
    assert VACATE in steps


def test_a_slip_that_is_over_loses_nobody() -> None:
    assert because(LEFT, "person/P1", known(LEFT, row=slip(DISPOSED))) == []


# --- units (P5) -------------------------------------------------------------------------------------------------------

CARRIED = TransferSlip(slip_id="S1", to_unit="C01-D08", company_id="C01", cause=TransferCause.REORGANISATION)


def test_a_sole_successor_takes_the_slips_over() -> None:
    assert because(MERGED, "unit/C01-D07", known(MERGED)) == [CARRIED]


def test_who_comes_along_stays_in_charge() -> None:
    along = moved("C01-D08", TODAY)
    assert because(along, "person/P1", known(MERGED, along)) == []


@pytest.mark.parametrize(
    "event",
    [
        OrgUnitAbolished(org_unit_id="C01-D07", successors=(), effective_date=TODAY),
        OrgUnitSplit(org_unit_id="C01-D07", successors=("C01-D08", "C02-D07"), effective_date=TODAY),
    ],
)
def test_where_there_is_no_sole_successor_the_managers_decide(event: DomainEvent) -> None:
    assert because(event, "unit/C01-D07", known(event)) == []


def test_a_merger_ahead_waits_for_its_day() -> None:
    ahead = changed(MERGED, effective_date=LATER)
    look = LookAtUnit(org_unit_id="C01-D07", on=LATER)
    assert because(ahead, "unit/C01-D07", known(ahead)) == [Timer(LATER_MORNING, look, "2016-07-01")]
    assert list(perform(look, known(ahead), LATER)) == [CARRIED]
