"""What can be asked of a management slip: by its division, by the promotion office, by the HR feed's consequences."""

from datetime import datetime
from typing import TypeAlias

from pydantic import JsonValue

from shared.decider import Command
from shared.events.base import CompanyId, OrgUnitId, PersonId, Sha256
from shared.events.ledger import (
    CustodianRole,
    DisposalMethod,
    Priority,
    Reason,
    SlipDetails,
    SlipId,
    Storage,
    TransferCause,
)
from shared.late_entry import LateEntry


class OfSlip(Command):
    kind = "slip"
    slip_id: SlipId

    @property
    def stream(self) -> str:
        return f"{self.kind}/{self.slip_id}"


class EntersLate(OfSlip, LateEntry):
    time: datetime
    now: datetime
    late_reason: Reason | None = None


class RegisterSlip(EntersLate):
    company_id: CompanyId
    org_unit_id: OrgUnitId
    details: SlipDetails


class AmendSlip(OfSlip):
    """`changes` are new values by field of SlipDetails, as in JSON."""

    changes: dict[str, JsonValue]
    reason: Reason


class ChangeSlipPriority(OfSlip):
    """`approved_by` is the promotion office's manager, where he gives it."""

    priority: Priority
    reason: Reason
    approved_by: PersonId | None = None


class AssignCustodian(EntersLate):
    person_id: PersonId
    role: CustodianRole


class ReleaseCustodian(EntersLate):
    person_id: PersonId


class VacateCustodian(OfSlip):
    person_id: PersonId


class SetStorage(EntersLate):
    storage: Storage


class TransferSlip(OfSlip):
    """To a unit; `company_id` is that unit's company."""

    to_unit: OrgUnitId
    company_id: CompanyId
    cause: TransferCause = TransferCause.AGREEMENT


class RequestDisposal(OfSlip):
    requested_by: PersonId
    reason: Reason


class RecordDisposal(EntersLate):
    """`approved_by` is the divisional manager, where he gives it."""

    method: DisposalMethod
    evidence_hash: Sha256
    certificate_hash: Sha256 | None = None
    approved_by: PersonId | None = None


class WithdrawSlip(OfSlip):
    reason: Reason


SlipCommand: TypeAlias = (
    RegisterSlip
    | AmendSlip
    | ChangeSlipPriority
    | AssignCustodian
    | ReleaseCustodian
    | VacateCustodian
    | SetStorage
    | TransferSlip
    | RequestDisposal
    | RecordDisposal
    | WithdrawSlip
)
