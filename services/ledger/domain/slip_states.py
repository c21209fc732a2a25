"""How a management slip stands, and what it says after each event about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from shared.events.ledger import (
    Custodian,
    CustodianRole,
    FieldChange,
    SlipAmended,
    SlipCustodianAssigned,
    SlipCustodianReleased,
    SlipCustodianVacated,
    SlipDetails,
    SlipPriorityChanged,
    SlipStorageSet,
)


@dataclass(frozen=True)
class Unregistered:
    """There is no such slip yet."""


@dataclass(frozen=True)
class Active:
    """In force. `requested_by` is who asked for its disposal, when somebody did."""

    slip_id: str
    company_id: str
    org_unit_id: str
    details: SlipDetails
    requested_by: str | None = None

    def custodian(self, person_id: str) -> Custodian | None:
        return next((each for each in self.details.custodians if each.person_id == person_id), None)


@dataclass(frozen=True)
class Over:
    """As it last stood; `how` is `disposed` or `withdrawn`."""

    last: Active
    how: str


Slip: TypeAlias = Unregistered | Active | Over


DetailsTold: TypeAlias = (
    SlipAmended
    | SlipPriorityChanged
    | SlipStorageSet
    | SlipCustodianAssigned
    | SlipCustodianReleased
    | SlipCustodianVacated
)
"""What changes what a slip says, and nothing else."""


def detailed(details: SlipDetails, event: DetailsTold) -> SlipDetails:
    """What a slip says after an event about it."""
    match event:
        case SlipAmended(changed=changed):
            return amended(details, changed)
        case SlipPriorityChanged(new=new):
            return details.model_copy(update={"priority": new})
        case SlipStorageSet(storage=storage):
            return details.model_copy(update={"storage": storage})
        case SlipCustodianAssigned(person_id=person, role=role, since=since):
            custodian = Custodian(person_id=person, role=role, since=since)
            return _in_charge(details, (*_others(details, person), custodian))
        case SlipCustodianReleased(person_id=person) | SlipCustodianVacated(person_id=person):
            return _in_charge(details, _others(details, person))
        case _:
            assert_never(event)


def _others(details: SlipDetails, person_id: str) -> tuple[Custodian, ...]:
    return tuple(each for each in details.custodians if each.person_id != person_id)


def _in_charge(details: SlipDetails, custodians: tuple[Custodian, ...]) -> SlipDetails:
    return details.model_copy(update={"custodians": custodians})


def amended(details: SlipDetails, changed: Mapping[str, FieldChange]) -> SlipDetails:
    """The details with the new values, which stand there as in JSON."""
    after = details.model_dump(mode="json") | {field: change.new for field, change in changed.items()}
    return SlipDetails.model_validate(after, strict=False)


def name(slip: Slip) -> str:
    """The state as the API and the messages call it."""
    match slip:
        case Over(how=how):
            return how
        case Active(requested_by=None) | Unregistered():
            return type(slip).__name__.lower()
        case Active():
            return "disposal-pending"
        case _:
            assert_never(slip)


def managers(details: SlipDetails) -> set[str]:
    """Who manages the holding."""
    return {each.person_id for each in details.custodians if each.role is CustodianRole.PI_MANAGER}
