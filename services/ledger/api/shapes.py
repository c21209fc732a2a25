"""What is sent and shown of management slips."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.ledger.views.slip_register import SlipState
from shared.events.base import Country, Identifier, OrgUnitId, PersonId, Sha256, Title
from shared.events.hr import PiType
from shared.events.ledger import (
    CountBand,
    CustodianRole,
    DisposalMethod,
    Medium,
    Phrase,
    Priority,
    Reason,
    SlipDetails,
    Storage,
)
from shared.runtime.http.body import RequestModel, RequestPart

Phrases = Annotated[tuple[Phrase, ...], Field(max_length=100)]
Happened = Annotated[
    AwareDatetime | None,
    Field(description="When it happened; now, if left out.", examples=["2016-04-01T10:00:00+09:00"]),
]
LateReason = Annotated[
    Reason | None, Field(description="Needed where it happened more than 30 days ago.", examples=["kept on paper"])
]


class StorageGiven(RequestPart):
    """Where a holding is kept, and by which unit."""

    storing_unit: OrgUnitId = Field(examples=["C01-D07"])
    place: Phrase = Field(examples=["Archive room 2, locked cabinet"])
    medium: Medium = Field(examples=["PAPER"])
    system_id: Identifier | None = None
    country: Country = Field(default="JP", examples=["JP"])


class CustodianGiven(RequestPart):
    """Somebody in charge; from today on unless `since` says otherwise."""

    person_id: PersonId = Field(examples=["P7F3K2"])
    role: CustodianRole = Field(examples=["PI_MANAGER"])
    since: date | None = Field(default=None, examples=["2016-04-01"])


class RetentionGiven(RequestPart):
    basis: Phrase = Field(examples=["Tax law"])
    ends_rule: Phrase = Field(examples=["seven years after the filing deadline"])


class GdprGiven(RequestPart):
    """What Article 30 of the GDPR asks of a record beyond the slip's own fields."""

    controller: Phrase
    dpo_office: Phrase
    transfers: Phrase | None = None
    security: Phrase


class SlipGiven(RequestModel):
    """A holding of personal information that a unit enters in the ledger (F21)."""

    slip_id: Identifier | None = Field(default=None, description="Made up by the ledger if left out.", examples=["S-1"])
    org_unit_id: OrgUnitId = Field(examples=["C01-D07"])
    slip_no: Identifier = Field(examples=["D07-2016-001"])
    title: Title = Field(examples=["Applications for the customer club"])
    pi_type: PiType = Field(examples=["CUSTOMER"])
    items: Phrases = Field(min_length=1, examples=[["postal address", "date of birth"]])
    subject_categories: Phrases = ()
    count_band: CountBand = Field(examples=["UP_TO_1000"])
    acquisition_method: Phrase = Field(examples=["paper form"])
    purpose_of_use: Reason = Field(examples=["sending the members' magazine"])
    legal_basis: Phrase | None = None
    sensitive: bool = False
    property_risk: bool = False
    specific_pi: bool = Field(default=False, description="Holds National ID numbers (F23).")
    mn_offices: Phrases = ()
    storage: StorageGiven | None = None
    custodians: Annotated[tuple[CustodianGiven, ...], Field(max_length=100)] = ()
    access_holders: Phrases = ()
    use_term: Phrase | None = None
    retention: RetentionGiven | None = None
    disposal_method: DisposalMethod | None = None
    recipients: Phrases = ()
    consignment_ids: Annotated[tuple[Identifier, ...], Field(max_length=100)] = ()
    priority: Priority = Field(default=Priority.NORMAL, examples=["NORMAL"])
    gdpr: GdprGiven | None = None
    time: Happened = None
    late_reason: LateReason = None

    def details(self, day: date) -> SlipDetails:
        """As the event tells it; whoever takes charge without a day of his own does so on this one."""
        given = self.model_dump(exclude={"slip_id", "org_unit_id", "time", "late_reason"})
        for custodian in given["custodians"]:
            custodian["since"] = custodian["since"] or day
        return SlipDetails.model_validate(given, strict=False)


def _without_defaults(schema: dict[str, Any]) -> None:
    """What is left out keeps its value: there is nothing that would be taken instead."""
    for field in schema["properties"].values():
        field.pop("default", None)


class SlipAmendment(RequestModel):
    """New values of the fields that change; what is left out stays."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)
    reason: Reason = Field(examples=["the form asks for less now"])
    slip_no: Identifier = Field(default="", examples=["D07-2016-001"])
    title: Title = Field(default="", examples=["Applications for the customer club"])
    pi_type: PiType = PiType.OTHER
    items: Phrases = Field(default=(), min_length=1, examples=[["postal address"]])
    subject_categories: Phrases = ()
    count_band: CountBand = CountBand.UP_TO_100
    acquisition_method: Phrase = ""
    purpose_of_use: Reason = ""
    legal_basis: Phrase | None = None
    sensitive: bool = False
    property_risk: bool = False
    specific_pi: bool = False
    mn_offices: Phrases = ()
    access_holders: Phrases = ()
    use_term: Phrase | None = None
    retention: RetentionGiven | None = None
    disposal_method: DisposalMethod | None = None
    recipients: Phrases = ()
    consignment_ids: Annotated[tuple[Identifier, ...], Field(max_length=100)] = ()
    gdpr: GdprGiven | None = None

    def changes(self) -> dict[str, Any]:
        """Only what was sent, as in JSON."""
        return self.model_dump(mode="json", exclude_unset=True, exclude={"reason"})


class PriorityGiven(RequestModel):
    priority: Priority = Field(examples=["HIGH"])
    reason: Reason = Field(examples=["bank accounts were added"])


class Assignment(RequestModel):
    """Puts somebody in charge of the holding."""

    person_id: PersonId = Field(examples=["P7F3K2"])
    role: CustodianRole = Field(examples=["PI_MANAGER"])
    time: Happened = None
    late_reason: LateReason = None


class Release(RequestModel):
    """Takes somebody out of charge of the holding."""

    person_id: PersonId = Field(examples=["P7F3K2"])
    time: Happened = None
    late_reason: LateReason = None


class StorageSet(RequestModel):
    """Where the holding is kept now."""

    storage: StorageGiven
    time: Happened = None
    late_reason: LateReason = None


class Transfer(RequestModel):
    """To another unit, by the manager of both."""

    to_unit: OrgUnitId = Field(examples=["C01-D08"])


class BecauseOf(RequestModel):
    reason: Reason = Field(examples=["registered twice"])


class Disposal(RequestModel):
    """The holding exists no more; the hashes are SHA-256 of documents kept elsewhere."""

    method: DisposalMethod = Field(examples=["SHREDDED"])
    evidence_hash: Sha256 = Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])
    certificate_hash: Sha256 | None = None
    time: Happened = None
    late_reason: LateReason = None


class SlipShown(BaseModel):
    """The slip as it stands, or last stood."""

    slip_id: str = Field(examples=["S-1"])
    state: SlipState
    company_id: str = Field(examples=["C01"])
    org_unit_id: str = Field(examples=["C01-D07"])
    version: int = Field(examples=[3])
    details: SlipDetails


class SlipListed(BaseModel):
    """A line of the register; `days_left` to the next regular inspection is negative when it is overdue."""

    slip_id: str = Field(examples=["S-1"])
    slip_no: str
    title: str
    company_id: str
    org_unit_id: str
    pi_type: PiType
    specific_pi: bool
    priority: Priority
    state: SlipState
    count_band: CountBand
    custodians: tuple[str, ...]
    storing_unit: str | None
    place: str | None
    registered_on: date
    last_inspected: date | None
    next_due: date | None
    days_left: int | None
    version: int


class NumberLocation(BaseModel):
    """Where National ID numbers are kept and who is in charge of them; never a number (F23)."""

    slip_id: str
    slip_no: str
    company_id: str
    org_unit_id: str
    storing_unit: str | None
    place: str | None
    medium: str | None
    country: str | None
    persons_in_charge: tuple[str, ...]
    since: date | None


class Told(BaseModel):
    """One event of a slip: when it happened, when it was entered, by whom, and what it says."""

    version: int = Field(examples=[1])
    type: str = Field(examples=["ledger.SlipRegistered.v1"])
    time: datetime
    recordedtime: datetime
    actor: str = Field(examples=["person/P7F3K2"])
    data: dict[str, Any]


def storage_of(given: StorageGiven) -> Storage:
    return Storage.model_validate(given.model_dump(), strict=False)
