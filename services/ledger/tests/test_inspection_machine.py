"""Any life of an inspection, against a model that knows how far it is, until when, and who said what of it."""

from datetime import date, timedelta
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.ledger.app import SERVICE
from services.ledger.domain.inspection import Unscheduled, name
from services.ledger.domain.inspection_commands import MarkInspectionDue, MarkInspectionOverdue
from services.ledger.tests.words import (
    APPROVE,
    CANCEL,
    EMERGENCY,
    OK,
    REGISTERED_ON,
    RETURN,
    SCHEDULE,
    START,
    SUBMIT,
    changed,
)
from services.ledger.views.inspection_calendar import InspectionRow, project
from shared.events.codec import Recorded
from shared.events.ledger import ApproverRole, Priority
from shared.law.calendar import add_months, start_of_day
from shared.testing.life import NOON, Life, Trial, any_life

LEAD, LATE, EMERGENCY_DAYS = timedelta(days=30), timedelta(days=30), timedelta(days=14)
MONTHS: Final = {Priority.NORMAL: 12, Priority.HIGH: 6}
NEEDED: Final = {
    Priority.NORMAL: {ApproverRole.DIV_MANAGER},
    Priority.HIGH: {ApproverRole.DIV_MANAGER, ApproverRole.PROMOTER},
}
OPEN: Final = {"scheduled", "due", "in-progress", "submitted", "returned"}
BEGINNINGS: Final = ("unscheduled", "scheduled", "due", "submitted", "submitted high", "submitted out of turn")
priorities = st.sampled_from(Priority)
ago = st.sampled_from([-1, 0, 0, 0, 30, 31])


class InspectionLife(Life):
    """Due thirty days before its day at the latest, overdue after it; done by one, approved by one or two others."""

    aggregates = SERVICE.aggregates
    begins = start_of_day(REGISTERED_ON) + NOON

    def __init__(self) -> None:
        super().__init__()
        self.stands, self.overdue, self.priority = "unscheduled", False, Priority.NORMAL
        self.due = self.opens = REGISTERED_ON
        self.were_late: set[date] = set()
        self.by, self.approvals = "P1", dict[ApproverRole, str]()
        self.cycle = "REG-1"
        self.row: InspectionRow | None = None

    @property
    def stream(self) -> str:
        return f"inspection/S1/{self.cycle}"

    def heard(self, recorded: Recorded) -> None:
        self.row = project(self.row, recorded)

    def ask(self, command: Any, *, in_force: bool = True, **fields: Any) -> str | None:
        return self.give(changed(command, cycle=self.cycle, slip_in_force=in_force, **fields))

    def settle(self) -> None:
        """What the calendar has made of it by noon; its window may open after its day, where that was moved."""
        if self.stands == "scheduled" and self.today >= self.opens:
            self.stands = "due"
        if self.stands in OPEN and self.today > self.due:
            self.overdue = True
            self.were_late.add(self.due)

    @initialize(begins=st.sampled_from(BEGINNINGS))
    def begin(self, begins: str) -> None:
        """Half of them wait for approval already, so that what comes then is seen often too."""
        if begins.endswith("out of turn"):
            self.cycle = "EMG-I1"
            self.confirm_the_incident(Priority.NORMAL)
        elif begins != "unscheduled":
            self.schedule(31 if begins == "scheduled" else 30, Priority.HIGH if "high" in begins else Priority.NORMAL)
        if begins.startswith("submitted"):
            self.start(0, reason=False)
            self.submit("P1", 0, 0, reason=False)

    @rule(days=st.sampled_from([-1, 0, 1, 29, 30, 31, 200]), priority=priorities)
    def schedule(self, days: int, priority: Priority) -> None:
        """A day that was missed before does not come back."""
        due = self.today + timedelta(days=days)
        if self.cycle == "REG-1" and (due == self.due or due not in self.were_late):
            told = {"due_date": due, "priority": priority, "interval_months": MONTHS[priority], "today": self.today}
            assert self.give(changed(SCHEDULE, **told)) is None
            self._planned(due, max(due - LEAD, self.today), priority)

    def _planned(self, due: date, opens: date, priority: Priority) -> None:
        if self.stands not in {*OPEN, "unscheduled"}:
            return
        if self.stands == "unscheduled" or due != self.due:
            self.due, self.opens, self.overdue = due, opens, False
        self.priority = priority
        self.stands = "scheduled" if self.stands == "unscheduled" else self.stands
        self.settle()

    @rule(priority=priorities)
    def confirm_the_incident(self, priority: Priority) -> None:
        """Out of turn, once: due at once, and never planned anew."""
        if self.cycle == "EMG-I1":
            assert self.give(changed(EMERGENCY, on=self.today, priority=priority)) is None
            if self.stands == "unscheduled":
                self._planned(self.today + EMERGENCY_DAYS, self.today, priority)

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.wait_days(days)
        self.settle()

    @rule(opening=st.booleans(), until=st.integers(-1, 1))
    def wait_for(self, opening: bool, until: int) -> None:
        """The day before, the day, the day after."""
        day = self.opens if opening else self.due
        for off in range(-1, until + 1):
            self.wait_days(max(0, (day + timedelta(days=off) - self.today).days))
            self.settle()
            self.it_is_as_the_model_says()

    @rule(off=st.sampled_from([-1, 1]), overdue=st.booleans())
    def ring_for_a_date_that_no_longer_holds(self, off: int, overdue: bool) -> None:
        kind = MarkInspectionOverdue if overdue else MarkInspectionDue
        assert self.give(kind(slip_id="S1", cycle=self.cycle, due_date=self.due + timedelta(days=off))) is None

    @rule(command=st.sampled_from([START, SUBMIT, RETURN, APPROVE]))
    def ask_after_the_end_of_the_slip(self, command: Any) -> None:
        refusal = self.ask(command, in_force=False)
        assert refusal == ("inspection-unscheduled" if self.stands == "unscheduled" else "slip-over")

    def _refused(self) -> str | None:
        """To anybody, whatever he wants."""
        if self.stands == "unscheduled":
            return "inspection-unscheduled"
        return None if self.stands in OPEN else "inspection-over"

    def _entered(self, ago: int, reason: bool) -> dict[str, Any]:
        time = self.clock.now() - timedelta(days=ago)
        return {"time": time, "now": self.clock.now(), "late_reason": "cut off" if reason else None}

    def _refused_as_late(self, ago: int, reason: bool) -> str | None:
        if ago < 0:
            return "entry-in-the-future"
        return "late-entry" if timedelta(days=ago) > LATE and not reason else None

    @rule(ago=ago, reason=st.booleans())
    def start(self, ago: int, reason: bool) -> None:
        refusal = self.ask(START, **self._entered(ago, reason))
        early = "inspection-not-due" if self.stands == "scheduled" else None
        late = self._refused_as_late(ago, reason) if self.stands == "due" else None
        assert refusal == (self._refused() or early or late)
        if refusal is None and self.stands == "due":
            self.stands = "in-progress"

    @rule(
        by=st.sampled_from(["P1", "DM1"]),
        ahead=st.integers(-1, 1),
        ago=ago,
        reason=st.booleans(),
    )
    def submit(self, by: str, ahead: int, ago: int, reason: bool) -> None:
        what: dict[str, Any] = {
            "submitted_by": by,
            "slip_version": 5,
            "slip_version_reviewed": 5 + ahead,
            "answers": (OK,),
        }
        refusal = self.ask(SUBMIT, **what, **self._entered(ago, reason))
        begun = None if self.stands in {"in-progress", "returned"} else "inspection-not-started"
        unknown = "slip-version-unknown" if ahead > 0 else None
        assert refusal == (self._refused() or begun or unknown or self._refused_as_late(ago, reason))
        if refusal is None:
            self.stands, self.by, self.approvals = "submitted", by, {}

    @rule()
    def send_back(self) -> None:
        refusal = self.ask(RETURN)
        waits = None if self.stands == "submitted" else "inspection-not-submitted"
        assert refusal == (self._refused() or waits)
        if refusal is None:
            self.stands = "returned"

    @rule(person=st.sampled_from(["P1", "DM1", "PR1"]), role=st.sampled_from(ApproverRole))
    def approve(self, person: str, role: ApproverRole) -> None:
        refusal = self.ask(APPROVE, approved_by=person, role=role, on=self.today)
        assert refusal == (self._refused() or self._refusal_to_approve(person, role))
        if refusal is None:
            self._approved(person, role)

    @rule(manager=st.booleans())
    def approve_as_usual(self, manager: bool) -> None:
        self.approve(*(("DM1", ApproverRole.DIV_MANAGER) if manager else ("PR1", ApproverRole.PROMOTER)))

    @rule()
    def have_it_done_again(self) -> None:
        """What was approved before counts no more."""
        self.send_back()
        self.submit("P1", 0, 0, reason=False)

    def _refusal_to_approve(self, person: str, role: ApproverRole) -> str | None:
        if self.stands != "submitted":
            return "inspection-not-submitted"
        if person == self.by:
            return "own-inspection"
        if role not in NEEDED[self.priority]:
            return "approval-not-needed"
        others = {who for what, who in self.approvals.items() if what is not role}
        return "same-approver" if person in others else None

    def _approved(self, person: str, role: ApproverRole) -> None:
        """The first word of a role counts, until all are there."""
        self.approvals.setdefault(role, person)
        if NEEDED[self.priority] <= self.approvals.keys():
            self.stands = "completed"
            completed = self.state(self.stream).completed
            following = add_months(self.today, MONTHS[self.priority])
            assert completed.next_due == (following if self.cycle == "REG-1" else None)

    @rule(seldom=st.sampled_from([False, False, True]))
    def cancel(self, seldom: bool) -> None:
        if seldom:
            assert self.give(changed(CANCEL, cycle=self.cycle)) is None
            self.stands = "cancelled" if self.stands in OPEN else self.stands

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        inspection = self.state(self.stream)
        assert name(inspection) == self.stands
        if not isinstance(inspection, Unscheduled):
            plan = inspection.plan
            held = (inspection.overdue, plan.due_date, plan.window_opens, plan.priority)
            assert held == (self.overdue, self.due, self.opens, self.priority)

    @invariant()
    def the_calendar_says_so_too(self) -> None:
        if self.row is None:
            assert self.stands == "unscheduled"
        else:
            assert (self.row.state, self.row.overdue, self.row.due_date) == (self.stands, self.overdue, self.due)


@any_life
def test_whatever_happens_to_an_inspection_it_is_as_the_model_says(trial: Trial) -> None:
    trial.of(InspectionLife)
