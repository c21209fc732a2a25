"""Which holdings of personal information are there, where are they kept, and in whose charge? (F21, F23)"""

from datetime import date
from typing import Final, Literal

import msgspec
from msgspec.structs import replace
from sqlalchemy import Index

from services.ledger.schema import metadata
from shared.events.base import DomainEvent
from shared.events.codec import Recorded
from shared.events.ledger import (
    SlipAmended,
    SlipCustodianAssigned,
    SlipCustodianReleased,
    SlipCustodianVacated,
    SlipDisposalRequested,
    SlipDisposed,
    SlipPriorityChanged,
    SlipRegistered,
    SlipStorageSet,
    SlipTransferred,
    SlipWithdrawn,
    Storage,
)
from shared.events.topics import LEDGER
from shared.law.calendar import business_date
from shared.runtime.reading.views import View, table_of

IN_FORCE: Final = ("active", "disposal-pending")

SlipState = Literal["active", "disposal-pending", "disposed", "withdrawn"]


class SlipRow(msgspec.Struct, frozen=True):
    """`custodians` are in the order in which they took charge: person, role, since when.

    `priority_since` is the day of the last change of priority, else of the registration.
    """

    slip_id: str
    slip_no: str
    title: str
    company_id: str
    org_unit_id: str
    pi_type: str
    specific_pi: bool
    priority: str
    priority_since: date
    state: str
    count_band: str
    people: tuple[str, ...]
    custodians: tuple[tuple[str, str, str], ...]
    storing_unit: str | None
    place: str | None
    medium: str | None
    country: str | None
    stored_since: date | None
    registered_on: date
    version: int

    @property
    def in_force(self) -> bool:
        return self.state in IN_FORCE


def key(recorded: Recorded) -> str | None:
    return recorded.stream.removeprefix("slip/") if recorded.stream.startswith("slip/") else None


def project(row: SlipRow | None, recorded: Recorded) -> SlipRow | None:
    day, version = business_date(recorded.time), recorded.version or 0
    if isinstance(recorded.event, SlipRegistered):
        return _registered(recorded.event, day, version)
    return replace(_changed(row, recorded.event, day), version=version) if row else None


def _registered(registered: SlipRegistered, day: date, version: int) -> SlipRow:
    details = registered.details
    row = SlipRow(
        slip_id=registered.slip_id,
        slip_no=details.slip_no,
        title=details.title,
        company_id=registered.company_id,
        org_unit_id=registered.org_unit_id,
        pi_type=details.pi_type,
        specific_pi=details.specific_pi,
        priority=details.priority,
        priority_since=day,
        state="active",
        count_band=details.count_band,
        people=tuple(each.person_id for each in details.custodians),
        custodians=tuple((each.person_id, each.role.value, each.since.isoformat()) for each in details.custodians),
        storing_unit=None,
        place=None,
        medium=None,
        country=None,
        stored_since=None,
        registered_on=day,
        version=version,
    )
    return _stored(row, details.storage, day) if details.storage else row


def _changed(row: SlipRow, event: DomainEvent, day: date) -> SlipRow:
    match event:
        case SlipAmended():
            return _amended(row, event)
        case SlipPriorityChanged(new=new):
            return replace(row, priority=new.value, priority_since=day)
        case SlipCustodianAssigned(person_id=person, role=role, since=since):
            return _in_charge(row, (*_others(row, person), (person, role.value, since.isoformat())))
        case SlipCustodianReleased(person_id=person) | SlipCustodianVacated(person_id=person):
            return _in_charge(row, _others(row, person))
        case SlipStorageSet(storage=storage):
            return _stored(row, storage, day)
        case SlipTransferred(to_unit=unit, company_id=company):
            return replace(row, org_unit_id=unit, company_id=company)
        case _:
            return replace(row, state=STATES.get(type(event), row.state))


STATES: Final[dict[type[DomainEvent], str]] = {
    SlipDisposalRequested: "disposal-pending",
    SlipDisposed: "disposed",
    SlipWithdrawn: "withdrawn",
}
_SHOWN: Final = ("slip_no", "title", "pi_type", "specific_pi", "count_band")


def _amended(row: SlipRow, amended: SlipAmended) -> SlipRow:
    shown = {field: change.new for field, change in amended.changed.items() if field in _SHOWN}
    return replace(row, **shown)  # a change's value is of its field's type, as in JSON


def _stored(row: SlipRow, storage: Storage, day: date) -> SlipRow:
    return replace(
        row,
        storing_unit=storage.storing_unit,
        place=storage.place,
        medium=storage.medium.value,
        country=storage.country,
        stored_since=day,
    )


def _others(row: SlipRow, person_id: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(each for each in row.custodians if each[0] != person_id)


def _in_charge(row: SlipRow, custodians: tuple[tuple[str, str, str], ...]) -> SlipRow:
    return replace(row, custodians=custodians, people=tuple(person for person, _, _ in custodians))


def slip_register_view(name: str) -> View[SlipRow]:
    """Kept twice: to be shown, and for the reactions."""
    table = table_of(SlipRow, name, metadata, Index(None, "org_unit_id"), Index(None, "people", postgresql_using="gin"))
    return View(name, (LEDGER,), table, SlipRow, key, project, frozenset({"slip"}))


SLIP_REGISTER = slip_register_view("slip_register")
KNOWN_SLIPS = slip_register_view("known_slips")
