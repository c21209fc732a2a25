"""What incidents's callers send and are shown."""

from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from services.incidents.views.board import IncidentState
from shared.events.base import Country, Identifier, OrgUnitId, SafeText
from shared.events.incidents import (
    Channel,
    Decided,
    DismissalGround,
    IncidentKind,
    Medium,
    NoticeMethod,
    Persons,
    ReportItem,
    RightsRisk,
    Severity,
    Stage,
)
from shared.runtime.http.body import RequestModel, RequestPart

LONGEST: Final = 20_000


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


Words = Annotated[SafeText, StringConstraints(min_length=1, max_length=LONGEST)]
"""May name people: it is encrypted, never published, and can be erased."""
Instant = Annotated[AwareDatetime, AfterValidator(_utc)]
Slips = Annotated[tuple[Identifier, ...], Field(max_length=100, examples=[["S-0007"]])]
Countries = Annotated[tuple[Country, ...], Field(min_length=1, max_length=50, examples=[["JP"]])]


class AffectedGiven(RequestPart):
    """How many persons, at least and at most; if nobody can tell, the most that is possible."""

    least: Persons = 0
    most: Persons = Field(examples=[900])


class FlagsGiven(RequestPart):
    sensitive: bool = False
    property_damage: bool = False
    improper_purpose: bool = False
    specific_pi: bool = False
    encrypted: bool = False
    recovered_unseen: bool = False
    viewable_by_public: bool = False


class StepBody(RequestModel):
    """Something is decided: when it is sent, never earlier."""


class ActBody(StepBody):
    """Something that was done. Without `time` it was done now; after more than thirty days it says why so late."""

    time: Instant | None = None
    late_reason: Words | None = None


def time_of(body: StepBody) -> datetime | None:
    """When it was done, where that is said."""
    return body.time if isinstance(body, ActBody) else None


class Report(ActBody):
    """An incident, or an event with the risk of one. Without a unit it is the reporter's own that knew first."""

    kind: IncidentKind = Field(examples=["LEAK"])
    narrative: Words = Field(examples=["A list of participants was attached to a mail to the wrong address."])
    occurred_at: Instant | None = None
    discovered_at: Instant = Field(examples=["2016-06-01T09:00:00+09:00"])
    aware_at: Instant = Field(examples=["2016-06-01T09:00:00+09:00"])
    aware_org_unit_id: OrgUnitId | None = Field(default=None, examples=["C01-D07"])
    media: Annotated[tuple[Medium, ...], Field(max_length=10)] = ()
    slip_ids: Slips = ()
    consignment_id: Identifier | None = None
    affected: AffectedGiven
    flags: FlagsGiven = FlagsGiven()
    jurisdictions: Countries = ("JP",)
    channel: Channel = Channel.WEB


class Acknowledgement(ActBody):
    """Who takes it over as the contact point, or takes note of it as the divisional supervisor."""

    capacity: Literal["CONTACT_POINT", "SUPERVISOR"] = Field(examples=["CONTACT_POINT"])


class Awareness(StepBody):
    aware_at: Instant = Field(examples=["2016-05-31T18:00:00+09:00"])
    justification: Words = Field(examples=["The help desk had been told the evening before."])


class Assessment(StepBody):
    """What is now known; `flags` replace those of the report."""

    severity: Severity = Field(examples=["MEDIUM"])
    rights_risk: RightsRisk = Field(examples=["POSSIBLE"])
    flags: FlagsGiven = FlagsGiven()
    jurisdictions: Countries = ("JP",)
    pmark: bool = Field(default=False, description="The company holds the PrivacyMark.")
    rationale: Words = Field(examples=["Names and health data of employees were readable for two days."])


class Confirmation(StepBody):
    slip_ids: Slips = ()


class Dismissal(StepBody):
    ground: DismissalGround = Field(examples=["NO_PERSONAL_INFORMATION"])
    rationale: Words = Field(examples=["The lost binder held blank forms."])


class Count(ActBody):
    """`reason` is needed where fewer are affected than an authority was told."""

    affected: AffectedGiven
    confirmed: bool = False
    reason: Words | None = None


class Decision(StepBody):
    obligation_id: Identifier
    decided: Decided = Field(examples=["REQUIRED"])
    rationale: Words = Field(examples=["The authority's guideline names this case."])


class Filing(ActBody):
    """A report that went to an authority at `time`. BOTH answers the preliminary and the final obligation at once."""

    obligation_id: Identifier
    stage: Stage = Field(examples=["PRELIM"])
    missing_items: Annotated[tuple[ReportItem, ...], Field(max_length=9)] = ()
    receipt_no: Identifier | None = Field(default=None, examples=["R-2016-0042"])


class Notice(ActBody):
    """What the persons involved were told, or what was done where telling each is difficult."""

    count: Persons = Field(examples=[900])
    method: NoticeMethod = Field(examples=["LETTER"])
    items: Annotated[tuple[ReportItem, ...], Field(min_length=1, max_length=9, examples=[["OVERVIEW", "CAUSE"]])]


class Deed(ActBody):
    """It was done."""


class Closure(StepBody):
    """Nothing is left to be done."""


class Reopening(StepBody):
    reason: Words = Field(examples=["The forensic report names a second device."])


class ObligationShown(BaseModel):
    """`due_at` is the first instant that is too late; without it there is no fixed deadline."""

    obligation_id: str
    incident_id: str
    regime: str = Field(examples=["APPI26_FINAL"])
    recipient: str = Field(examples=["PPC"])
    anchor_at: datetime
    due_at: datetime | None
    state: Literal["open", "required", "not-required", "fulfilled"]
    missed: bool
    filed_at: datetime | None
    on_time: bool | None


class ClockShown(ObligationShown):
    soft_due_at: datetime | None
    rule_pack: str
    remaining_seconds: int | None = Field(description="Until the deadline; negative after it.")


class BoardShown(BaseModel):
    """The lags are seconds from the report to the acknowledgement."""

    incident_id: str
    incident_no: str = Field(examples=["20160601-3F9A2C"])
    kind: str = Field(examples=["LEAK"])
    company_id: str | None
    org_unit_id: str = Field(examples=["C01-D07"])
    aware_at: datetime
    reported_at: datetime
    state: IncidentState
    severity: str | None
    rights_risk: str | None
    categories: tuple[str, ...]
    persons_least: int
    persons_most: int
    supervisor_lag: int | None
    contact_lag: int | None


class IncidentShown(BaseModel):
    incident_id: str
    incident_no: str = Field(examples=["20160601-3F9A2C"])
    kind: IncidentKind
    state: IncidentState
    company_id: str | None
    org_unit_id: str = Field(examples=["C01-D07"])
    reporter_id: str | None = Field(examples=["P7F3K2"])
    aware_at: datetime
    discovered_at: datetime
    reported_at: datetime
    persons_least: int
    persons_most: int
    severity: Severity | None
    rights_risk: RightsRisk | None
    categories: tuple[str, ...]
    obligations: tuple[ObligationShown, ...]


class TextShown(BaseModel):
    """`salted_hash` is that of the event which refers to the text."""

    about: str = Field(examples=["rationale"])
    ref: str
    text: str
    salted_hash: str


class NarrativeShown(BaseModel):
    """`narrative` is `[erased]` once all texts were destroyed."""

    incident_id: str
    narrative: str
    texts: tuple[TextShown, ...]
