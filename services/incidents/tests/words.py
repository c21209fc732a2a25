"""What the tests of the domain speak of: one incident of June 2025, and everything that may be done to it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from services.incidents.domain.commands import (
    AcknowledgeAsContactPoint,
    AcknowledgeAsSupervisor,
    AssessIncident,
    CloseIncident,
    ConfirmIncident,
    CorrectAwareness,
    DecideObligation,
    DismissIncident,
    EraseAccount,
    FileReport,
    NotifySubjects,
    OfIncident,
    RecordContainment,
    ReopenIncident,
    ReportIncident,
    UpdateAffected,
)
from services.incidents.domain.incident import INCIDENT
from shared.events.incidents import (
    Affected,
    Channel,
    Decided,
    DismissalGround,
    Flags,
    IncidentKind,
    IncidentTold,
    Medium,
    NoticeMethod,
    Regime,
    ReportItem,
    RightsRisk,
    Sealed,
    Severity,
    Stage,
)

C = TypeVar("C", bound=OfIncident)

ID: Final = "0197277c-5b00-7000-8000-0000003f9a2c"
JAPAN: Final = ZoneInfo("Asia/Tokyo")
AWARE: Final = datetime(2025, 5, 30, 1, 0, tzinfo=UTC)
"""10:00 in Japan on Friday, 30 May 2025."""
REPORTED_AT: Final = AWARE + timedelta(hours=1)
TEXT: Final = Sealed(ref="T1", salted_hash="a" * 64)
WHY: Final = Sealed(ref="T2", salted_hash="b" * 64)


def act(kind: type[C], at: datetime, **fields: Any) -> C:
    """A command given when it happens, unless `now` is later."""
    return kind.model_validate({"incident_id": ID, "time": at, "now": at} | fields)


def persons(most: int, least: int = 0) -> Affected:
    return Affected(least=least, most=most)


def day(number: int, hours: int = 0) -> datetime:
    """An instant of a day of the deadline: the day of awareness is day 1."""
    return AWARE + timedelta(days=number - 1, hours=1 + hours)


def in_japan(text: str) -> datetime:
    """The start of a day in Japan."""
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), JAPAN).astimezone(UTC)


REPORT: Final = act(
    ReportIncident,
    REPORTED_AT,
    what=IncidentKind.LEAK,
    discovered_at=AWARE,
    aware_at=AWARE,
    aware_org_unit_id="C01-D07",
    company_id="C01",
    reporter_id="P1",
    account=TEXT,
    media=(Medium.MAIL,),
    affected=persons(900),
    flags=Flags(),
    jurisdictions=("JP",),
    channel=Channel.WEB,
    supervisors=("P7",),
    contact_points=("P8", "P9"),
)
TAKE_OVER: Final = act(AcknowledgeAsContactPoint, day(1, 1))
TAKE_NOTE: Final = act(AcknowledgeAsSupervisor, day(1, 1))
ASSESS: Final = act(
    AssessIncident,
    day(1, 2),
    severity=Severity.MEDIUM,
    rights_risk=RightsRisk.POSSIBLE,
    flags=Flags(),
    jurisdictions=("JP",),
    pmark=False,
    rationale=TEXT,
)
CONFIRM: Final = act(ConfirmIncident, day(1, 3), slip_ids=("S1",))
DISMISS: Final = act(DismissIncident, day(1, 3), ground=DismissalGround.NO_INCIDENT, rationale=TEXT)
UPDATE: Final = act(UpdateAffected, day(2), affected=persons(950), confirmed=False)
CORRECT: Final = act(CorrectAwareness, day(2), aware_at=AWARE - timedelta(days=1), justification=TEXT)
NOTIFY: Final = act(
    NotifySubjects, day(3), count=900, method=NoticeMethod.LETTER, items=(ReportItem.OVERVIEW, ReportItem.CAUSE)
)
CONTAIN: Final = act(RecordContainment, day(3))
CLOSE: Final = act(CloseIncident, day(20))
REOPEN: Final = act(ReopenIncident, day(21), reason=TEXT)
ERASE: Final = EraseAccount(incident_id=ID, now=day(40))


def assessing(at: datetime = ASSESS.time, *, risk: RightsRisk = RightsRisk.POSSIBLE, **flags: bool) -> AssessIncident:
    return ASSESS.model_copy(update={"time": at, "now": at, "flags": Flags(**flags), "rights_risk": risk})


def filing(regime: Regime, at: datetime, stage: Stage = Stage.FINAL) -> FileReport:
    return act(FileReport, at, obligation_id=f"{ID}.{regime}", stage=stage)


def deciding(regime: Regime, decided: Decided = Decided.NOT_REQUIRED, at: datetime = NOTIFY.time) -> DecideObligation:
    return act(DecideObligation, at, obligation_id=f"{ID}.{regime}", decided=decided, rationale=TEXT)


def story(*commands: Any) -> list[IncidentTold]:
    """Everything that is told when these are given one after the other."""
    told: list[IncidentTold] = []
    for command in commands:
        told += INCIDENT.decide(command, INCIDENT.fold(told))
    return told
