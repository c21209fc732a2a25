"""One incident from its report to its end, and the obligations to report it (F9–F12)."""

from collections.abc import Sequence
from typing import assert_never

from services.incidents.domain import obligations
from services.incidents.domain.case import (
    Assessed,
    Case,
    Closed,
    Confirmed,
    Contained,
    Dismissed,
    Incident,
    Reachable,
    Reported,
    Unreported,
    evolve,
    name,
    situation,
)
from services.incidents.domain.commands import (
    AcknowledgeAsContactPoint,
    AcknowledgeAsSupervisor,
    Act,
    Acts,
    AssessIncident,
    CloseIncident,
    ConfirmIncident,
    CorrectAwareness,
    DecideObligation,
    DismissIncident,
    EraseAccount,
    FileReport,
    IncidentCommand,
    MarkDeadlineMissed,
    NotifySubjects,
    RecordContainment,
    ReopenIncident,
    ReportIncident,
    UpdateAffected,
    WarnOfDeadline,
)
from services.incidents.domain.duties import categories
from shared.decider import Decider, Rejected
from shared.events.incidents import (
    AccountErased,
    AffectedCountUpdated,
    AwarenessCorrected,
    ContactPointAcknowledged,
    ContactPointInformed,
    ContainmentRecorded,
    IncidentAssessed,
    IncidentClosed,
    IncidentConfirmed,
    IncidentDismissed,
    IncidentReopened,
    IncidentReported,
    IncidentTold,
    SupervisorAcknowledged,
    SupervisorInformed,
)


def decide(command: IncidentCommand, incident: Incident) -> list[IncidentTold]:
    match command, incident:
        case ReportIncident(), Unreported():
            return _report(command)
        case ReportIncident(), _:
            return []
        case _, Unreported():
            raise Rejected("nobody reported such an incident", "incident-unknown")
        case ((WarnOfDeadline() | MarkDeadlineMissed()), _):
            return list(obligations.pass_time(command, incident))
        case EraseAccount(now=now), _:
            return [AccountErased(incident_id=command.incident_id, erased_at=now)]
        case _:
            return _act(command, incident)


def _report(report: ReportIncident) -> list[IncidentTold]:
    """The supervisors and the contact point are informed with the report itself, not some time after it."""
    if max(report.aware_at, report.discovered_at) > report.time:
        raise Rejected("`aware_at` or `discovered_at` is later than the report itself", "aware-after-report")
    id_ = report.incident_id
    facts: list[IncidentTold] = [_reported(report)]
    if report.supervisors:
        facts.append(SupervisorInformed(incident_id=id_, person_ids=report.supervisors))
    if report.contact_points:
        facts.append(ContactPointInformed(incident_id=id_, person_ids=report.contact_points))
    return facts


def _reported(report: ReportIncident) -> IncidentReported:
    number = f"{report.on:%Y%m%d}-{_tail(report.incident_id)}"
    told = _told(report, kind=report.what, incident_no=number, reported_at=report.time)
    return IncidentReported.model_validate(told)


def _tail(incident_id: str) -> str:
    """Six hexadecimal digits to tell apart what was reported on one day: the random end of the id."""
    return incident_id.replace("-", "")[-6:].upper()


def _act(command: Acts, incident: Reachable) -> list[IncidentTold]:
    command.backdated()
    if command.time < incident.case.aware_at and not isinstance(command, CorrectAwareness):
        raise Rejected("that was before any department knew of the incident", "before-awareness")
    facts = _done(command, incident)
    return [*facts, *obligations.follow(command, incident, facts)]


def _done(command: Acts, incident: Reachable) -> Sequence[IncidentTold]:
    match command:
        case AcknowledgeAsContactPoint() | AcknowledgeAsSupervisor():
            return _acknowledge(command, incident)
        case AssessIncident():
            return _assess(command, incident)
        case CorrectAwareness():
            return _correct(command, incident)
        case UpdateAffected():
            return _update(command, incident)
        case ConfirmIncident():
            return _confirm(command, incident)
        case DismissIncident():
            return _dismiss(command, incident)
        case DecideObligation() | FileReport() | NotifySubjects():
            return obligations.answer(command, incident)
        case _:
            return _end(command, incident)


def _end(command: RecordContainment | CloseIncident | ReopenIncident, incident: Reachable) -> Sequence[IncidentTold]:
    match command:
        case RecordContainment():
            return _contain(command, incident)
        case CloseIncident():
            return _close(command, incident)
        case ReopenIncident():
            return _reopen(command, incident)
        case _:
            assert_never(command)


def _told(act: Act, **more: object) -> dict[str, object]:
    """What an act says; an event takes of it what it has a field for."""
    return {**dict(act), "backdated": act.backdated(), "why_late": act.late_reason, **more}


def _require_open(incident: Reachable) -> None:
    if isinstance(incident, Closed | Dismissed):
        raise Rejected(f"an incident that is {name(incident)} must be reopened first", "incident-over")


def _acknowledge(
    command: AcknowledgeAsContactPoint | AcknowledgeAsSupervisor, incident: Reachable
) -> Sequence[IncidentTold]:
    """Each once, in any order; it starts no clock."""
    told = _told(command, acknowledged_at=command.time)
    match command:
        case AcknowledgeAsSupervisor() if not incident.case.supervised:
            return [SupervisorAcknowledged.model_validate(told)]
        case AcknowledgeAsContactPoint() if isinstance(incident, Reported):
            return [ContactPointAcknowledged.model_validate(told)]
        case _:
            return []


def _assess(command: AssessIncident, incident: Reachable) -> Sequence[IncidentTold]:
    _require_open(incident)
    if isinstance(incident, Reported):
        raise Rejected("the contact point has not taken the report over yet", "not-acknowledged")
    draft = IncidentAssessed.model_validate(_told(command, categories=()))
    found = categories(situation(incident.case, draft))
    return [draft.model_copy(update={"categories": found})]


def _correct(command: CorrectAwareness, incident: Reachable) -> Sequence[IncidentTold]:
    _require_open(incident)
    before = incident.case.aware_at
    if command.aware_at > incident.case.report.reported_at:
        raise Rejected(
            "`aware_at` is later than the report: the first department knew when it reported", "aware-after-report"
        )
    if command.aware_at == before:
        return []
    return [AwarenessCorrected.model_validate(_told(command, before=before))]


def _update(command: UpdateAffected, incident: Reachable) -> Sequence[IncidentTold]:
    _require_open(incident)
    filed = incident.case.most_filed
    if command.affected.most < filed and command.reason is None:
        raise Rejected(f"an authority was told of {filed} persons: give the `reason` for fewer", "below-filed")
    return [AffectedCountUpdated.model_validate(_told(command, determined_at=command.time))]


def _confirm(command: ConfirmIncident, incident: Reachable) -> Sequence[IncidentTold]:
    match incident:
        case Assessed():
            return [IncidentConfirmed.model_validate(_told(command))]
        case Confirmed() | Contained():
            return []
        case _:
            _require_open(incident)
            raise Rejected("it must be assessed before it is confirmed", "not-assessed")


def _dismiss(command: DismissIncident, incident: Reachable) -> Sequence[IncidentTold]:
    match incident:
        case Assessed():
            return [IncidentDismissed.model_validate(_told(command))]
        case Dismissed():
            return []
        case Confirmed() | Contained():
            raise Rejected("what was confirmed is closed, not dismissed", "already-confirmed")
        case _:
            _require_open(incident)
            raise Rejected("it must be assessed before it is dismissed", "not-assessed")


def _contain(command: RecordContainment, incident: Reachable) -> Sequence[IncidentTold]:
    match incident:
        case Confirmed():
            return [ContainmentRecorded.model_validate(_told(command, contained_at=command.time))]
        case Contained():
            return []
        case _:
            _require_open(incident)
            raise Rejected("only a confirmed incident is contained", "not-confirmed")


def _close(command: CloseIncident, incident: Reachable) -> Sequence[IncidentTold]:
    match incident:
        case Contained(case=case):
            _require_answered(case)
            return [IncidentClosed.model_validate(_told(command, closed_at=command.time))]
        case Closed():
            return []
        case _:
            _require_open(incident)
            raise Rejected("only a contained incident is closed", "not-contained")


def _require_answered(case: Case) -> None:
    if case.awaited:
        regimes = ", ".join(each.regime for each in case.awaited)
        raise Rejected(f"not answered yet: {regimes}", "obligations-open")


def _reopen(command: ReopenIncident, incident: Reachable) -> Sequence[IncidentTold]:
    if not isinstance(incident, Closed | Dismissed):
        return []
    return [IncidentReopened.model_validate(_told(command, reopened_at=command.time))]


INCIDENT: Decider[IncidentCommand, Incident, IncidentTold] = Decider(Unreported(), decide, evolve)
