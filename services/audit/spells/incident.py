"""An incident as the rules read it: where it was noticed, who took note, what came of it, who must hear (F9–F12)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from services.audit.domain.context import Context
from services.audit.domain.days import Days
from services.audit.domain.history import History, Told, told_of
from services.audit.domain.interval import EventRef
from services.audit.domain.places import Whereabouts, carried_on
from services.audit.domain.rulebook import SubjectKind
from shared.events.incidents import (
    AuthorityReportFiled,
    AwarenessCorrected,
    ContactPointAcknowledged,
    Decided,
    IncidentConfirmed,
    IncidentDismissed,
    IncidentKind,
    IncidentReopened,
    IncidentReported,
    ObligationDeadlineMoved,
    ObligationDecided,
    Regime,
    ReportingObligationOpened,
    SupervisorAcknowledged,
)
from shared.law.calendar import business_date


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    because: EventRef

    @property
    def day(self) -> date:
        return business_date(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """The days [begins, ends) on which an authority is to hear, or has heard; `due` is the last good day.

    What comes up after its deadline, or again, falls due on that very day.
    """

    regime: Regime
    begins: date
    ends: date | None
    due: date
    filed: tuple[date, bool] | None
    """Since when, and whether in time: that verdict stands for ever."""
    because: tuple[EventRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSpells:
    id: str
    kind: IncidentKind
    at_contractor: bool
    reported: Moment
    aware: Moment
    acknowledged: tuple[Moment, Moment] | None
    """By the supervisor and by the contact point, each for the first time."""
    confirmed: EventRef | None
    """None also of what was dismissed since."""
    awaited: tuple[Awaited, ...]
    unit: str
    company: str

    def places(self, days: Days, context: Context) -> Iterator[Whereabouts]:
        """Where it counts on these days: whatever carried its unit and company on by then."""
        begins, _ = days
        for each in carried_on((min(self.aware.day, begins), days[1]), self.unit, self.company or None, context):
            if each.ends is None or each.ends > begins:
                yield replace(each, begins=max(each.begins, begins))


def incident_spells(subject: str, history: History, context: Context) -> IncidentSpells | None:
    """None of what nobody reported."""
    reports = told_of(history, IncidentReported)
    if not reports:
        return None
    told, report = reports[0]
    aware = Moment(report.aware_at, told.ref)
    for later, corrected in told_of(history, AwarenessCorrected):
        aware = Moment(corrected.aware_at, later.ref)
    company = report.company_id or context.company_of_unit(report.aware_org_unit_id, business_date(report.aware_at))
    return IncidentSpells(
        id=subject,
        kind=report.kind,
        at_contractor=report.consignment_id is not None,
        reported=Moment(report.reported_at, told.ref),
        aware=aware,
        acknowledged=_acknowledged(history),
        confirmed=_confirmed(history),
        awaited=tuple(_all_awaited(history)),
        unit=report.aware_org_unit_id,
        company=company or "",
    )


INCIDENT = SubjectKind("incident", incident_spells)


def _acknowledged(history: History) -> tuple[Moment, Moment] | None:
    supervisor = [Moment(each.acknowledged_at, told.ref) for told, each in told_of(history, SupervisorAcknowledged)]
    contact = [Moment(each.acknowledged_at, told.ref) for told, each in told_of(history, ContactPointAcknowledged)]
    if not supervisor or not contact:
        return None
    return min(supervisor, key=lambda each: each.at), min(contact, key=lambda each: each.at)


def _confirmed(history: History) -> EventRef | None:
    found: EventRef | None = None
    for told in history:
        match told.recorded.event:
            case IncidentConfirmed():
                found = told.ref
            case IncidentDismissed():
                found = None
    return found


def _all_awaited(history: History) -> Iterator[Awaited]:
    for told, opened in told_of(history, ReportingObligationOpened):
        about = [each for each in history if _concerns(each, opened.obligation_id)]
        due_at, because = _deadline(opened, told, about)
        if due_at is not None:
            due = business_date(due_at - timedelta(microseconds=1))
            yield from (
                Awaited(
                    regime=opened.regime,
                    begins=begins,
                    ends=ends,
                    due=max(due, begins),
                    filed=_filed(about) if ends is None else None,
                    because=because,
                )
                for begins, ends in _stretches(about)
            )


def _concerns(told: Told, obligation_id: str) -> bool:
    event = told.recorded.event
    if isinstance(event, IncidentDismissed | IncidentReopened):
        return True
    return getattr(event, "obligation_id", None) == obligation_id


def _deadline(
    opened: ReportingObligationOpened, told: Told, about: Iterable[Told]
) -> tuple[datetime | None, tuple[EventRef, ...]]:
    """The one of the report that was filed first, else the last that was told; and who said so."""
    due_at, because = opened.due_at, [told.ref]
    for each in about:
        match each.recorded.event:
            case ObligationDeadlineMoved(due_at=later):
                due_at, because = later, [told.ref, each.ref]
            case AuthorityReportFiled(due_at=frozen):
                return frozen, (*because, each.ref)
    return due_at, tuple(because)


def _filed(about: Iterable[Told]) -> tuple[date, bool] | None:
    """By its first report; a supplement only completes it."""
    filed = (each.recorded.event for each in about)
    first = next((each for each in filed if isinstance(each, AuthorityReportFiled)), None)
    return (business_date(first.filed_at), first.on_time is True) if first else None


def _stretches(about: Iterable[Told]) -> Iterator[Days]:
    """While it is open and the incident not dismissed; what was filed stays so."""
    begins: date | None = None
    standing = _Standing()
    for day, events in groupby(about, key=lambda each: each.day):
        for each in events:
            standing = standing.after(each)
        if standing.counts and begins is None:
            begins = day
        elif not standing.counts and begins is not None:
            if begins < day:
                yield begins, day
            begins = None
    if begins is not None:
        yield begins, None


@dataclass(frozen=True, slots=True)
class _Standing:
    """Of an obligation, at the end of a day."""

    opened: bool = False
    dismissed: bool = False
    waived: bool = False
    filed: bool = False

    @property
    def counts(self) -> bool:
        return self.filed or (self.opened and not self.dismissed and not self.waived)

    def after(self, told: Told) -> "_Standing":
        match told.recorded.event:
            case ReportingObligationOpened():
                return replace(self, opened=True)
            case IncidentDismissed():
                return replace(self, dismissed=True)
            case IncidentReopened():
                return replace(self, dismissed=False)
            case ObligationDecided(decided=decided):
                return replace(self, waived=decided is Decided.NOT_REQUIRED)
            case AuthorityReportFiled():
                return replace(self, filed=True)
            case _:
                return self
