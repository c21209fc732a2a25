"""What ledger tells: management slips, and their inspections (F21-F25, F32-F34)."""

from datetime import date
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field, JsonValue, StringConstraints

from shared.events.base import (
    CompanyId,
    Country,
    Digested,
    DomainEvent,
    FrozenModel,
    Identifier,
    OrgUnitId,
    PersonId,
    SafeText,
    Sha256,
    Title,
)
from shared.events.hr import PiType

SlipId = Identifier
Cycle = Annotated[str, StringConstraints(pattern=r"^(REG-[1-9][0-9]{0,5}|EMG-[A-Za-z0-9][A-Za-z0-9._-]{0,63})$")]
"""`REG-<n>`, the n-th regular inspection of a slip, or `EMG-<incident id>`."""
Phrase = Annotated[SafeText, StringConstraints(min_length=1, max_length=200)]
"""A few words of the business: they name kinds of things, never a person."""
Reason = Annotated[SafeText, StringConstraints(min_length=1, max_length=500)]
Months = Annotated[int, Field(ge=1, le=120)]


class Priority(StrEnum):
    """High priority is inspected every six months, everything else every twelve (F32, F33)."""

    HIGH = "HIGH"
    NORMAL = "NORMAL"


class Medium(StrEnum):
    PAPER = "PAPER"
    SYSTEM = "SYSTEM"
    CLOUD = "CLOUD"
    PORTABLE = "PORTABLE"


class CountBand(StrEnum):
    """How many persons a holding is about; the bounds at 100 and 1,000 are those of the reporting duties."""

    UP_TO_100 = "UP_TO_100"
    UP_TO_1000 = "UP_TO_1000"
    UP_TO_10000 = "UP_TO_10000"
    OVER_10000 = "OVER_10000"


class CustodianRole(StrEnum):
    """Manager or staff in charge of one holding; of National ID numbers these are the persons in charge (F23)."""

    PI_MANAGER = "PI_MANAGER"
    PI_STAFF = "PI_STAFF"


class DisposalMethod(StrEnum):
    SHREDDED = "SHREDDED"
    ERASED = "ERASED"
    MEDIUM_DESTROYED = "MEDIUM_DESTROYED"
    RETURNED = "RETURNED"


class TransferCause(StrEnum):
    """Why a slip belongs elsewhere now: the managers agreed, or its unit was merged or abolished (F25)."""

    AGREEMENT = "AGREEMENT"
    REORGANISATION = "REORGANISATION"


class Storage(FrozenModel):
    """Where a holding is kept, and which unit keeps it."""

    storing_unit: OrgUnitId
    place: Phrase
    medium: Medium
    system_id: Identifier | None = None
    country: Country = "JP"


class Custodian(FrozenModel):
    """Somebody in charge of one holding, from a day on."""

    person_id: PersonId
    role: CustodianRole
    since: date


class Retention(FrozenModel):
    """Why a holding must be kept, and the rule by which the time ends."""

    basis: Phrase
    ends_rule: Phrase


class GdprRecord(FrozenModel):
    """What Article 30 of the GDPR asks of a record beyond the slip's own fields."""

    controller: Phrase
    dpo_office: Phrase
    transfers: Phrase | None = None
    security: Phrase


class SlipDetails(FrozenModel):
    """A management slip but for where it belongs: what is held of whom, why, how, where and in whose charge (F21).

    `specific_pi` says that National ID numbers are among it; the numbers themselves are never here (F23).
    """

    slip_no: Identifier
    title: Title
    pi_type: PiType
    items: tuple[Phrase, ...]
    subject_categories: tuple[Phrase, ...] = ()
    count_band: CountBand
    acquisition_method: Phrase
    purpose_of_use: Reason
    legal_basis: Phrase | None = None
    sensitive: bool = False
    property_risk: bool = False
    specific_pi: bool = False
    mn_offices: tuple[Phrase, ...] = ()
    storage: Storage | None = None
    custodians: tuple[Custodian, ...] = ()
    access_holders: tuple[Phrase, ...] = ()
    use_term: Phrase | None = None
    retention: Retention | None = None
    disposal_method: DisposalMethod | None = None
    recipients: tuple[Phrase, ...] = ()
    consignment_ids: tuple[Identifier, ...] = ()
    priority: Priority
    gdpr: GdprRecord | None = None


class SlipEvent(DomainEvent):
    slip_id: SlipId


class SlipRegistered(SlipEvent, type="ledger.SlipRegistered.v1"):
    """A division entered a holding of personal information in the ledger (F21).

    Inspections are reckoned from the day it happened; `backdated` is there only where it was entered late.
    """

    company_id: CompanyId
    org_unit_id: OrgUnitId
    details: SlipDetails
    backdated: bool | None = None
    late_reason: Reason | None = None


class FieldChange(FrozenModel):
    """A field's value before and after, as in JSON; null is left out."""

    old: JsonValue = None
    new: JsonValue = None


class SlipAmended(SlipEvent, type="ledger.SlipAmended.v1"):
    """What a slip says was mended or brought up to date; `changed` names each field of its details that differs."""

    changed: dict[str, FieldChange]
    reason: Reason


class SlipPriorityChanged(SlipEvent, type="ledger.SlipPriorityChanged.v1"):
    """How often the slip is inspected changed (F33); lowering was approved by the promotion office's manager."""

    old: Priority
    new: Priority
    reason: Reason
    approved_by: PersonId | None = None


class SlipEntry(SlipEvent):
    """Something that happened outside and was entered here: more than thirty days late it says so, with its reason."""

    backdated: bool = False
    late_reason: Reason | None = None


class SlipCustodianAssigned(SlipEntry, type="ledger.SlipCustodianAssigned.v1"):
    """Somebody is in charge of the holding from `since` on (F7, F23); who was so already changes his role."""

    person_id: PersonId
    role: CustodianRole
    since: date


class SlipCustodianReleased(SlipEvent, type="ledger.SlipCustodianReleased.v1"):
    """The division took somebody out of charge; `backdated` is there only where it was entered late."""

    person_id: PersonId
    role: CustodianRole
    backdated: bool | None = None
    late_reason: Reason | None = None


class SlipCustodianVacated(SlipEvent, type="ledger.SlipCustodianVacated.v1"):
    """Who was in charge was transferred, left, or is on leave: the division must name somebody else."""

    person_id: PersonId
    role: CustodianRole


class SlipStorageSet(SlipEntry, type="ledger.SlipStorageSet.v1"):
    """Where the holding is kept, and by which unit (F23)."""

    storage: Storage


class SlipTransferred(SlipEvent, type="ledger.SlipTransferred.v1"):
    """The slip belongs to another unit now; `company_id` is that unit's company (F25)."""

    from_unit: OrgUnitId
    to_unit: OrgUnitId
    company_id: CompanyId
    cause: TransferCause

    @property
    def org_unit_id(self) -> OrgUnitId:
        """The place the envelope names."""
        return self.to_unit


class SlipDisposalRequested(SlipEvent, type="ledger.SlipDisposalRequested.v1"):
    """The holding is no longer needed and is to be disposed of."""

    requested_by: PersonId
    reason: Reason


class SlipDisposed(SlipEntry, type="ledger.SlipDisposed.v1"):
    """The holding exists no more; of National ID numbers the divisional manager approved it (F24).

    The hashes are of the record of disposal and of a trustee's certificate, which are kept elsewhere.
    """

    method: DisposalMethod
    evidence_hash: Sha256
    certificate_hash: Sha256 | None = None
    approved_by: PersonId | None = None


class SlipWithdrawn(SlipEvent, type="ledger.SlipWithdrawn.v1"):
    """The slip should never have been registered; it counts nowhere."""

    reason: Reason


class InspectionKind(StrEnum):
    """By the calendar, or out of turn because of an incident (F34)."""

    REGULAR = "REGULAR"
    EMERGENCY = "EMERGENCY"


class AnswerResult(StrEnum):
    OK = "OK"
    NG = "NG"
    NA = "NA"


class InspectionResult(StrEnum):
    CONFORM = "CONFORM"
    NONCONFORM = "NONCONFORM"


class ApproverRole(StrEnum):
    """As what somebody approves; high priority needs both, by two people."""

    DIV_MANAGER = "DIV_MANAGER"
    PROMOTER = "PROMOTER"


class CancelCause(StrEnum):
    DISPOSED = "DISPOSED"
    WITHDRAWN = "WITHDRAWN"


class Answer(FrozenModel):
    """What an item of the checklist came to; evidence is kept elsewhere, its SHA-256 here."""

    item: Identifier
    result: AnswerResult
    evidence_hashes: tuple[Sha256, ...] = ()


class InspectionEvent(DomainEvent):
    slip_id: SlipId
    cycle: Cycle
    kind: InspectionKind


class InspectionScheduled(InspectionEvent, type="ledger.InspectionScheduled.v1"):
    """A slip is to be inspected by the end of `due_date` in Japan (F32, F33).

    It can be started from `window_opens` on. Told again for the same cycle when priority, unit or persons in charge
    change; the last one holds. `interval_months` is that of the priority; an emergency has none.
    """

    interval_months: Months | None = None
    basis_date: date
    due_date: date
    window_opens: date
    priority: Priority
    company_id: CompanyId
    org_unit_id: OrgUnitId
    assignees: tuple[PersonId, ...] = ()
    incident_id: Identifier | None = None


class InspectionDue(InspectionEvent, type="ledger.InspectionDue.v1"):
    """The time to inspect has begun: thirty days before the due date, of an emergency at once. Once per cycle."""

    due_date: date
    priority: Priority
    company_id: CompanyId
    org_unit_id: OrgUnitId
    assignees: tuple[PersonId, ...] = ()
    incident_id: Identifier | None = None


class InspectionOverdue(InspectionEvent, type="ledger.InspectionOverdue.v1"):
    """The due date passed and the inspection is not completed."""

    due_date: date
    days: Annotated[int, Field(ge=1)]


class InspectionStarted(InspectionEvent, type="ledger.InspectionStarted.v1"):
    """Somebody took the inspection up, with a version of a checklist; `backdated` only where it was entered late."""

    checklist_id: Identifier
    checklist_version: Annotated[int, Field(ge=1)]
    started_by: PersonId
    backdated: bool | None = None
    late_reason: Reason | None = None


class InspectionSubmitted(InspectionEvent, type="ledger.InspectionSubmitted.v1"):
    """What the inspector found, of which version of the slip, and whether what the slip says still holds."""

    answers: tuple[Answer, ...]
    slip_version_reviewed: Annotated[int, Field(ge=1)]
    still_valid: bool
    submitted_by: PersonId
    backdated: bool = False
    late_reason: Reason | None = None


class InspectionReturned(InspectionEvent, type="ledger.InspectionReturned.v1"):
    """The approver wants it done again."""

    returned_by: PersonId
    reason: Reason


class InspectionApproved(InspectionEvent, type="ledger.InspectionApproved.v1"):
    """One of the needed approvals was given: the `number`-th `of` how many."""

    approved_by: PersonId
    role: ApproverRole
    number: Annotated[int, Field(ge=1)]
    of: Annotated[int, Field(ge=1)]


class InspectionCompleted(InspectionEvent, type="ledger.InspectionCompleted.v1"):
    """All approvals are there. A regular inspection is the basis of the next one; an emergency leaves the cycle alone.

    `findings` are the items that were not in order.
    """

    result: InspectionResult
    findings: tuple[Identifier, ...] = ()
    next_due: date | None = None


class InspectionCancelled(InspectionEvent, type="ledger.InspectionCancelled.v1"):
    """There is nothing left to inspect."""

    cause: CancelCause


class OutboxDigested(Digested, type="ledger.OutboxDigested.v1"):
    """The daily watermark of ledger."""


SlipTold: TypeAlias = (
    SlipRegistered
    | SlipAmended
    | SlipPriorityChanged
    | SlipCustodianAssigned
    | SlipCustodianReleased
    | SlipCustodianVacated
    | SlipStorageSet
    | SlipTransferred
    | SlipDisposalRequested
    | SlipDisposed
    | SlipWithdrawn
)
InspectionTold: TypeAlias = (
    InspectionScheduled
    | InspectionDue
    | InspectionOverdue
    | InspectionStarted
    | InspectionSubmitted
    | InspectionReturned
    | InspectionApproved
    | InspectionCompleted
    | InspectionCancelled
)
LedgerEvent: TypeAlias = SlipTold | InspectionTold | OutboxDigested
