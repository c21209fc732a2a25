from datetime import UTC, date, datetime

from services.ledger.api.inspections import of_row
from services.ledger.api.inspections import shown as inspection_shown
from services.ledger.domain.inspection import INSPECTION
from services.ledger.tests.words import (
    APPROVED,
    ASSIGNED,
    BEGUN,
    COMPLETED,
    DISPOSAL_REQUESTED,
    DISPOSED,
    HIGH,
    NUMBERS_REGISTERED,
    OVERDUE,
    RAISED,
    REGISTERED,
    SCHEDULED,
    STARTED,
    STORED,
    SUBMITTED,
    TRANSFERRED,
    VACATED,
)
from services.ledger.views import inspection_calendar, slip_register
from services.ledger.views.inspection_calendar import InspectionRow
from services.ledger.views.slip_register import SlipRow
from shared.events.base import DomainEvent
from shared.events.codec import Recorded
from shared.events.ledger import FieldChange, InspectionTold, SlipAmended

JUST_PAST_MIDNIGHT = datetime(2016, 5, 9, 15, 1, tzinfo=UTC)
"""10 May in Japan."""


def told(event: DomainEvent, stream: str, version: int, at: datetime = JUST_PAST_MIDNIGHT) -> Recorded:
    return Recorded(f"e{version}", "/ledger", stream, version, at, at, event)


def slip_after(*events: DomainEvent, at: datetime = JUST_PAST_MIDNIGHT) -> SlipRow:
    row: SlipRow | None = None
    for version, event in enumerate(events, 1):
        row = slip_register.project(row, told(event, "slip/S1", version, at))
    assert row is not None
    return row


def inspection_after(*events: InspectionTold) -> InspectionRow:
    row: InspectionRow | None = None
    for version, event in enumerate(events, 1):
        row = inspection_calendar.project(row, told(event, "inspection/S1/REG-1", version))
    assert row is not None
    return row


def test_a_slip_is_registered_on_the_day_in_japan() -> None:
    row = slip_after(REGISTERED)
    assert (row.registered_on, row.priority_since, row.state) == (date(2016, 5, 10), date(2016, 5, 10), "active")
    assert row.custodians == (("P1", "PI_MANAGER", "2016-05-10"),)


def test_where_numbers_are_is_known_from_the_registration_on() -> None:
    row = slip_after(NUMBERS_REGISTERED)
    assert (row.storing_unit, row.place, row.stored_since) == ("C01-D07", "Archive room 2", date(2016, 5, 10))


def test_a_row_follows_everything_that_changes_its_slip() -> None:
    retitled = SlipAmended(
        slip_id="S1",
        changed={"title": FieldChange(old="A", new="B"), "items": FieldChange(old=[], new=["C"])},
        reason="D",
    )
    row = slip_after(REGISTERED, retitled, RAISED, ASSIGNED, VACATED, STORED, TRANSFERRED, DISPOSAL_REQUESTED)
    assert (row.title, row.priority, row.people, row.place) == ("B", "HIGH", ("P2",), "Server room")
    assert (row.company_id, row.org_unit_id, row.state, row.version) == ("C02", "C02-D07", "disposal-pending", 8)
    assert slip_after(REGISTERED, DISPOSAL_REQUESTED, DISPOSED).in_force is False


def test_an_inspection_is_listed_as_it_is_shown() -> None:
    life = (SCHEDULED, BEGUN, HIGH, SCHEDULED, OVERDUE, STARTED, SUBMITTED, APPROVED, COMPLETED)
    for end in range(1, len(life) + 1):
        shown = inspection_shown(INSPECTION.fold(life[:end]), end)
        assert of_row(inspection_after(*life[:end])) == shown


def test_a_view_leaves_other_streams_alone() -> None:
    assert slip_register.key(told(SCHEDULED, "inspection/S1/REG-1", 1)) is None
    assert inspection_calendar.key(told(REGISTERED, "slip/S1", 1)) is None
    assert slip_register.project(None, told(RAISED, "slip/S1", 2)) is None
    assert inspection_calendar.project(None, told(BEGUN, "inspection/S1/REG-1", 2)) is None
