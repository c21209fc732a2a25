"""What the tests of the domain speak of: one slip, its first inspection, and their facts."""

from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from services.ledger.domain.inspection_commands import (
    ApproveInspection,
    CancelInspection,
    MarkInspectionDue,
    MarkInspectionOverdue,
    ReturnInspection,
    ScheduleEmergencyInspection,
    ScheduleInspection,
    StartInspection,
    SubmitInspection,
)
from services.ledger.domain.slip_commands import (
    AmendSlip,
    AssignCustodian,
    ChangeSlipPriority,
    RecordDisposal,
    RegisterSlip,
    ReleaseCustodian,
    RequestDisposal,
    SetStorage,
    TransferSlip,
    VacateCustodian,
    WithdrawSlip,
)
from shared.events.hr import PiType
from shared.events.ledger import (
    Answer,
    AnswerResult,
    ApproverRole,
    CancelCause,
    CountBand,
    Custodian,
    CustodianRole,
    DisposalMethod,
    InspectionApproved,
    InspectionCancelled,
    InspectionCompleted,
    InspectionDue,
    InspectionKind,
    InspectionOverdue,
    InspectionResult,
    InspectionReturned,
    InspectionScheduled,
    InspectionStarted,
    InspectionSubmitted,
    Medium,
    Priority,
    SlipCustodianAssigned,
    SlipCustodianVacated,
    SlipDetails,
    SlipDisposalRequested,
    SlipDisposed,
    SlipPriorityChanged,
    SlipRegistered,
    SlipStorageSet,
    SlipTransferred,
    SlipWithdrawn,
    Storage,
    TransferCause,
)

M = TypeVar("M", bound=BaseModel)


def changed(model: M, **fields: Any) -> M:
    """The same, but for some fields."""
    return type(model).model_validate({name: getattr(model, name) for name in type(model).model_fields} | fields)


REGISTERED_ON: Final = date(2016, 5, 10)
NOON: Final = datetime(2016, 6, 1, 3, 0, tzinfo=UTC)
HASH: Final = "a" * 64

STORAGE: Final = Storage(storing_unit="C01-D07", place="Archive room 2", medium=Medium.PAPER)
OTHER_STORAGE: Final = Storage(storing_unit="C01-D08", place="Server room", medium=Medium.SYSTEM, system_id="HR-1")
MANAGER: Final = Custodian(person_id="P1", role=CustodianRole.PI_MANAGER, since=REGISTERED_ON)
DETAILS: Final = SlipDetails(
    slip_no="D07-001",
    title="Applications for the customer club",
    pi_type=PiType.CUSTOMER,
    items=("postal address",),
    count_band=CountBand.UP_TO_1000,
    acquisition_method="paper form",
    purpose_of_use="sending the magazine",
    custodians=(MANAGER,),
    priority=Priority.NORMAL,
)
NUMBERS: Final = changed(DETAILS, specific_pi=True, priority=Priority.HIGH, storage=STORAGE)

REGISTER: Final = RegisterSlip(
    slip_id="S1", company_id="C01", org_unit_id="C01-D07", details=DETAILS, time=NOON, now=NOON
)
REGISTERED: Final = SlipRegistered(slip_id="S1", company_id="C01", org_unit_id="C01-D07", details=DETAILS)
NUMBERS_REGISTERED: Final = changed(REGISTERED, details=NUMBERS)
AMEND: Final = AmendSlip(slip_id="S1", changes={"title": "The club"}, reason="shorter")
RAISE: Final = ChangeSlipPriority(slip_id="S1", priority=Priority.HIGH, reason="bank accounts")
RAISED: Final = SlipPriorityChanged(slip_id="S1", old=Priority.NORMAL, new=Priority.HIGH, reason="bank accounts")
LOWER: Final = ChangeSlipPriority(slip_id="S1", priority=Priority.NORMAL, reason="none left", approved_by="PPOM1")
LOWERED: Final = SlipPriorityChanged(
    slip_id="S1", old=Priority.HIGH, new=Priority.NORMAL, reason="none left", approved_by="PPOM1"
)
ASSIGN: Final = AssignCustodian(slip_id="S1", person_id="P2", role=CustodianRole.PI_MANAGER, time=NOON, now=NOON)
ASSIGNED: Final = SlipCustodianAssigned(
    slip_id="S1", person_id="P2", role=CustodianRole.PI_MANAGER, since=date(2016, 6, 1)
)
RELEASE: Final = ReleaseCustodian(slip_id="S1", person_id="P1", time=NOON, now=NOON)
VACATE: Final = VacateCustodian(slip_id="S1", person_id="P1")
VACATED: Final = SlipCustodianVacated(slip_id="S1", person_id="P1", role=CustodianRole.PI_MANAGER)
STORE: Final = SetStorage(slip_id="S1", storage=OTHER_STORAGE, time=NOON, now=NOON)
STORED: Final = SlipStorageSet(slip_id="S1", storage=OTHER_STORAGE)
TRANSFER: Final = TransferSlip(slip_id="S1", to_unit="C02-D07", company_id="C02")
TRANSFERRED: Final = SlipTransferred(
    slip_id="S1", from_unit="C01-D07", to_unit="C02-D07", company_id="C02", cause=TransferCause.AGREEMENT
)
REQUEST_DISPOSAL: Final = RequestDisposal(slip_id="S1", requested_by="P1", reason="no longer needed")
DISPOSAL_REQUESTED: Final = SlipDisposalRequested(slip_id="S1", requested_by="P1", reason="no longer needed")
DISPOSE: Final = RecordDisposal(
    slip_id="S1", method=DisposalMethod.SHREDDED, evidence_hash=HASH, time=NOON, now=NOON
)  # fmt: skip
DISPOSED: Final = SlipDisposed(slip_id="S1", method=DisposalMethod.SHREDDED, evidence_hash=HASH)
WITHDRAW: Final = WithdrawSlip(slip_id="S1", reason="registered twice")
WITHDRAWN: Final = SlipWithdrawn(slip_id="S1", reason="registered twice")

DUE: Final = date(2017, 5, 10)
OPENS: Final = date(2017, 4, 10)
SOONER: Final = date(2016, 11, 10)
SCHEDULE: Final = ScheduleInspection(
    slip_id="S1",
    cycle="REG-1",
    interval_months=12,
    basis_date=REGISTERED_ON,
    due_date=DUE,
    priority=Priority.NORMAL,
    company_id="C01",
    org_unit_id="C01-D07",
    assignees=("P1",),
    today=REGISTERED_ON,
)
SCHEDULED: Final = InspectionScheduled(
    **SCHEDULE.model_dump(exclude={"today"}), kind=InspectionKind.REGULAR, window_opens=OPENS
)
HIGH: Final = changed(
    SCHEDULED, interval_months=6, due_date=SOONER, priority=Priority.HIGH, window_opens=date(2016, 10, 11)
)
_AT: Final[dict[str, Any]] = {"slip_id": "S1", "cycle": "REG-1"}
_OF: Final[dict[str, Any]] = {**_AT, "kind": InspectionKind.REGULAR}
_FORCE: Final[dict[str, Any]] = {**_AT, "slip_in_force": True}
EMERGENCY: Final = ScheduleEmergencyInspection(
    slip_id="S1",
    incident_id="I1",
    on=date(2016, 8, 1),
    priority=Priority.NORMAL,
    company_id="C01",
    org_unit_id="C01-D07",
)
MARK_DUE: Final = MarkInspectionDue(**_AT, due_date=DUE)
MARK_OVERDUE: Final = MarkInspectionOverdue(**_AT, due_date=DUE)
BEGUN: Final = InspectionDue(
    **_OF, due_date=DUE, priority=Priority.NORMAL, company_id="C01", org_unit_id="C01-D07", assignees=("P1",)
)
OVERDUE: Final = InspectionOverdue(**_OF, due_date=DUE, days=1)
START: Final = StartInspection(
    **_FORCE, checklist_id="CHECK", checklist_version=1, started_by="P1", time=NOON, now=NOON
)
STARTED: Final = InspectionStarted(**_OF, checklist_id="CHECK", checklist_version=1, started_by="P1")
OK: Final = Answer(item="access-list", result=AnswerResult.OK)
NG: Final = Answer(item="lock", result=AnswerResult.NG, evidence_hashes=(HASH,))
SUBMIT: Final = SubmitInspection(
    **_FORCE,
    answers=(OK,),
    slip_version_reviewed=1,
    slip_version=1,
    still_valid=True,
    submitted_by="P1",
    time=NOON,
    now=NOON,
)
SUBMITTED: Final = InspectionSubmitted(
    **_OF, answers=(OK,), slip_version_reviewed=1, still_valid=True, submitted_by="P1"
)  # fmt: skip
RETURN: Final = ReturnInspection(**_FORCE, returned_by="DM1", reason="of last year")
RETURNED: Final = InspectionReturned(**_OF, returned_by="DM1", reason="of last year")
APPROVE: Final = ApproveInspection(
    **_FORCE, approved_by="DM1", role=ApproverRole.DIV_MANAGER, on=date(2017, 4, 20)
)  # fmt: skip
APPROVED: Final = InspectionApproved(**_OF, approved_by="DM1", role=ApproverRole.DIV_MANAGER, number=1, of=1)
ALSO: Final = changed(APPROVE, approved_by="PR1", role=ApproverRole.PROMOTER)
COMPLETED: Final = InspectionCompleted(**_OF, result=InspectionResult.CONFORM, next_due=date(2018, 4, 20))
CANCEL: Final = CancelInspection(**_AT, cause=CancelCause.DISPOSED)
CANCELLED: Final = InspectionCancelled(**_OF, cause=CancelCause.DISPOSED)
