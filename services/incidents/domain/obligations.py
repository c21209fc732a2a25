"""The obligations of an incident: opened, moved, decided, fulfilled, warned of, missed. Never deleted."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import reduce
from typing import Final, cast

from services.incidents.domain.case import (
    Assessed,
    Case,
    Closed,
    Confirmed,
    Contained,
    Dismissed,
    Incident,
    Obligation,
    Reachable,
    Standing,
    evolve,
)
from services.incidents.domain.commands import (
    Act,
    DecideObligation,
    FileReport,
    MarkDeadlineMissed,
    NotifySubjects,
    ReopenIncident,
    TimeGiven,
    WarnOfDeadline,
)
from services.incidents.domain.duties import Duty, Situation, deadline, duties
from shared.decider import Rejected, Timer
from shared.events.incidents import (
    Anchor,
    AuthorityReportFiled,
    IncidentTold,
    ObligationDeadlineApproaching,
    ObligationDeadlineMissed,
    ObligationDeadlineMoved,
    ObligationDecided,
    ObligationTold,
    Recipient,
    Regime,
    ReportingObligationOpened,
    Stage,
    SubjectsNotified,
    Warned,
)

SIBLINGS: Final = {
    Regime.MINISTRY_PRE2022_PRELIM: Regime.MINISTRY_PRE2022,
    Regime.APPI26_PRELIM: Regime.APPI26_FINAL,
    Regime.MN_PRELIM: Regime.MN_FINAL,
    Regime.PMARK_PRELIM: Regime.PMARK_FINAL,
}
"""One report may serve as both."""
BOTH_WAYS: Final = {**SIBLINGS, **{final: prelim for prelim, final in SIBLINGS.items()}}
BEFORE: Final = {
    Warned.TWO_DAYS: timedelta(days=2),
    Warned.ONE_DAY: timedelta(days=1),
    Warned.FOUR_HOURS: timedelta(hours=4),
}


# --- what follows from what was done (P12) ----------------------------------------------------------------------------


def follow(command: Act, incident: Reachable, facts: Sequence[IncidentTold]) -> list[ObligationTold]:
    """What the facts change of who must hear by when; asked again, it says nothing new."""
    if not facts:
        return []
    before: Incident = incident
    after = cast("Reachable", reduce(evolve, facts, before))
    again = isinstance(command, ReopenIncident)
    return list(_reconciled(after.case, command.now, again=again))


def _reconciled(case: Case, now: datetime, *, again: bool) -> Iterator[ObligationTold]:
    situation = case.situation
    if situation is None:
        return
    known = {each.regime: each for each in case.obligations.values()}
    for duty in duties(situation):
        if duty.regime not in known:
            yield _opened(case, duty, now)
    for obligation in case.awaited:
        yield from _moved(case, obligation, situation, now, again=again)


def _opened(case: Case, duty: Duty, now: datetime) -> ReportingObligationOpened:
    return ReportingObligationOpened(
        incident_id=case.report.incident_id,
        obligation_id=f"{case.report.incident_id}.{duty.regime}",
        regime=duty.regime,
        recipient=duty.recipient,
        anchor=duty.anchor,
        anchor_at=duty.anchor_at,
        soft_due_at=duty.deadline.soft_due_at,
        due_at=duty.deadline.due_at,
        opened_at=now,
        rule_pack=duty.rule_pack,
    )


def _moved(
    case: Case, obligation: Obligation, situation: Situation, now: datetime, *, again: bool
) -> Iterator[ObligationDeadlineMoved]:
    """Before it is fulfilled a deadline follows what is known: 60 days instead of 30, another hour of awareness."""
    anchor_at = case.aware_at if obligation.anchor is Anchor.AWARENESS else obligation.anchor_at
    by = deadline(obligation.regime, anchor_at, situation.day, improper=situation.flags.improper_purpose)
    if by.due_at is not None and (again or by.due_at != obligation.due_at):
        yield ObligationDeadlineMoved(
            incident_id=case.report.incident_id,
            obligation_id=obligation.obligation_id,
            regime=obligation.regime,
            anchor_at=anchor_at,
            soft_due_at=by.soft_due_at,
            due_at=by.due_at,
            moved_at=now,
        )


# --- answers ----------------------------------------------------------------------------------------------------------


def answer(command: DecideObligation | FileReport | NotifySubjects, incident: Reachable) -> Sequence[IncidentTold]:
    if isinstance(incident, Closed | Dismissed):
        raise Rejected("the incident must be reopened first", "incident-over")
    match command:
        case DecideObligation():
            return _decide(command, incident.case)
        case _ if not isinstance(incident, Confirmed | Contained):
            raise Rejected("nobody is told of an incident that is not confirmed", "not-confirmed")
        case FileReport():
            return _file(command, incident.case)
        case NotifySubjects():
            return _notify(command, incident.case)


def _find(case: Case, obligation_id: str) -> Obligation:
    try:
        return case.obligations[obligation_id]
    except KeyError:
        raise Rejected("this incident has no such obligation", "obligation-unknown") from None


def _decide(command: DecideObligation, case: Case) -> list[ObligationTold]:
    obligation = _find(case, command.obligation_id)
    if obligation.standing is Standing.FULFILLED:
        raise Rejected("what was fulfilled is decided no more", "obligation-fulfilled")
    if obligation.standing.name == command.decided.name:
        return []
    told = dict(command) | {"regime": obligation.regime}
    return [ObligationDecided.model_validate(told)]


def _file(command: FileReport, case: Case) -> list[ObligationTold]:
    obligation = _find(case, command.obligation_id)
    if not _fits(command.stage, obligation):
        raise Rejected(f"a {command.stage} report does not answer {obligation.regime}", "stage-does-not-fit")
    if obligation.filed and command.stage is not Stage.SUPPLEMENT:
        return []
    if obligation.standing is Standing.NOT_REQUIRED:
        raise Rejected("it was decided that this is not reported: decide anew first", "obligation-not-required")
    return [_filed(command, each, case) for each in _answered(command, obligation, case)]


def _fits(stage: Stage, obligation: Obligation) -> bool:
    """Where the regime knows two reports, each answers its own; what has no sibling is answered by any one report."""
    if obligation.recipient is Recipient.SUBJECTS:
        return False
    match stage:
        case Stage.SUPPLEMENT:
            return obligation.filed is not None and obligation.regime not in SIBLINGS
        case Stage.PRELIM:
            return obligation.regime in SIBLINGS
        case Stage.FINAL:
            return obligation.regime not in SIBLINGS
        case Stage.BOTH:
            return obligation.regime in BOTH_WAYS


def _answered(command: FileReport, obligation: Obligation, case: Case) -> Iterator[Obligation]:
    yield obligation
    if command.stage is Stage.BOTH:
        sibling = BOTH_WAYS[obligation.regime]
        yield from (each for each in case.awaited if each.regime is sibling)


def _filed(command: FileReport, obligation: Obligation, case: Case) -> AuthorityReportFiled:
    """The verdict is frozen here; a supplement repeats the verdict of the report it completes."""
    late = _late(command.time, obligation.due_at)
    first = obligation.filed
    return AuthorityReportFiled(
        incident_id=command.incident_id,
        obligation_id=obligation.obligation_id,
        regime=obligation.regime,
        stage=command.stage,
        missing_items=command.missing_items,
        receipt_no=command.receipt_no,
        affected=case.counts[-1].affected,
        filed_at=command.time,
        due_at=first.due_at if first else obligation.due_at,
        on_time=first.on_time if first else None if late is None else late < 0,
        late_by=first.late_by if first else max(0, late or 0),
        backdated=command.backdated(),
        why_late=command.late_reason,
    )


def _late(at: datetime, due_at: datetime | None) -> int | None:
    """Whole seconds after the deadline, rounded up; in time means strictly before it, less than zero."""
    if due_at is None:
        return None
    return -1 if at < due_at else -((due_at - at) // timedelta(seconds=1))


def _notify(command: NotifySubjects, case: Case) -> list[SubjectsNotified]:
    """One for each duty to tell the persons; without any, one that stands alone."""
    duty_ids: list[str | None] = [each.obligation_id for each in case.awaited if each.recipient is Recipient.SUBJECTS]
    late = {"backdated": command.backdated(), "why_late": command.late_reason}
    told = dict(command) | {"notified_at": command.time} | late
    return [SubjectsNotified.model_validate(told | {"obligation_id": each}) for each in duty_ids or [None]]


# --- time (T05) -------------------------------------------------------------------------------------------------------


def pass_time(command: TimeGiven, incident: Incident) -> Iterator[ObligationTold]:
    """What the calendar says comes true only where it still matters: nothing after filing, nothing of an old date."""
    if not isinstance(incident, Assessed | Confirmed | Contained):
        return
    obligation = incident.case.obligations.get(command.obligation_id)
    if obligation is None or not obligation.awaited or obligation.due_at != command.due_at or obligation.missed:
        return
    told = dict(command) | {"regime": obligation.regime}
    match command:
        case WarnOfDeadline():
            yield ObligationDeadlineApproaching.model_validate(told)
        case MarkDeadlineMissed():
            yield ObligationDeadlineMissed.model_validate(told)


def timers(event: IncidentTold) -> list[Timer]:
    """The warnings that still lie ahead, and the deadline itself."""
    match event:
        case ReportingObligationOpened(due_at=datetime() as due_at, opened_at=since):
            return list(_timers(event, due_at, event.soft_due_at, since))
        case ObligationDeadlineMoved(due_at=due_at, moved_at=since):
            return list(_timers(event, due_at, event.soft_due_at, since))
        case _:
            return []


def _timers(
    event: ReportingObligationOpened | ObligationDeadlineMoved,
    due_at: datetime,
    soft_due_at: datetime | None,
    since: datetime,
) -> Iterator[Timer]:
    about = {"incident_id": event.incident_id, "obligation_id": event.obligation_id, "due_at": due_at}
    cycle = f"{event.regime}@{due_at.isoformat()}"
    soft = {Warned.SOFT_DUE: soft_due_at} if soft_due_at else {}
    for warned, at in {**soft, **{warned: due_at - before for warned, before in BEFORE.items()}}.items():
        if at >= since:
            yield Timer(at, WarnOfDeadline.model_validate(about | {"warned": warned}), f"{cycle}/{warned}")
    yield Timer(due_at, MarkDeadlineMissed.model_validate(about), cycle)
