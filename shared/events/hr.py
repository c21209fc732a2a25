"""What the HR system tells: companies, units, people and who holds which role (topics hr.events and hr.contacts).

The feed may be late, early, doubled and out of order. `effective_date`, `start` and `end` are the first day of the
new state, in Japan; they may lie ahead (a schedule) or behind (a retroactive entry).
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Self, TypeAlias, get_args

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from shared.events.base import (
    CompanyId,
    Country,
    DomainEvent,
    FrozenModel,
    Identifier,
    OrgUnitId,
    PersonId,
    SafeText,
    Sha256,
    Title,
)

Locale = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
"""The language somebody is addressed in: ISO 639-1, with a country where it matters (`ja`, `en-GB`)."""

Email = Annotated[SafeText, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]

EventId = Annotated[SafeText, StringConstraints(min_length=1, max_length=200)]
"""The envelope's id of another HR event: any text, unique per source."""


class PersonKind(StrEnum):
    """How somebody belongs to the group; all but suppliers count as 従業者, dispatched workers included."""

    EMPLOYEE = "EMPLOYEE"
    EXECUTIVE = "EXECUTIVE"
    DISPATCHED = "DISPATCHED"
    SUPPLIER = "SUPPLIER"


class TransferKind(StrEnum):
    """異動, 出向, 復職 and 兼務: only the last one adds a post and leaves the main one alone."""

    TRANSFER = "TRANSFER"
    SECONDMENT = "SECONDMENT"
    RETURN = "RETURN"
    CONCURRENT = "CONCURRENT"


class UnitKind(StrEnum):
    DIVISION = "division"
    DEPARTMENT = "department"
    SECTION = "section"
    REGIONAL_SUB = "regional_sub"

    @classmethod
    def _missing_(cls, value: object) -> "UnitKind | None":
        """HR systems write codes in capitals too."""
        small = value.lower() if isinstance(value, str) else None
        return next((kind for kind in cls if kind.value == small), None)


class PiType(StrEnum):
    """Whose personal information it is; managers and staff are assigned per type (F7)."""

    CUSTOMER = "CUSTOMER"
    EMPLOYEE = "EMPLOYEE"
    SHAREHOLDER = "SHAREHOLDER"
    INVESTOR = "INVESTOR"
    BUSINESS_PARTNER = "BUSINESS_PARTNER"
    APPLICANT = "APPLICANT"
    OTHER = "OTHER"


class Role(StrEnum):
    """The seats of the framework (F4–F7, F9, F20); a role is held for a scope and for a time."""

    PIPA = "PIPA"  # Personal Information Protection Administrator, head of the managing division
    PPOM = "PPOM"  # Promotion Office Manager, appointed by the Administrator
    CISO_OFFICE = "CISO_OFFICE"  # Customer Information Security Office: supervises
    PIP_OFFICE = "PIP_OFFICE"  # Protection Office: the related staff divisions
    CHIEF_AUDITOR = "CHIEF_AUDITOR"
    AUDITOR = "AUDITOR"
    DIV_MANAGER = "DIV_MANAGER"  # also the divisional supervisor of an incident
    PI_MANAGER = "PI_MANAGER"
    PI_STAFF = "PI_STAFF"
    PROMOTER = "PROMOTER"
    CONTACT_POINT = "CONTACT_POINT"  # of the whole group, for incidents
    LEGAL_MANAGER = "LEGAL_MANAGER"
    PROJECT_MANAGER = "PROJECT_MANAGER"
    EMPLOYEE = "EMPLOYEE"  # held by being in post, never by appointment; executives and dispatched workers too
    SUPPLIER_EMPLOYEE = "SUPPLIER_EMPLOYEE"  # likewise, of a supplier
    CONTRACTOR_REP = "CONTRACTOR_REP"  # relevant personnel of a subcontractor
    EXT_AUDITOR = "EXT_AUDITOR"
    INTERNAL_SYSTEM = "INTERNAL_SYSTEM"
    HR_SYSTEM = "HR_SYSTEM"
    TIMER = "TIMER"


class Place(FrozenModel):
    """A post's home: a unit of a company."""

    company_id: CompanyId
    org_unit_id: OrgUnitId


class RoleScope(FrozenModel):
    """Where a role is held; empty means the whole group."""

    company_id: CompanyId | None = None
    org_unit_id: OrgUnitId | None = None
    pi_type: PiType | None = None


class EmployeeHired(DomainEvent, type="hr.EmployeeHired.v1"):
    """Somebody took up a post, as one of ours or as a supplier's (F16: introductory training follows).

    `employment_end` is what the contract foresees, an expectation; only EmployeeLeft ends an employment.
    `initial_load` puts in post who is not new: no new-hire duty follows.
    """

    person_id: PersonId
    person_kind: PersonKind
    employer_company_id: CompanyId | None = None
    contractor_id: Identifier | None = None
    org_unit_id: OrgUnitId
    effective_date: date
    employment_end: date | None = None
    locale: Locale = "ja"
    manager_person_id: PersonId | None = None
    handles_my_number: bool = False
    initial_load: bool = False

    @model_validator(mode="after")
    def _has_an_employer(self) -> Self:
        if self.employer_company_id is None and self.contractor_id is None:
            raise ValueError("employer_company_id or contractor_id is required")
        return self


class EmployeeTransferred(DomainEvent, type="hr.EmployeeTransferred.v1"):
    """Somebody changed post, or took a concurrent one (F16, F23: custody and training follow the post)."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    person_id: PersonId
    origin: Place = Field(alias="from")
    to: Place
    effective_date: date
    kind: TransferKind


class ConcurrentPostEnded(DomainEvent, type="hr.ConcurrentPostEnded.v1"):
    """A concurrent post (兼務) came to its end; the main post stays."""

    person_id: PersonId
    org_unit_id: OrgUnitId
    effective_date: date


class EmployeeLeaveStarted(DomainEvent, type="hr.EmployeeLeaveStarted.v1"):
    """Somebody is away for a time: duties and appointments pause. Why he is away is health data, and not here."""

    person_id: PersonId
    start: date
    expected_end: date | None = None

    @property
    def business_date(self) -> date:
        return self.start


class EmployeeLeaveEnded(DomainEvent, type="hr.EmployeeLeaveEnded.v1"):
    """Back from leave: `end` is the first day back."""

    person_id: PersonId
    end: date

    @property
    def business_date(self) -> date:
        return self.end


class EmployeeLeft(DomainEvent, type="hr.EmployeeLeft.v1"):
    """The employment ended: `effective_date` is the first day out. Why is nobody's business here."""

    person_id: PersonId
    effective_date: date


class _RoleEvent(DomainEvent):
    """Held by exactly one of: a person, an internal system (`client_id`), somebody who is none of ours."""

    person_id: PersonId | None = None
    client_id: Identifier | None = None
    outside_person_id: PersonId | None = None
    role: Role
    scope: RoleScope = RoleScope()
    effective_date: date

    @model_validator(mode="after")
    def _has_one_holder(self) -> Self:
        named = [holder for holder in (self.person_id, self.client_id, self.outside_person_id) if holder]
        if len(named) != 1:
            raise ValueError("exactly one of person_id, client_id, outside_person_id is required")
        return self

    @property
    def principal(self) -> str:
        """Whoever holds the role, as an actor is written: `person/<id>` or `client/<id>`."""
        return f"client/{self.client_id}" if self.client_id else f"person/{self.person_id or self.outside_person_id}"


class RoleAppointed(_RoleEvent, type="hr.RoleAppointed.v1"):
    """Somebody was given a role (F4–F7). `until` is the first day on which it is no longer held.

    `on_behalf_of` names the person for whom a substitute stands in.
    """

    until: date | None = None
    appointed_by: Identifier | None = None
    on_behalf_of: PersonId | None = None


class RoleRelieved(_RoleEvent, type="hr.RoleRelieved.v1"):
    """A role ended for the very scope it was given for."""

    appointed_by: Identifier | None = None


class CompanyJoinedGroup(DomainEvent, type="hr.CompanyJoinedGroup.v1"):
    """A company belongs to the group from this day on (F1, F8: domestic ones keep equivalent systems)."""

    company_id: CompanyId
    name: Title
    name_en: Title | None = None
    country: Country
    domestic: bool
    effective_date: date


class CompanyMerged(DomainEvent, type="hr.CompanyMerged.v1"):
    """A company was absorbed by its successor, for good (F25)."""

    company_id: CompanyId
    successor_id: CompanyId
    effective_date: date


class CompanyLeftGroup(DomainEvent, type="hr.CompanyLeftGroup.v1"):
    """A company was sold or closed: from this day on it is none of the group's; it may come back."""

    company_id: CompanyId
    successor_id: CompanyId | None = None
    effective_date: date


class OrgUnitCreated(DomainEvent, type="hr.OrgUnitCreated.v1"):
    """A unit of a company came to be; without a parent it stands at the top."""

    org_unit_id: OrgUnitId
    company_id: CompanyId
    parent_id: OrgUnitId | None = None
    kind: UnitKind
    name: Title
    name_en: Title | None = None
    effective_date: date


class OrgUnitRenamed(DomainEvent, type="hr.OrgUnitRenamed.v1"):
    """The same unit under another name; nothing else changes."""

    org_unit_id: OrgUnitId
    name: Title
    name_en: Title | None = None
    effective_date: date


class OrgUnitMoved(DomainEvent, type="hr.OrgUnitMoved.v1"):
    """A unit with all below it went under another parent, or to the top; `company_id` if to another company."""

    org_unit_id: OrgUnitId
    company_id: CompanyId | None = None
    parent_id: OrgUnitId | None = None
    effective_date: date


class _UnitSucceeded(DomainEvent):
    org_unit_id: OrgUnitId
    successors: tuple[OrgUnitId, ...] = Field(min_length=1)
    effective_date: date


class OrgUnitMerged(_UnitSucceeded, type="hr.OrgUnitMerged.v1"):
    """A unit went up in its successors, for good: slips, roles and rules are carried over (F25)."""


class OrgUnitSplit(_UnitSucceeded, type="hr.OrgUnitSplit.v1"):
    """A unit was split; it lives on only where it is among its own successors (F25)."""


class OrgUnitAbolished(DomainEvent, type="hr.OrgUnitAbolished.v1"):
    """A unit is no more, for good; what it held goes to the successors, if there are any (F25)."""

    org_unit_id: OrgUnitId
    successors: tuple[OrgUnitId, ...] = ()
    effective_date: date


class SupplierWorkerAssigned(DomainEvent, type="hr.SupplierWorkerAssigned.v1"):
    """A supplier's employee begins to work for a unit of ours (F27: pledge and knowledge test before access)."""

    person_id: PersonId
    contractor_id: Identifier
    host_org_unit_id: OrgUnitId
    start: date

    @property
    def business_date(self) -> date:
        return self.start


class SupplierWorkerReleased(DomainEvent, type="hr.SupplierWorkerReleased.v1"):
    """A supplier's employee no longer works for that unit: `end` is the first day out."""

    person_id: PersonId
    contractor_id: Identifier
    host_org_unit_id: OrgUnitId
    end: date

    @property
    def business_date(self) -> date:
        return self.end


class PersonDataCorrected(DomainEvent, type="hr.PersonDataCorrected.v1"):
    """An earlier HR event (`corrects_event_id`) was wrong in these fields, from its first day on."""

    person_id: PersonId
    corrects_event_id: EventId
    org_unit_id: OrgUnitId | None = None
    person_kind: PersonKind | None = None
    effective_date: date | None = None
    locale: Locale | None = None

    @model_validator(mode="after")
    def _corrects_something(self) -> Self:
        if not (self.org_unit_id or self.person_kind or self.effective_date or self.locale):
            raise ValueError("a correction names at least one of org_unit_id, person_kind, effective_date, locale")
        return self


class HrSnapshotPublished(DomainEvent, type="hr.HrSnapshotPublished.v1"):
    """Nightly: how many people are in post, for reconciliation and as the feed's watermark.

    `hash` is the SHA-256 of the sorted lines `person_id|org_unit_id` + LF of all people in post at the end of `as_of`.
    """

    as_of: date
    count: int = Field(ge=0)
    hash: Sha256

    @property
    def business_date(self) -> date:
        return self.as_of


HrEvent: TypeAlias = (
    EmployeeHired
    | EmployeeTransferred
    | ConcurrentPostEnded
    | EmployeeLeaveStarted
    | EmployeeLeaveEnded
    | EmployeeLeft
    | RoleAppointed
    | RoleRelieved
    | CompanyJoinedGroup
    | CompanyMerged
    | CompanyLeftGroup
    | OrgUnitCreated
    | OrgUnitRenamed
    | OrgUnitMoved
    | OrgUnitMerged
    | OrgUnitSplit
    | OrgUnitAbolished
    | SupplierWorkerAssigned
    | SupplierWorkerReleased
    | PersonDataCorrected
    | HrSnapshotPublished
)

_OF_HR: Final = frozenset(get_args(HrEvent))


def is_hr(event: DomainEvent) -> bool:
    """Whether it is one of the HR system's."""
    return type(event) in _OF_HR


class Contact(FrozenModel):
    """How to reach and to name a person; lives in erasable rows only, and never shows itself in a log."""

    name: Title = Field(repr=False)
    name_kana: SafeText = Field(default="", max_length=200, repr=False)
    email: Email = Field(repr=False)
    locale: Locale = "ja"
