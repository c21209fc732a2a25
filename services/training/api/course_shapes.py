"""What training's callers send and are shown of courses, documents and who takes them."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from services.training.api.shapes import FiscalYear, PledgeShown
from services.training.views.assignments import AssignmentState
from shared.events.base import Identifier, Sha256
from shared.events.training import AssignmentCause, CourseKind, DocumentKind, Language, Reason, Score
from shared.law.calendar import business_date
from shared.runtime.http.body import RequestModel
from shared.runtime.http.cursor import Page

HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
Version = Annotated[int, Field(ge=1, le=1_000, examples=[1])]


def _on_the_calendar(instant: datetime) -> datetime:
    """In UTC; the first and the last hours of the calendar are a day of Japan outside of it."""
    try:
        business_date(instant)
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("is on no day of the calendar") from None


Instant = Annotated[AwareDatetime, AfterValidator(_on_the_calendar)]


class CourseVersion(RequestModel):
    """The next version of a course. Its test is passed with `pass_mark` of 100 points."""

    course_id: Identifier = Field(examples=["INTRODUCTION"])
    version: Version
    course_kind: CourseKind = Field(examples=["NEW_HIRE"])
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=50, examples=[["ja", "en"]])]
    content_hash: Sha256 = Field(examples=[HASH])
    pass_mark: Score = Field(examples=[80])
    law_refs: Annotated[tuple[Identifier, ...], Field(max_length=100, examples=[["APPI-2015-AMENDMENT"]])] = ()


class CourseShown(BaseModel):
    """In its latest version."""

    course_id: str = Field(examples=["INTRODUCTION"])
    version: int = Field(examples=[1])
    course_kind: CourseKind
    languages: list[str]
    content_hash: str
    pass_mark: int = Field(examples=[80])
    law_refs: list[str]
    retired: bool


class DocumentVersion(RequestModel):
    """The next version of a document, in force from `effective_from` on."""

    document_id: Identifier = Field(examples=["HANDBOOK"])
    version: Version
    document_kind: DocumentKind = Field(examples=["HANDBOOK"])
    effective_from: date = Field(examples=["2016-04-01"])
    content_hash: Sha256 = Field(examples=[HASH])


class DocumentShown(BaseModel):
    document_id: str = Field(examples=["HANDBOOK"])
    version: int = Field(examples=[1])
    document_kind: DocumentKind
    effective_from: date
    content_hash: str


class TrainingPlan(RequestModel):
    """The online training of a fiscal year: which version of which course, from `opens_on`, due on `due_date`."""

    campaign_id: Identifier = Field(examples=["TRAINING-FY2017"])
    fy: FiscalYear = Field(examples=["FY2017"])
    course_id: Identifier = Field(examples=["SECURITY-AND-PRIVACY"])
    course_version: Version
    opens_on: date = Field(examples=["2016-06-01"])
    due_date: date = Field(examples=["2016-07-31"])


class TrainingCampaignShown(BaseModel):
    campaign_id: str = Field(examples=["TRAINING-FY2017"])
    fy: str = Field(examples=["FY2017"])
    course_id: str = Field(examples=["SECURITY-AND-PRIVACY"])
    course_version: int
    course_kind: CourseKind
    pass_mark: int
    opens_on: date
    due_date: date
    period_end: date
    open: bool


class Attempt(RequestModel):
    """A graded test, as the learning platform has it. It keeps the answers; their hash comes here."""

    score: Score = Field(examples=[90])
    answers_hash: Sha256 = Field(examples=[HASH])
    seconds: Annotated[int, Field(ge=0, le=1_000_000, description="How long he was at it.", examples=[1800])]
    time: Annotated[
        Instant | None,
        Field(description="When it was graded; now, if left out.", examples=["2016-04-01T10:00:00+09:00"]),
    ] = None
    late_reason: Annotated[
        Reason | None,
        Field(description="Needed where it was graded more than 30 days ago.", examples=["the platform was cut off"]),
    ] = None


class AssignmentShown(BaseModel):
    """`score` is that of the last test; company and unit are where he was when assigned, or when he completed it."""

    assignment_id: str
    person_id: str = Field(examples=["P7F3K2"])
    state: AssignmentState
    cause: AssignmentCause
    company_id: str | None = Field(examples=["C01"])
    org_unit_id: str | None = Field(examples=["C01-D07"])
    campaign_id: str | None = Field(examples=["TRAINING-FY2017"])
    fy: str = Field(examples=["FY2017"])
    course_id: str = Field(examples=["SECURITY-AND-PRIVACY"])
    course_version: int = Field(examples=[1])
    course_kind: CourseKind
    pass_mark: int = Field(examples=[80])
    since: date
    due_date: date
    period_end: date
    attempts: int = Field(examples=[1])
    score: int | None = Field(examples=[90])
    completed_at: datetime | None


class CourseCompletionShown(BaseModel):
    """How far a unit has come: `completed` of `assigned`; withdrawn and suspended assignments are in neither."""

    fy: str
    course_kind: CourseKind
    company_id: str | None
    org_unit_id: str | None
    assigned: int = Field(examples=[40])
    completed: int = Field(examples=[38])
    overdue: int = Field(examples=[1])


class PledgeDuty(PledgeShown):
    """A pledge to sign."""

    kind: Literal["pledge"]


class CourseDuty(AssignmentShown):
    """A course to take."""

    kind: Literal["course"]


Duty = Annotated[PledgeDuty | CourseDuty, Field(discriminator="kind")]


class Duties(Page[Duty]):
    """What a person has still to do, those due first first."""


class Acknowledgement(RequestModel):
    """Which version of which handbook he has."""

    document_id: Identifier = Field(examples=["HANDBOOK"])
    version: Version


class HandbookShown(BaseModel):
    document_id: str = Field(examples=["HANDBOOK"])
    version: int = Field(examples=[1])
    acknowledged: bool


class HandbooksShown(BaseModel):
    """What a person was handed."""

    person_id: str = Field(examples=["P7F3K2"])
    handbooks: list[HandbookShown]
