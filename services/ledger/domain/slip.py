"""A management slip: one holding of personal information, from its registration to its disposal (F21, F23)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeAlias, assert_never

from pydantic import JsonValue

from services.ledger.domain.slip_commands import (
    AmendSlip,
    AssignCustodian,
    ChangeSlipPriority,
    RecordDisposal,
    RegisterSlip,
    ReleaseCustodian,
    RequestDisposal,
    SetStorage,
    SlipCommand,
    TransferSlip,
    VacateCustodian,
    WithdrawSlip,
)
from services.ledger.domain.slip_custody import CustodyCommand, decide_custody
from services.ledger.domain.slip_states import (
    Active,
    DetailsTold,
    Over,
    Slip,
    Unregistered,
    amended,
    detailed,
    managers,
    name,
)
from shared.decider import Decider, Rejected
from shared.events.ledger import (
    FieldChange,
    Priority,
    SlipAmended,
    SlipDetails,
    SlipDisposalRequested,
    SlipDisposed,
    SlipPriorityChanged,
    SlipRegistered,
    SlipTold,
    SlipTransferred,
    SlipWithdrawn,
)

__all__ = ["SLIP", "Active", "Over", "Slip", "Unregistered", "name"]

AMENDABLE: Final = frozenset(SlipDetails.model_fields) - {"priority", "storage", "custodians"}
"""What has no command of its own."""
Change: TypeAlias = (
    AmendSlip | ChangeSlipPriority | CustodyCommand | TransferSlip | RequestDisposal | RecordDisposal | WithdrawSlip
)
"""Of a slip that is in force."""


def decide(command: SlipCommand, slip: Slip) -> list[SlipTold]:
    if isinstance(command, RegisterSlip):
        return _register(command) if isinstance(slip, Unregistered) else _register_again(command, slip)
    match slip:
        case Unregistered():
            raise Rejected("there is no such slip", "slip-unregistered")
        case Active():
            return _change(command, slip)
        case Over():
            return _after_its_end(command, slip)
        case _:
            assert_never(slip)


def _change(command: Change, slip: Active) -> list[SlipTold]:
    match command:
        case AmendSlip():
            return _amend(command, slip)
        case ChangeSlipPriority():
            return _prioritise(command, slip)
        case AssignCustodian() | ReleaseCustodian() | VacateCustodian() | SetStorage():
            return decide_custody(command, slip)
        case TransferSlip():
            return _transfer(command, slip)
        case RequestDisposal():
            return _request_disposal(command, slip)
        case RecordDisposal():
            return _dispose(command, slip)
        case WithdrawSlip(reason=reason):
            return [SlipWithdrawn(slip_id=slip.slip_id, reason=reason)]
        case _:
            assert_never(command)


def _after_its_end(command: Change, slip: Over) -> list[SlipTold]:
    """Repeating what ended it changes nothing; what the HR feed does to its people matters no more."""
    match command:
        case VacateCustodian():
            return []
        case RecordDisposal() if slip.how == "disposed":
            return []
        case WithdrawSlip() if slip.how == "withdrawn":
            return []
        case _:
            raise Rejected(f"a slip that is {slip.how} is not changed any more", "slip-over")


def _register(register: RegisterSlip) -> list[SlipTold]:
    _check_numbers(register.details)
    _check_one_charge_each(register.details)
    registered = SlipRegistered(
        slip_id=register.slip_id,
        company_id=register.company_id,
        org_unit_id=register.org_unit_id,
        details=register.details,
        backdated=register.backdated() or None,
        late_reason=register.late_reason,
    )
    return [registered]


def _register_again(register: RegisterSlip, slip: Active | Over) -> list[SlipTold]:
    same = isinstance(slip, Active) and (register.company_id, register.org_unit_id, register.details) == (
        slip.company_id,
        slip.org_unit_id,
        slip.details,
    )
    if not same:
        raise Rejected(f"{register.slip_id} is registered already", "slip-exists")
    return []


def _check_numbers(details: SlipDetails) -> None:
    """Of National ID numbers it is always known where they are and who is in charge of them (F23)."""
    if details.specific_pi and (lacking := list(_lacking(details))):
        raise Rejected(f"a slip of National ID numbers needs {' and '.join(lacking)}", "number-slip-incomplete")


def _lacking(details: SlipDetails) -> list[str]:
    needs = {
        "high priority (`priority`)": details.priority is Priority.HIGH,
        "the unit that stores them (`storage`)": details.storage is not None,
        "a manager in charge (`custodians`)": bool(managers(details)),
    }
    return [need for need, there in needs.items() if not there]


def _check_one_charge_each(details: SlipDetails) -> None:
    people = [each.person_id for each in details.custodians]
    if len(set(people)) != len(people):
        raise Rejected("somebody is named twice among the custodians", "custodian-twice")


def _amend(amend: AmendSlip, slip: Active) -> list[SlipTold]:
    if foreign := sorted(amend.changes.keys() - AMENDABLE):
        raise Rejected(f"{', '.join(foreign)} can not be amended", "not-amendable")
    changed = _differences(slip.details, amend.changes)
    _check_numbers(amended(slip.details, changed))
    return [SlipAmended(slip_id=slip.slip_id, changed=changed, reason=amend.reason)] if changed else []


def _differences(details: SlipDetails, changes: Mapping[str, JsonValue]) -> dict[str, FieldChange]:
    before = details.model_dump(mode="json")
    return {
        field: FieldChange(old=before[field], new=value) for field, value in changes.items() if before[field] != value
    }


def _prioritise(change: ChangeSlipPriority, slip: Active) -> list[SlipTold]:
    """Lowering is approved by the promotion office; National ID numbers stay high."""
    if change.priority is slip.details.priority:
        return []
    if change.priority is Priority.NORMAL and slip.details.specific_pi:
        raise Rejected("a slip of National ID numbers is always of high priority", "number-slip-incomplete")
    if change.priority is Priority.NORMAL and change.approved_by is None:
        raise Rejected("lowering a priority needs the approval of the promotion office's manager", "approval-needed")
    changed = SlipPriorityChanged(
        slip_id=slip.slip_id,
        old=slip.details.priority,
        new=change.priority,
        reason=change.reason,
        approved_by=change.approved_by,
    )
    return [changed]


def _transfer(transfer: TransferSlip, slip: Active) -> list[SlipTold]:
    if transfer.to_unit == slip.org_unit_id:
        return []
    transferred = SlipTransferred(
        slip_id=slip.slip_id,
        from_unit=slip.org_unit_id,
        to_unit=transfer.to_unit,
        company_id=transfer.company_id,
        cause=transfer.cause,
    )
    return [transferred]


def _request_disposal(request: RequestDisposal, slip: Active) -> list[SlipTold]:
    if slip.requested_by is not None:
        return []
    return [SlipDisposalRequested(slip_id=slip.slip_id, requested_by=request.requested_by, reason=request.reason)]


def _dispose(dispose: RecordDisposal, slip: Active) -> list[SlipTold]:
    if slip.requested_by is None:
        raise Rejected("nobody asked for the disposal of this slip", "disposal-not-requested")
    if slip.details.specific_pi and dispose.approved_by is None:
        raise Rejected("the disposal of National ID numbers is approved by the divisional manager", "approval-needed")
    if slip.details.specific_pi and dispose.approved_by == slip.requested_by:
        raise Rejected("who asked for the disposal does not approve it", "own-request")
    disposed = SlipDisposed(
        slip_id=slip.slip_id,
        method=dispose.method,
        evidence_hash=dispose.evidence_hash,
        certificate_hash=dispose.certificate_hash,
        approved_by=dispose.approved_by,
        backdated=dispose.backdated(),
        late_reason=dispose.late_reason,
    )
    return [disposed]


def evolve(slip: Slip, event: SlipTold) -> Slip:
    if isinstance(event, SlipRegistered):
        return Active(event.slip_id, event.company_id, event.org_unit_id, event.details)
    return _since_registered(slip, event) if isinstance(slip, Active) else slip


def _since_registered(
    slip: Active, event: DetailsTold | SlipTransferred | SlipDisposalRequested | SlipDisposed | SlipWithdrawn
) -> Slip:
    match event:
        case SlipTransferred(to_unit=unit, company_id=company):
            return replace(slip, org_unit_id=unit, company_id=company)
        case SlipDisposalRequested(requested_by=person):
            return replace(slip, requested_by=person)
        case SlipDisposed():
            return Over(slip, "disposed")
        case SlipWithdrawn():
            return Over(slip, "withdrawn")
        case _:
            return replace(slip, details=detailed(slip.details, event))


SLIP: Decider[SlipCommand, Slip, SlipTold] = Decider(Unregistered(), decide, evolve)
