"""What training tells: pledges on the Basic Rules (F18, F19, F27); courses, who takes them, handbooks (F13–F17)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from shared.events.base import (
    CompanyId,
    Country,
    Digested,
    DomainEvent,
    Identifier,
    OrgUnitId,
    PersonId,
    SafeText,
    Sha256,
)
from shared.events.hr import PersonKind

FiscalYearLabel = Annotated[str, StringConstraints(pattern=r"^FY[0-9]{4}$")]
"""The company's label, by the year in which the fiscal year ends: FY2017 is 2016-04-01 to 2017-03-31."""

CampaignId = Identifier
PledgeId = Identifier
AssignmentId = Identifier
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
"""ISO 639-1."""
Score = Annotated[int, Field(ge=0, le=100)]
"""Points of a hundred."""
Reason = Annotated[SafeText, StringConstraints(min_length=1, max_length=500)]


class SigningMethod(StrEnum):
    """How the signer proved who he is."""

    SSO = "SSO"
    MFA = "MFA"
    LINK = "LINK"


class CampaignTerms(DomainEvent):
    """Which text is to be signed, from which day on, due when, and how long it then holds."""

    campaign_id: CampaignId
    fy: FiscalYearLabel
    template_id: Identifier
    template_version: Annotated[int, Field(ge=1)]
    template_hash: Sha256
    opens_on: date
    due_date: date
    period_end: date


class PledgeCampaignPlanned(CampaignTerms, type="training.PledgeCampaignPlanned.v1"):
    """The promotion office set the terms of a fiscal year's pledge (F18)."""


class PledgeCampaignOpened(CampaignTerms, type="training.PledgeCampaignOpened.v1"):
    """From this day on the template is the one in force, and everybody in post is asked to sign it (F18)."""


class PledgeTargetCountrySet(DomainEvent, type="training.PledgeTargetCountrySet.v1"):
    """Pledges are extended to the subsidiaries in a country, from a day on (F19)."""

    fy: FiscalYearLabel
    country: Country
    from_date: date


class PledgeEvent(DomainEvent):
    pledge_id: PledgeId
    person_id: PersonId


class PledgeRequested(PledgeEvent, type="training.PledgeRequested.v1"):
    """A person is asked to sign, by the end of `due_date` in Japan (F18, F27)."""

    person_kind: PersonKind
    company_id: CompanyId | None = None
    org_unit_id: OrgUnitId | None = None
    contractor_id: Identifier | None = None
    campaign_id: CampaignId
    template_id: Identifier
    template_version: Annotated[int, Field(ge=1)]
    template_hash: Sha256
    period_fy: FiscalYearLabel
    period_start: date
    period_end: date
    due_date: date


class PledgeSigned(PledgeEvent, type="training.PledgeSigned.v1"):
    """The person himself pledged to keep the Basic Rules and trade secrets (F18, F27).

    It is in force from the day it was signed to `period_end`, both inclusive.
    """

    person_kind: PersonKind
    company_id: CompanyId | None = None
    org_unit_id: OrgUnitId | None = None
    contractor_id: Identifier | None = None
    template_id: Identifier
    template_version: Annotated[int, Field(ge=1)]
    template_hash: Sha256
    language: Language
    period_start: date
    period_end: date
    consent_text_hash: Sha256
    signed_at: datetime
    method: SigningMethod
    pages_viewed: Annotated[int, Field(ge=1)]
    page_count: Annotated[int, Field(ge=1)]


class PledgeDeclined(PledgeEvent, type="training.PledgeDeclined.v1"):
    """The person refused to sign; the line talks to him. The reason stays outside the log: it may name people."""


class PledgeOverdue(PledgeEvent, type="training.PledgeOverdue.v1"):
    """The due date passed without a signature."""

    due_date: date


class PledgeSuspended(PledgeEvent, type="training.PledgeSuspended.v1"):
    """The person is on leave: nobody waits for his signature meanwhile."""


class PledgeResumed(PledgeEvent, type="training.PledgeResumed.v1"):
    """The person is back from leave and is asked again, by a new due date."""

    due_date: date


class PledgeWithdrawn(PledgeEvent, type="training.PledgeWithdrawn.v1"):
    """The person left before signing: there is nobody to ask."""


class PledgeLapsed(PledgeEvent, type="training.PledgeLapsed.v1"):
    """The period ended without a signature."""


class PledgeSuperseded(PledgeEvent, type="training.PledgeSuperseded.v1"):
    """A newer version of the text is in force within the same fiscal year, and this one counts no longer."""

    by_campaign_id: CampaignId


class CourseKind(StrEnum):
    """What a course is for, and so who takes it."""

    ANNUAL_ONLINE = "ANNUAL_ONLINE"  # everybody at home, once a fiscal year (F13)
    MY_NUMBER = "MY_NUMBER"  # F14
    PROMOTER_GROUP = "PROMOTER_GROUP"  # F15
    NEW_HIRE = "NEW_HIRE"  # F16
    TRANSFER = "TRANSFER"  # F16
    AWARENESS = "AWARENESS"  # F17
    SUPPLIER_TEST = "SUPPLIER_TEST"  # F27


class CoursePublished(DomainEvent, type="training.CoursePublished.v1"):
    """A version of a course is the one to be taken from now on (F13, F16).

    `pass_mark` is the least score, of 100, with which its test is passed. `law_refs` name what it teaches, so that it
    is known what to revise when a law changes.
    """

    course_id: Identifier
    version: Annotated[int, Field(ge=1)]
    course_kind: CourseKind
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    content_hash: Sha256
    pass_mark: Score
    law_refs: tuple[Identifier, ...] = ()


class CourseRetired(DomainEvent, type="training.CourseRetired.v1"):
    """Nobody is assigned the course any more; who has it still to take still takes it."""

    course_id: Identifier


class DocumentKind(StrEnum):
    """What the office hands out or everybody keeps to (F1, F16)."""

    BASIC_RULES = "BASIC_RULES"
    TRADE_SECRETS = "TRADE_SECRETS"
    PRIVACY_POLICY = "PRIVACY_POLICY"
    MANUAL = "MANUAL"
    HANDBOOK = "HANDBOOK"
    BULLETIN = "BULLETIN"
    OPERATIONAL_RULE = "OPERATIONAL_RULE"
    STANDARD_PROCEDURE = "STANDARD_PROCEDURE"


class RuleDocumentPublished(DomainEvent, type="training.RuleDocumentPublished.v1"):
    """A version of a document is the one in force from a day on (F1); of a handbook, the one handed out (F16)."""

    document_id: Identifier
    version: Annotated[int, Field(ge=1)]
    document_kind: DocumentKind
    effective_from: date
    content_hash: Sha256


class TrainingTerms(DomainEvent):
    """Which version of a course everybody takes in a fiscal year, asked for from which day on, due when."""

    campaign_id: CampaignId
    fy: FiscalYearLabel
    course_id: Identifier
    course_version: Annotated[int, Field(ge=1)]
    course_kind: CourseKind
    pass_mark: Score
    opens_on: date
    due_date: date
    period_end: date


class TrainingCampaignPlanned(TrainingTerms, type="training.TrainingCampaignPlanned.v1"):
    """The promotion office set the terms of a fiscal year's online training (F13)."""


class TrainingCampaignOpened(TrainingTerms, type="training.TrainingCampaignOpened.v1"):
    """From this day on everybody whom the course is for is assigned it (F13)."""


class AssignmentCause(StrEnum):
    """Why somebody is to take a course."""

    CAMPAIGN = "CAMPAIGN"
    HIRE = "HIRE"
    TRANSFER = "TRANSFER"
    INCIDENT = "INCIDENT"
    MANUAL = "MANUAL"


class AssignmentEvent(DomainEvent):
    assignment_id: AssignmentId
    person_id: PersonId


class TrainingAssigned(AssignmentEvent, type="training.TrainingAssigned.v1"):
    """A person is to complete a course by the end of `due_date` in Japan (F13, F16).

    `since` is the day that caused it: of the campaign's opening, the hire, the transfer. `fy` is the fiscal year of
    the campaign, else of that day. It can be completed to the end of `period_end`, the last day of the fiscal year in
    which it falls due: who is hired in March has his days in April too.
    """

    person_kind: PersonKind
    company_id: CompanyId | None = None
    org_unit_id: OrgUnitId | None = None
    cause: AssignmentCause
    campaign_id: CampaignId | None = None
    fy: FiscalYearLabel
    course_id: Identifier
    course_version: Annotated[int, Field(ge=1)]
    course_kind: CourseKind
    pass_mark: Score
    since: date
    due_date: date
    period_end: date


class KnowledgeTestGraded(AssignmentEvent, type="training.KnowledgeTestGraded.v1"):
    """The learning platform graded a person's test: the `attempt`-th, with a `score` of 100.

    The hash is of the answers, which are kept there. What was entered more than thirty days late says so.
    """

    attempt: Annotated[int, Field(ge=1)]
    score: Score
    passed: bool
    answers_hash: Sha256
    graded_at: datetime
    backdated: bool = False
    late_reason: Reason | None = None


class TrainingCompleted(AssignmentEvent, type="training.TrainingCompleted.v1"):
    """The person completed the course in this version (F13, F16); `seconds` is how long he was at it.

    Company and unit are where he was on that day.
    """

    person_kind: PersonKind
    company_id: CompanyId | None = None
    org_unit_id: OrgUnitId | None = None
    cause: AssignmentCause
    campaign_id: CampaignId | None = None
    fy: FiscalYearLabel
    course_id: Identifier
    course_kind: CourseKind
    content_version: Annotated[int, Field(ge=1)]
    score: Score
    seconds: Annotated[int, Field(ge=0)]
    completed_at: datetime


class TrainingOverdue(AssignmentEvent, type="training.TrainingOverdue.v1"):
    """The due date passed and the course is not completed."""

    due_date: date


class TrainingSuspended(AssignmentEvent, type="training.TrainingSuspended.v1"):
    """The person is on leave: nobody waits for him meanwhile."""


class TrainingResumed(AssignmentEvent, type="training.TrainingResumed.v1"):
    """The person is back from leave, with a new due date."""

    due_date: date


class TrainingWithdrawn(AssignmentEvent, type="training.TrainingWithdrawn.v1"):
    """The person left before completing it: there is nobody to wait for."""


class TrainingLapsed(AssignmentEvent, type="training.TrainingLapsed.v1"):
    """The fiscal year ended and no completion was known; a test that was taken within it may still be told."""


class HandbookEvent(DomainEvent):
    person_id: PersonId
    document_id: Identifier
    version: Annotated[int, Field(ge=1)]


class HandbookDistributed(HandbookEvent, type="training.HandbookDistributed.v1"):
    """A new hire, or somebody transferred, was handed the handbook (F16); `since` is the day of that."""

    cause: AssignmentCause
    since: date


class HandbookAcknowledged(HandbookEvent, type="training.HandbookAcknowledged.v1"):
    """The person confirms that he has it."""


class OutboxDigested(Digested, type="training.OutboxDigested.v1"):
    """The daily watermark of training."""


CampaignTold: TypeAlias = PledgeCampaignPlanned | PledgeCampaignOpened
PledgeTold: TypeAlias = (
    PledgeRequested
    | PledgeSigned
    | PledgeDeclined
    | PledgeOverdue
    | PledgeSuspended
    | PledgeResumed
    | PledgeWithdrawn
    | PledgeLapsed
    | PledgeSuperseded
)
CourseTold: TypeAlias = CoursePublished | CourseRetired
TrainingCampaignTold: TypeAlias = TrainingCampaignPlanned | TrainingCampaignOpened
AssignmentTold: TypeAlias = (
    TrainingAssigned
    | KnowledgeTestGraded
    | TrainingCompleted
    | TrainingOverdue
    | TrainingSuspended
    | TrainingResumed
    | TrainingWithdrawn
    | TrainingLapsed
)
HandbookTold: TypeAlias = HandbookDistributed | HandbookAcknowledged
TrainingEvent: TypeAlias = (
    CampaignTold
    | PledgeTargetCountrySet
    | PledgeTold
    | CourseTold
    | RuleDocumentPublished
    | TrainingCampaignTold
    | AssignmentTold
    | HandbookTold
    | OutboxDigested
)
