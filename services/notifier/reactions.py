"""Policies of notifier: P2, P4, P11, P22 and what is asked of people start ladders; their steps are timers. Pure.

An event only puts steps on the calendar, also what comes at once. Who is told is found when a step is taken: from the
appointments and posts of that day, and only if the matter is still open. A step of a ladder that another event has
replaced meanwhile is not taken.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from services.notifier.domain.ladder import AT_ONCE, INFORMING, Ladder, Rung, rung_of, timetable
from services.notifier.domain.notification_commands import QueueNotification, notification_of
from services.notifier.domain.recipients import Concern, Recipient
from services.notifier.known import Known, TakeStep, load
from services.notifier.schema import KNOWN_ORGANISATION
from services.notifier.views.matters import KNOWN_MATTERS, MatterRow, key
from shared.decider import Timer
from shared.events.base import DomainEvent
from shared.events.codec import Recorded
from shared.events.incidents import (
    ContactPointInformed,
    ObligationDeadlineApproaching,
    ObligationDeadlineMissed,
    SupervisorInformed,
)
from shared.events.ledger import (
    InspectionDue,
    InspectionKind,
    InspectionOverdue,
    InspectionScheduled,
    SlipCustodianVacated,
)
from shared.events.notifier import Channel, NotificationQueued, Template
from shared.events.topics import HR, INCIDENTS, LEDGER, TRAINING
from shared.events.training import (
    PledgeOverdue,
    PledgeRequested,
    PledgeResumed,
    TrainingAssigned,
    TrainingOverdue,
    TrainingResumed,
)
from shared.law.calendar import business_date
from shared.runtime.reacting.reactions import Reactions, Step, Task
from shared.runtime.reading.views import ViewHandler


def react(recorded: Recorded, known: Known, today: date) -> Sequence[Step]:
    matter = known.matters.get(key(recorded) or "")
    ladder = ladder_of(recorded, matter)
    return list(_steps(ladder, recorded, matter, today)) if ladder and matter else ()


STARTS: Final[Mapping[type[DomainEvent], Ladder]] = {
    InspectionDue: Ladder.INSPECTION_DUE,
    InspectionOverdue: Ladder.INSPECTION_OVERDUE,
    SlipCustodianVacated: Ladder.CUSTODIAN_VACATED,
    PledgeRequested: Ladder.PLEDGE_REQUESTED,
    PledgeResumed: Ladder.PLEDGE_REQUESTED,
    PledgeOverdue: Ladder.PLEDGE_OVERDUE,
    TrainingAssigned: Ladder.TRAINING_ASSIGNED,
    TrainingResumed: Ladder.TRAINING_ASSIGNED,
    TrainingOverdue: Ladder.TRAINING_OVERDUE,
    SupervisorInformed: Ladder.SUPERVISOR_INFORMED,
    ContactPointInformed: Ladder.CONTACT_POINT_INFORMED,
    ObligationDeadlineApproaching: Ladder.OBLIGATION_APPROACHING,
    ObligationDeadlineMissed: Ladder.OBLIGATION_MISSED,
}


def ladder_of(recorded: Recorded, matter: MatterRow | None) -> Ladder | None:
    match recorded.event:
        case InspectionDue(kind=InspectionKind.EMERGENCY):
            return Ladder.EMERGENCY_INSPECTION
        case InspectionScheduled():
            return Ladder.INSPECTION_MOVED if matter and matter.ladder == recorded.id else None
        case event:
            return STARTS.get(type(event))


def _steps(ladder: Ladder, recorded: Recorded, matter: MatterRow, today: date) -> Iterator[Timer]:
    told_at = recorded.recorded_at
    basis = business_date(told_at) if ladder is Ladder.CUSTODIAN_VACATED else matter.due_date
    for rung, at in timetable(ladder, told_at, basis, today):
        about = f"unit/{matter.org_unit_id}" if rung.together and matter.org_unit_id else matter.matter
        step = TakeStep(
            ladder=ladder,
            step=rung.step,
            matter=about,
            source_event_id=recorded.id,
            source_type=recorded.event.type,
            due_date=matter.due_date,
            named=getattr(recorded.event, "person_ids", ()),
        )
        yield Timer(at, step, step.cycle)


def perform(task: Task, known: Known, today: date) -> Sequence[Step]:
    """Who a step is for on the day it was set for, each told once, whatever he is told as."""
    rung = rung_of(task.ladder, task.step) if isinstance(task, TakeStep) else None
    if not isinstance(task, TakeStep) or rung is None:
        return ()
    about = _unit(task, known) if rung.together else _matter(task, rung, known)
    if about is None:
        return ()
    staffing = known.staffing(today)
    found = [who for audience in rung.audiences for who in staffing.recipients(audience, about.concern)]
    once = {who.person_id: who for who in reversed(found)}
    return [_queue(task, rung, about, who, known) for who in reversed(once.values())]


@dataclass(frozen=True)
class About:
    """What a notice tells of; `source` is what makes it one of its kind."""

    stream: str
    source: str
    concern: Concern
    item: str | None = None
    reference: str | None = None
    due_at: datetime | None = None
    count: int | None = None


def _matter(task: TakeStep, rung: Rung, known: Known) -> About | None:
    """None when nobody waits for it any more, or another event's ladder holds."""
    matter = known.matters.get(task.matter)
    parent = known.parent(matter) if matter else None
    if matter is None or not (rung.template in INFORMING or (waits(matter, parent) and _holds(task, matter))):
        return None
    obligation = matter.kind == "obligation"
    return About(
        stream=matter.parent if obligation and matter.parent else matter.matter,
        source=task.source_event_id,
        concern=concern_of(matter, parent, task.named),
        item=matter.matter.partition("/")[2] if obligation else None,
        reference=(parent.reference if parent else None) or matter.reference,
        due_at=matter.due_at,
    )


def _unit(task: TakeStep, known: Known) -> About | None:
    """All that is overdue in a unit; None when nothing is any more."""
    unit = task.matter.removeprefix("unit/")
    count = known.outstanding.get((unit, TOGETHER[task.ladder]))
    concern = Concern(org_unit_id=unit)
    return About(task.matter, f"{task.matter}/{task.cycle}", concern, count=count) if count else None


TOGETHER: Final = {Ladder.PLEDGE_OVERDUE: "pledge", Ladder.TRAINING_OVERDUE: "assignment"}
"""Which matters are counted together."""


def waits(matter: MatterRow, parent: MatterRow | None) -> bool:
    return matter.open and (parent is None or parent.open)


def concern_of(matter: MatterRow, parent: MatterRow | None, named: tuple[str, ...] = ()) -> Concern:
    """An obligation is of its incident's company and unit."""
    place = matter if matter.company_id or matter.org_unit_id or parent is None else parent
    return Concern(matter.person_id, place.company_id, place.org_unit_id, matter.in_charge, named)


def _holds(task: TakeStep, matter: MatterRow) -> bool:
    match matter.kind:
        case "slip":
            return task.step == AT_ONCE or not matter.in_charge
        case "obligation":
            return True
        case _:
            return matter.ladder == task.source_event_id


def again(queued: NotificationQueued) -> TakeStep | None:
    """The step that a notice came from: who would be told now in the place of somebody who no longer is."""
    ladder = _ladder_behind(queued)
    if ladder is None:
        return None
    return TakeStep(
        ladder=ladder,
        step=queued.step,
        matter=f"obligation/{queued.item}" if queued.item else queued.matter,
        source_event_id=queued.source_event_id,
        source_type=queued.source_type,
        due_date=queued.due_date,
    )


def _ladder_behind(queued: NotificationQueued) -> Ladder | None:
    if queued.template is Template.EMERGENCY_INSPECTION:
        return Ladder.EMERGENCY_INSPECTION
    started = {event.type: ladder for event, ladder in STARTS.items()}
    return {**started, InspectionScheduled.type: Ladder.INSPECTION_MOVED}.get(queued.source_type)


def _queue(task: TakeStep, rung: Rung, about: About, who: Recipient, known: Known) -> QueueNotification:
    channel = Channel.EMAIL if who.person_id in known.reachable else Channel.INBOX
    name = notification_of(about.source, rung.step, who.person_id, channel)
    queued = NotificationQueued(
        notification_id=name,
        source_event_id=task.source_event_id,
        source_type=task.source_type,
        matter=about.stream,
        item=about.item,
        template=rung.template,
        step=rung.step,
        recipient_person_id=who.person_id,
        as_role=who.as_role,
        channel=channel,
        company_id=about.concern.company_id,
        org_unit_id=about.concern.org_unit_id,
        reference=about.reference,
        due_date=task.due_date,
        due_at=about.due_at,
        count=about.count,
    )
    return QueueNotification(notification_id=name, queued=queued)


REACTIONS = Reactions(
    topics=(HR, LEDGER, INCIDENTS, TRAINING),
    load=load,
    react=react,
    perform=perform,
    tasks=(TakeStep,),
    lookups=(
        lambda: ViewHandler(KNOWN_ORGANISATION.at("")),
        lambda: ViewHandler(KNOWN_MATTERS.at("")),
    ),
)
