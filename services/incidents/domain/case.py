"""An incident as it stands, folded from what was told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias, assert_never

from services.incidents.domain.duties import Count, Situation
from shared.events.incidents import (
    AccountErased,
    AffectedCountUpdated,
    Anchor,
    AuthorityReportFiled,
    AwarenessCorrected,
    ContactPointAcknowledged,
    ContactPointInformed,
    ContainmentRecorded,
    Decided,
    IncidentAssessed,
    IncidentClosed,
    IncidentConfirmed,
    IncidentDismissed,
    IncidentReopened,
    IncidentReported,
    IncidentTold,
    ObligationDeadlineApproaching,
    ObligationDeadlineMissed,
    ObligationDeadlineMoved,
    ObligationDecided,
    ObligationTold,
    Recipient,
    Regime,
    ReportingObligationOpened,
    SubjectsNotified,
    SupervisorAcknowledged,
    SupervisorInformed,
)


class Standing(StrEnum):
    OPEN = "open"
    REQUIRED = "required"
    NOT_REQUIRED = "not-required"
    FULFILLED = "fulfilled"


@dataclass(frozen=True)
class Obligation:
    """One recipient under one regime: the newest deadline, and whether anything is still awaited."""

    obligation_id: str
    regime: Regime
    recipient: Recipient
    anchor: Anchor
    anchor_at: datetime
    due_at: datetime | None
    standing: Standing = Standing.OPEN
    missed: bool = False
    filed: AuthorityReportFiled | None = None

    @property
    def awaited(self) -> bool:
        return self.standing in {Standing.OPEN, Standing.REQUIRED}


@dataclass(frozen=True)
class Case:
    """What decisions on an incident read."""

    report: IncidentReported
    aware_at: datetime
    counts: tuple[Count, ...]
    supervised: bool = False
    assessment: IncidentAssessed | None = None
    obligations: Mapping[str, Obligation] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def most_filed(self) -> int:
        """The highest number of persons that any authority was told."""
        return max((each.filed.affected.most for each in self.obligations.values() if each.filed), default=0)

    @property
    def awaited(self) -> tuple[Obligation, ...]:
        return tuple(each for each in self.obligations.values() if each.awaited)

    @property
    def situation(self) -> Situation | None:
        """None until it was assessed."""
        return situation(self, self.assessment) if self.assessment else None


def situation(case: Case, assessment: IncidentAssessed) -> Situation:
    return Situation(
        kind=case.report.kind,
        flags=assessment.flags,
        discovered_at=case.report.discovered_at,
        aware_at=case.aware_at,
        counts=case.counts,
        rights_risk=assessment.rights_risk,
        jurisdictions=assessment.jurisdictions,
        pmark=assessment.pmark,
    )


@dataclass(frozen=True)
class Unreported:
    """Nobody reported anything yet."""


@dataclass(frozen=True)
class Known:
    case: Case


@dataclass(frozen=True)
class Reported(Known):
    pass


@dataclass(frozen=True)
class Acknowledged(Known):
    """The contact point has it."""


@dataclass(frozen=True)
class Assessed(Known):
    pass


@dataclass(frozen=True)
class Confirmed(Known):
    pass


@dataclass(frozen=True)
class Contained(Known):
    pass


@dataclass(frozen=True)
class Closed(Known):
    pass


@dataclass(frozen=True)
class Dismissed(Known):
    pass


Reachable: TypeAlias = Reported | Acknowledged | Assessed | Confirmed | Contained | Closed | Dismissed
Incident: TypeAlias = Unreported | Reachable
LEADS_TO: Final[Mapping[type[IncidentTold], type[Reachable]]] = {
    ContactPointAcknowledged: Acknowledged,
    IncidentConfirmed: Confirmed,
    IncidentDismissed: Dismissed,
    ContainmentRecorded: Contained,
    IncidentClosed: Closed,
    IncidentReopened: Assessed,
}


def name(incident: Incident) -> str:
    """The state as the API and the messages call it."""
    return type(incident).__name__.lower()


def evolve(incident: Incident, event: IncidentTold) -> Incident:
    match incident, event:
        case _, IncidentReported() as report:
            return Reported(Case(report, report.aware_at, (Count(report.aware_at, report.affected),)))
        case Unreported(), _:
            return incident
        case Acknowledged(case=case), IncidentAssessed():
            return Assessed(_told(case, event))
        case _:
            return LEADS_TO.get(type(event), type(incident))(_told(incident.case, event))


def _told(case: Case, event: IncidentTold) -> Case:
    match event:
        case AwarenessCorrected(aware_at=aware_at):
            return replace(case, aware_at=aware_at)
        case IncidentAssessed():
            return replace(case, assessment=event)
        case AffectedCountUpdated(determined_at=at, affected=affected):
            return replace(case, counts=(*case.counts, Count(at, affected)))
        case SupervisorAcknowledged():
            return replace(case, supervised=True)
        case (
            ReportingObligationOpened()
            | ObligationDeadlineMoved()
            | ObligationDecided()
            | AuthorityReportFiled()
            | SubjectsNotified()
            | ObligationDeadlineApproaching()
            | ObligationDeadlineMissed()
        ):
            return _with_obligation(case, event)
        case (
            IncidentReported()
            | SupervisorInformed()
            | ContactPointInformed()
            | ContactPointAcknowledged()
            | IncidentConfirmed()
            | IncidentDismissed()
            | ContainmentRecorded()
            | IncidentClosed()
            | IncidentReopened()
            | AccountErased()
        ):
            return case
        case _:
            assert_never(event)


def _with_obligation(case: Case, event: ObligationTold) -> Case:
    if isinstance(event, ReportingObligationOpened):
        changed = _opened(event)
    else:
        told = case.obligations.get(event.obligation_id or "")
        if told is None:
            return case
        changed = _obligation(told, event)
    return replace(case, obligations=MappingProxyType({**case.obligations, changed.obligation_id: changed}))


def _opened(event: ReportingObligationOpened) -> Obligation:
    return Obligation(
        obligation_id=event.obligation_id,
        regime=event.regime,
        recipient=event.recipient,
        anchor=event.anchor,
        anchor_at=event.anchor_at,
        due_at=event.due_at,
    )


def _obligation(obligation: Obligation, event: ObligationTold) -> Obligation:
    match event:
        case ObligationDeadlineMoved(anchor_at=anchor_at, due_at=due_at):
            still_missed = obligation.missed and due_at == obligation.due_at
            return replace(obligation, anchor_at=anchor_at, due_at=due_at, missed=still_missed)
        case ObligationDecided(decided=Decided.REQUIRED):
            return replace(obligation, standing=Standing.REQUIRED)
        case ObligationDecided():
            return replace(obligation, standing=Standing.NOT_REQUIRED)
        case AuthorityReportFiled():
            return replace(obligation, standing=Standing.FULFILLED, filed=event)
        case SubjectsNotified():
            return replace(obligation, standing=Standing.FULFILLED)
        case ObligationDeadlineMissed():
            return replace(obligation, missed=True)
        case ReportingObligationOpened() | ObligationDeadlineApproaching():
            return obligation
        case _:
            assert_never(event)
