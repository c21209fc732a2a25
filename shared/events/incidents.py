"""What incidents tells: reports, assessments, and the obligations to report to authorities (F9–F12).

No text is in these events, only references to texts that can be erased. Affected persons are counts, never lists.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from shared.events.base import (
    CompanyId,
    Country,
    Digested,
    DomainEvent,
    FrozenModel,
    Identifier,
    OrgUnitId,
    PersonId,
    Sha256,
)

IncidentId = Identifier
ObligationId = Identifier
IncidentNo = Annotated[str, StringConstraints(pattern=r"^[0-9]{8}-[0-9A-F]{6}$")]
"""What people call an incident by: the day of the report in Japan and the end of its id."""

Persons = Annotated[int, Field(ge=0, le=10_000_000_000)]


class IncidentKind(StrEnum):
    """What happened, or may have happened: an event with a risk of it is reported the same way (F9)."""

    LOSS = "LOSS"
    OUTFLOW = "OUTFLOW"
    LEAK = "LEAK"
    DAMAGE = "DAMAGE"
    MISUSE = "MISUSE"
    UNLAWFUL_PROVISION = "UNLAWFUL_PROVISION"
    NEAR_MISS = "NEAR_MISS"


class Medium(StrEnum):
    """What the information was on."""

    PAPER = "PAPER"
    MAIL = "MAIL"
    DEVICE = "DEVICE"
    REMOVABLE = "REMOVABLE"
    SYSTEM = "SYSTEM"
    CLOUD = "CLOUD"
    SPEECH = "SPEECH"
    OTHER = "OTHER"


class Channel(StrEnum):
    """How the report came in."""

    WEB = "WEB"
    TELEPHONE = "TELEPHONE"
    EMAIL = "EMAIL"
    SYSTEM = "SYSTEM"


class Severity(StrEnum):
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class RightsRisk(StrEnum):
    """The risk to the rights and interests of the persons involved (F11)."""

    UNLIKELY = "UNLIKELY"
    POSSIBLE = "POSSIBLE"
    HIGH = "HIGH"


class Category(StrEnum):
    """Why an incident is reportable.

    APPI: Enforcement Rules, Art. 7, items 1–4; MN: rules under the My Number Act, Art. 29-4; HOUSE: what the group
    adopted before reports were mandatory.
    """

    APPI_1 = "APPI-1"  # sensitive personal information
    APPI_2 = "APPI-2"  # risk of damage to property
    APPI_3 = "APPI-3"  # improper purpose
    APPI_4 = "APPI-4"  # number of persons
    MN_2 = "MN-2"  # improper purpose
    MN_3 = "MN-3"  # could be viewed by unspecified many
    MN_4 = "MN-4"  # number of persons
    HOUSE_1 = "HOUSE-1"
    HOUSE_2 = "HOUSE-2"
    HOUSE_3 = "HOUSE-3"
    HOUSE_4 = "HOUSE-4"


class Regime(StrEnum):
    """Under which rules, and for which stage, somebody must hear of an incident."""

    MINISTRY_PRE2022_PRELIM = "MINISTRY_PRE2022_PRELIM"
    MINISTRY_PRE2022 = "MINISTRY_PRE2022"
    APPI26_PRELIM = "APPI26_PRELIM"
    APPI26_FINAL = "APPI26_FINAL"
    APPI26_SUBJECTS = "APPI26_SUBJECTS"
    MN_PRELIM = "MN_PRELIM"
    MN_FINAL = "MN_FINAL"
    MN_SUBJECTS = "MN_SUBJECTS"
    MN_VOLUNTARY = "MN_VOLUNTARY"  # no duty, an effort
    PMARK_PRELIM = "PMARK_PRELIM"
    PMARK_FINAL = "PMARK_FINAL"
    GDPR33 = "GDPR33"
    GDPR34 = "GDPR34"


class Recipient(StrEnum):
    MINISTRY = "MINISTRY"
    PPC = "PPC"  # Personal Information Protection Commission, or who holds its delegated authority
    PMARK_BODY = "PMARK_BODY"
    SUPERVISORY_AUTHORITY = "SUPERVISORY_AUTHORITY"
    SUBJECTS = "SUBJECTS"


class Anchor(StrEnum):
    """From when a deadline runs."""

    AWARENESS = "AWARENESS"  # any department of the company knew (PPC general guideline 3-5-3-3)
    DISCOVERY = "DISCOVERY"  # the incident was discovered (the contract of the PrivacyMark, PMK500)
    CROSSING = "CROSSING"  # the number of persons was found to exceed the bound


class Decided(StrEnum):
    REQUIRED = "REQUIRED"
    NOT_REQUIRED = "NOT_REQUIRED"


class Stage(StrEnum):
    """速報, 確報, one report that serves as both, and what was missing in the final one (追完)."""

    PRELIM = "PRELIM"
    FINAL = "FINAL"
    BOTH = "BOTH"
    SUPPLEMENT = "SUPPLEMENT"


class ReportItem(StrEnum):
    """The nine items of a report (Enforcement Rules, Art. 8)."""

    OVERVIEW = "OVERVIEW"
    DATA_ITEMS = "DATA_ITEMS"
    NUMBER_OF_PERSONS = "NUMBER_OF_PERSONS"
    CAUSE = "CAUSE"
    SECONDARY_DAMAGE = "SECONDARY_DAMAGE"
    RESPONSE_TO_PERSONS = "RESPONSE_TO_PERSONS"
    PUBLICATION = "PUBLICATION"
    PREVENTION = "PREVENTION"
    OTHER = "OTHER"


class NoticeMethod(StrEnum):
    """How the persons were told; the last two where telling each one is difficult."""

    LETTER = "LETTER"
    EMAIL = "EMAIL"
    TELEPHONE = "TELEPHONE"
    IN_PERSON = "IN_PERSON"
    PUBLICATION = "PUBLICATION"
    CONTACT_DESK = "CONTACT_DESK"


class DismissalGround(StrEnum):
    NO_INCIDENT = "NO_INCIDENT"
    NO_PERSONAL_INFORMATION = "NO_PERSONAL_INFORMATION"
    DUPLICATE = "DUPLICATE"
    NOT_OURS = "NOT_OURS"


class Warned(StrEnum):
    """How far off a deadline is when it is warned of."""

    SOFT_DUE = "SOFT_DUE"
    TWO_DAYS = "T-2d"
    ONE_DAY = "T-1d"
    FOUR_HOURS = "T-4h"


class Sealed(FrozenModel):
    """A text that may name people: where it is kept, and the SHA-256 over its salt and its UTF-8 bytes.

    The salt is kept with the text, so that nothing can be guessed from the hash once the text is erased.
    """

    ref: Identifier
    salted_hash: Sha256


class Affected(FrozenModel):
    """How many persons are affected, at least and at most; a number not known is judged by the most."""

    least: Persons
    most: Persons


class Flags(FrozenModel):
    """What decides which rules apply."""

    sensitive: bool = False
    property_damage: bool = False
    improper_purpose: bool = False
    specific_pi: bool = False
    encrypted: bool = False
    recovered_unseen: bool = False
    viewable_by_public: bool = False


class IncidentEvent(DomainEvent):
    incident_id: IncidentId


class Deed(IncidentEvent):
    """Something somebody did. Recorded more than thirty days later it is marked, and says why."""

    backdated: bool = False
    why_late: Sealed | None = None


class IncidentReported(Deed, type="incidents.IncidentReported.v1"):
    """Somebody reported an incident, or an event with the risk of one (F9).

    The deadlines of the laws run from `aware_at`, when the first department knew, those of the PrivacyMark from
    `discovered_at`; none from any acknowledgement.
    """

    incident_no: IncidentNo
    kind: IncidentKind
    occurred_at: datetime | None = None
    discovered_at: datetime
    aware_at: datetime
    aware_org_unit_id: OrgUnitId
    company_id: CompanyId | None = None
    reporter_id: PersonId | None = None
    reported_at: datetime
    account: Sealed
    media: tuple[Medium, ...] = ()
    slip_ids: tuple[Identifier, ...] = ()
    consignment_id: Identifier | None = None
    affected: Affected
    flags: Flags
    jurisdictions: tuple[Country, ...]
    channel: Channel

    @property
    def org_unit_id(self) -> str:
        return self.aware_org_unit_id


class Informed(IncidentEvent):
    person_ids: Annotated[tuple[PersonId, ...], Field(min_length=1)]


class SupervisorInformed(Informed, type="incidents.SupervisorInformed.v1"):
    """The divisional supervisors were told, at once with the report (F9)."""


class ContactPointInformed(Informed, type="incidents.ContactPointInformed.v1"):
    """The group's contact point was told, at once with the report (F9)."""


class SupervisorAcknowledged(Deed, type="incidents.SupervisorAcknowledged.v1"):
    """The divisional supervisor took note."""

    acknowledged_at: datetime


class ContactPointAcknowledged(Deed, type="incidents.ContactPointAcknowledged.v1"):
    """The contact point took the report over. It starts no clock."""

    acknowledged_at: datetime


class AwarenessCorrected(Deed, type="incidents.AwarenessCorrected.v1"):
    """The first department knew at another time than was reported; what was filed keeps its verdict."""

    before: datetime
    aware_at: datetime
    justification: Sealed


class IncidentAssessed(Deed, type="incidents.IncidentAssessed.v1"):
    """How bad it is, and what risk it means for the persons involved (F11)."""

    severity: Severity
    rights_risk: RightsRisk
    flags: Flags
    jurisdictions: tuple[Country, ...]
    pmark: bool
    categories: tuple[Category, ...]
    rationale: Sealed


class IncidentConfirmed(Deed, type="incidents.IncidentConfirmed.v1"):
    """It is an incident, and these management slips are concerned (F12)."""

    slip_ids: tuple[Identifier, ...] = ()


class IncidentDismissed(Deed, type="incidents.IncidentDismissed.v1"):
    """It is none. Obligations stay on record and are no longer warned of."""

    ground: DismissalGround
    rationale: Sealed


class AffectedCountUpdated(Deed, type="incidents.AffectedCountUpdated.v1"):
    """More, or less, is known of how many persons are affected."""

    affected: Affected
    confirmed: bool
    determined_at: datetime
    reason: Sealed | None = None


class ReportingObligationOpened(IncidentEvent, type="incidents.ReportingObligationOpened.v1"):
    """Somebody must hear of the incident, strictly before `due_at`; without it, promptly (F10)."""

    obligation_id: ObligationId
    regime: Regime
    recipient: Recipient
    anchor: Anchor
    anchor_at: datetime
    soft_due_at: datetime | None = None
    due_at: datetime | None = None
    opened_at: datetime
    rule_pack: Identifier


class ObligationDeadlineMoved(IncidentEvent, type="incidents.ObligationDeadlineMoved.v1"):
    """A deadline that was not met yet is now another one, or is warned of again after a reopening."""

    obligation_id: ObligationId
    regime: Regime
    anchor_at: datetime
    soft_due_at: datetime | None = None
    due_at: datetime
    moved_at: datetime


class ObligationDecided(Deed, type="incidents.ObligationDecided.v1"):
    """The Administrator decided whether this must be reported."""

    obligation_id: ObligationId
    regime: Regime
    decided: Decided
    rationale: Sealed


class AuthorityReportFiled(Deed, type="incidents.AuthorityReportFiled.v1"):
    """A report went to an authority. The verdict stands for ever, whatever is found out later.

    `on_time` is None where nothing is fixed; `late_by` is in whole seconds after the deadline.
    """

    obligation_id: ObligationId
    regime: Regime
    stage: Stage
    missing_items: tuple[ReportItem, ...] = ()
    receipt_no: Identifier | None = None
    affected: Affected
    filed_at: datetime
    due_at: datetime | None = None
    on_time: bool | None = None
    late_by: Annotated[int, Field(ge=0)] = 0


class SubjectsNotified(Deed, type="incidents.SubjectsNotified.v1"):
    """The persons involved were told, or what replaces it was done."""

    obligation_id: ObligationId | None = None
    count: Persons
    method: NoticeMethod
    items: tuple[ReportItem, ...]
    notified_at: datetime


class ObligationDeadlineApproaching(IncidentEvent, type="incidents.ObligationDeadlineApproaching.v1"):
    """Nothing was filed yet, and the deadline is near."""

    obligation_id: ObligationId
    regime: Regime
    warned: Warned
    due_at: datetime


class ObligationDeadlineMissed(IncidentEvent, type="incidents.ObligationDeadlineMissed.v1"):
    """The deadline passed, and nothing was filed."""

    obligation_id: ObligationId
    regime: Regime
    due_at: datetime


class ContainmentRecorded(Deed, type="incidents.ContainmentRecorded.v1"):
    """The incident spreads no further."""

    contained_at: datetime


class IncidentClosed(Deed, type="incidents.IncidentClosed.v1"):
    """Every obligation is fulfilled, or was decided not to be one."""

    closed_at: datetime


class IncidentReopened(Deed, type="incidents.IncidentReopened.v1"):
    """It is assessed again."""

    reopened_at: datetime
    reason: Sealed


class AccountErased(IncidentEvent, type="incidents.AccountErased.v1"):
    """All texts about the incident were destroyed with their key; the hashes that prove them stay."""

    erased_at: datetime


class OutboxDigested(Digested, type="incidents.OutboxDigested.v1"):
    """The daily watermark of incidents."""


ObligationTold: TypeAlias = (
    ReportingObligationOpened
    | ObligationDeadlineMoved
    | ObligationDecided
    | AuthorityReportFiled
    | SubjectsNotified
    | ObligationDeadlineApproaching
    | ObligationDeadlineMissed
)
IncidentTold: TypeAlias = (
    IncidentReported
    | SupervisorInformed
    | ContactPointInformed
    | SupervisorAcknowledged
    | ContactPointAcknowledged
    | AwarenessCorrected
    | IncidentAssessed
    | IncidentConfirmed
    | IncidentDismissed
    | AffectedCountUpdated
    | ContainmentRecorded
    | IncidentClosed
    | IncidentReopened
    | AccountErased
    | ObligationTold
)
IncidentsEvent: TypeAlias = IncidentTold | OutboxDigested
