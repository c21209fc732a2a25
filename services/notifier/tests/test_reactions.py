"""From an event to steps on the calendar, and from a step to notices: pure."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

import msgspec
import pytest

from services.notifier.domain.ladder import Ladder
from services.notifier.domain.notification_commands import QueueNotification
from services.notifier.known import Known, TakeStep
from services.notifier.reactions import perform, react
from services.notifier.tests.test_recipients import GROUP, TODAY, hired, seat
from services.notifier.tests.words import (
    DUE,
    incident_reported,
    inspection_cancelled,
    inspection_due,
    inspection_overdue,
    inspection_scheduled,
    pledge_overdue,
    pledge_requested,
    pledge_withdrawn,
    supervisor_informed,
)
from services.notifier.views.matters import MatterRow, key, project
from shared.decider import Timer
from shared.events.base import DomainEvent
from shared.events.codec import Recorded
from shared.events.hr import Role
from shared.events.incidents import (
    IncidentDismissed,
    ObligationDeadlineApproaching,
    ObligationDeadlineMissed,
    Regime,
    ReportingObligationOpened,
)
from shared.events.notifier import Channel
from shared.events.training import PledgeResumed, PledgeSuspended
from shared.organisation.organisation import Organisation
from shared.organisation.row import SubjectRow
from shared.organisation.row import project as project_subject

NOON: Final = datetime(2016, 4, 1, 3, tzinfo=UTC)
PEOPLE: Final = (*GROUP, hired("P1"), hired("PIPA", "C01-D08"), seat("PIPA", Role.PIPA, company_id="C01"))
INSPECTION, PLEDGE = "inspection/S1/REG-1", "pledge/L-P1"


def told(stream: str, *events: DomainEvent) -> list[Recorded]:
    return [
        Recorded(f"{stream}#{number}", "/x", stream, number, NOON, NOON, event) for number, event in enumerate(events)
    ]


def known(*recorded: Recorded, reachable: frozenset[str] = frozenset({"P1", "KEEPER"})) -> Known:
    matters: dict[str, MatterRow | None] = {}
    for each in recorded:
        if name := key(each):
            matters[name] = project(matters.get(name), each)
    rows: dict[str, SubjectRow | None] = {}
    for number, (stream, event) in enumerate(PEOPLE):
        hr = Recorded(f"e{number}", "/hr", stream, None, NOON, NOON, event)
        rows[stream] = project_subject(rows.get(stream), hr)
    organisation = Organisation.of(row for row in rows.values() if row)
    return Known({name: row for name, row in matters.items() if row}, organisation, reachable=reachable)


def steps(recorded: Recorded, now: Known, today: date = date(2016, 4, 1)) -> list[TakeStep]:
    timers = [step for step in react(recorded, now, today) if isinstance(step, Timer)]
    return [timer.command for timer in timers if isinstance(timer.command, TakeStep)]


def notices(step: TakeStep, now: Known) -> list[tuple[str, str | None]]:
    asked = [each for each in perform(step, now, TODAY) if isinstance(each, QueueNotification)]
    return [(each.queued.recipient_person_id, each.queued.as_role) for each in asked]


def test_an_event_puts_steps_on_the_calendar_and_tells_nobody_yet() -> None:
    due = told(INSPECTION, inspection_due("S1", "KEEPER"))[0]
    made = react(due, known(due), date(2016, 4, 1))
    assert {type(step) for step in made} == {Timer}
    assert [step.step for step in steps(due, known(due))] == ["at-once", "T-14", "T-7", "T-1"]


def test_the_same_event_makes_the_same_timers() -> None:
    due = told(INSPECTION, inspection_due("S1", "KEEPER"))[0]
    names = [[timer.id for timer in react(due, known(due), TODAY) if isinstance(timer, Timer)] for _ in range(2)]
    assert names[0] == names[1]
    assert len(set(names[0])) == len(names[0])


def test_a_step_tells_who_is_in_charge_by_mail_or_in_his_list() -> None:
    due = told(INSPECTION, inspection_due("S1", "KEEPER"))[0]
    first = steps(due, known(due))[0]
    for reachable, channel in ((frozenset({"KEEPER"}), Channel.EMAIL), (frozenset[str](), Channel.INBOX)):
        (asked,) = perform(first, known(due, reachable=reachable), TODAY)
        assert isinstance(asked, QueueNotification)
        assert (asked.queued.recipient_person_id, asked.queued.channel) == ("KEEPER", channel)


@pytest.mark.parametrize(
    "after",
    [
        inspection_cancelled("S1"),
        inspection_scheduled("S1", "KEEPER", due=date(2016, 5, 31)),
        inspection_overdue("S1"),
    ],
    ids=["settled", "another due date", "overdue"],
)
def test_a_step_of_a_ladder_that_no_longer_holds_is_not_taken(after: DomainEvent) -> None:
    history = told(INSPECTION, inspection_due("S1", "KEEPER"), after)
    last = steps(history[0], known(history[0]))[-1]
    assert notices(last, known(*history)) == []


def test_told_again_for_the_same_day_the_ladder_goes_on_with_whoever_is_in_charge_now() -> None:
    history = told(INSPECTION, inspection_due("S1", "KEEPER"), inspection_scheduled("S1", "P1"))
    assert steps(history[1], known(*history)) == []
    assert notices(steps(history[0], known(history[0]))[-1], known(*history)) == [("P1", None)]


def test_another_due_date_starts_the_reminders_anew() -> None:
    history = told(INSPECTION, inspection_due("S1"), inspection_scheduled("S1", "P1", due=date(2016, 5, 31)))
    assert [step.step for step in steps(history[1], known(*history))] == ["T-14", "T-7", "T-1"]


def test_an_overdue_inspection_goes_up_the_line() -> None:
    history = told(INSPECTION, inspection_due("S1", "KEEPER"), inspection_overdue("S1"))
    late = [msgspec.structs.replace(each, recorded_at=datetime(2016, 5, 1, tzinfo=UTC)) for each in history]
    now = known(*late)
    assert [notices(step, now) for step in steps(late[1], now, date(2016, 5, 1))] == [
        [("KEEPER", None)],
        [("MANAGER", Role.DIV_MANAGER)],
        [("PPOM", Role.PPOM)],
    ]


def test_of_many_overdue_pledges_the_unit_hears_once() -> None:
    history = [
        *told(PLEDGE, pledge_requested("P1"), pledge_overdue("P1")),
        *told("pledge/L-P2", pledge_requested("P2"), pledge_overdue("P2")),
    ]
    now = known(*history)
    timers = {
        timer.id
        for each in (history[1], history[3])
        for timer in react(each, now, TODAY)
        if isinstance(timer, Timer) and "unit/" in timer.id
    }
    assert len(timers) == 1
    together = next(step for step in steps(history[1], now) if step.matter == "unit/C01-D07")
    (asked,) = perform(together, replace(now, outstanding={("C01-D07", "pledge"): 2}), TODAY)
    assert isinstance(asked, QueueNotification)
    assert (asked.queued.count, asked.queued.recipient_person_id) == (2, "MANAGER"), "there is no promoter"
    assert notices(together, now) == [], "all have signed meanwhile"


def test_who_is_on_leave_is_left_alone_and_asked_again_when_he_is_back() -> None:
    back = PledgeResumed(pledge_id="L-P1", person_id="P1", due_date=date(2016, 6, 30))
    away = PledgeSuspended(pledge_id="L-P1", person_id="P1")
    history = told(PLEDGE, pledge_requested("P1"), away, back)
    first = steps(history[0], known(history[0]))[0]
    assert notices(first, known(history[0])) == [("P1", None)]
    assert notices(first, known(*history[:2])) == []
    assert notices(steps(history[2], known(*history))[0], known(*history)) == [("P1", None)]


def test_of_who_left_nothing_is_asked() -> None:
    history = told(PLEDGE, pledge_requested("P1"), pledge_withdrawn("P1"))
    assert notices(steps(history[0], known(history[0]))[0], known(*history)) == []


OPENED: Final = ReportingObligationOpened.model_validate(
    {
        "incident_id": "I1",
        "obligation_id": "I1.APPI26_PRELIM",
        "regime": "APPI26_PRELIM",
        "recipient": "PPC",
        "anchor": "AWARENESS",
        "anchor_at": NOON,
        "due_at": NOON,
        "opened_at": NOON,
        "rule_pack": "standard-1",
    },
    strict=False,
)
NEAR: Final = ObligationDeadlineApproaching.model_validate(
    {
        "incident_id": "I1",
        "obligation_id": "I1.APPI26_PRELIM",
        "regime": "APPI26_PRELIM",
        "warned": "T-2d",
        "due_at": NOON,
    },
    strict=False,
)
MISSED: Final = ObligationDeadlineMissed(
    incident_id="I1", obligation_id="I1.APPI26_PRELIM", regime=Regime.APPI26_PRELIM, due_at=NOON
)


def test_a_near_deadline_is_told_to_the_office_and_a_missed_one_to_the_administrator() -> None:
    history = told("incident/I1", incident_reported("I1"), OPENED, NEAR, MISSED)
    now = known(*history)
    assert [notices(step, now) for each in history[2:] for step in steps(each, now)] == [
        [("OFFICE", Role.PIP_OFFICE)],
        [("PIPA", Role.PIPA)],
    ]


def test_of_a_dismissed_incident_nobody_is_warned_but_who_was_informed_is_told() -> None:
    dismissed = IncidentDismissed.model_validate(
        {"incident_id": "I1", "ground": "NO_INCIDENT", "rationale": {"ref": "r2", "salted_hash": "b" * 64}},
        strict=False,
    )
    history = told(
        "incident/I1", incident_reported("I1"), supervisor_informed("I1", "MANAGER"), OPENED, NEAR, dismissed
    )
    now = known(*history)
    assert notices(steps(history[1], now)[0], now) == [("MANAGER", None)]
    assert notices(steps(history[3], now)[0], now) == []


def test_what_is_over_is_forgotten() -> None:
    history = told(PLEDGE, pledge_requested("P1"), pledge_withdrawn("P1"), pledge_overdue("P1"))
    assert known(*history).matters == {}


def test_steps_are_read_back_as_they_were_stored() -> None:
    due = told(INSPECTION, inspection_due("S1", "KEEPER"))[0]
    for step in steps(due, known(due)):
        assert TakeStep.model_validate_json(step.model_dump_json()) == step
        assert step.ladder is Ladder.INSPECTION_DUE
        assert step.due_date == DUE
