"""Whatever happens to an assignment in whatever order: it agrees with a simple model, and the view with both."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.training.api.assignments import of_row, shown_as
from services.training.domain.assignment import ASSIGNMENT, name, timers
from services.training.domain.assignment_commands import AssignmentCommand, MarkTrainingOverdue, ResumeTraining
from services.training.tests.course_words import ASSIGN, LAPSE, PASS, SUSPEND, WITHDRAW, noon
from services.training.tests.words import DUE, END, OPENS
from services.training.views.assignments import AssignmentRow, project
from shared.decider import Rejected
from shared.events.codec import Recorded, decode, encode
from shared.events.training import AssignmentTold

OPEN: Final = {"assigned", "overdue", "suspended"}
days = st.integers(-2, 370).map(lambda each: OPENS + timedelta(days=each))
lateness = st.sampled_from([0, 0, 30, 31])


class AssignmentLife(RuleBasedStateMachine):
    """`model` says what should be; `events` is the stream; every command is given twice now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, Any] = {"state": "unassigned", "due": None, "tests": set()}
        self.events: list[AssignmentTold] = []

    def give(self, command: AssignmentCommand) -> str | None:
        """The slug of a refusal."""
        try:
            self.events += ASSIGNMENT.decide(command, ASSIGNMENT.fold(self.events))
        except Rejected as rejected:
            return rejected.slug
        return None

    @rule()
    def assign(self) -> None:
        assert self.give(ASSIGN) is None
        if self.model["state"] in {"unassigned", "withdrawn"}:
            self.model |= {"state": "assigned", "due": DUE}

    @rule(day=days, score=st.sampled_from([0, 79, 80, 100]), late=lateness, reason=st.booleans())
    def test(self, day: date, score: int, late: int, reason: bool) -> None:
        entered = {"time": noon(day), "now": noon(day + timedelta(days=late)), "score": score}
        why = {"late_reason": "cut off"} if reason else {}
        refusal = self.give(PASS.model_copy(update=entered | why))
        told_before = (day, score) in self.model["tests"]
        assert refusal == self._refusal(day, told_before, late == 31 and not reason)
        if refusal is None and self.model["state"] != "completed" and not told_before:
            self.model["tests"].add((day, score))
            self.model["state"] = "completed" if score >= 80 else self.model["state"]

    def _refusal(self, day: date, told_before: bool, unexplained: bool) -> str | None:
        if self.model["state"] in {"unassigned", "withdrawn"}:
            return "assignment-not-open"
        if self.model["state"] == "completed" or told_before:
            return None
        if day < OPENS:
            return "test-too-early"
        if day > END:
            return "assignment-not-open"
        return "late-entry" if unexplained else None

    @rule()
    def go_on_leave(self) -> None:
        assert self.give(SUSPEND) is None
        if self.model["state"] in OPEN:
            self.model["state"] = "suspended"

    @rule(day=days)
    def come_back(self, day: date) -> None:
        assert self.give(ResumeTraining(assignment_id="A1", due_date=day)) is None
        if self.model["state"] == "suspended":
            self.model |= {"state": "assigned", "due": min(max(self.model["due"], day), END)}

    @rule(day=days, of_the_assignment=st.booleans())
    def pass_a_due_date(self, day: date, of_the_assignment: bool) -> None:
        due = self.model["due"] if of_the_assignment and self.model["due"] else day
        assert self.give(MarkTrainingOverdue(assignment_id="A1", due_date=due)) is None
        if self.model["state"] == "assigned" and due == self.model["due"]:
            self.model["state"] = "overdue"

    @rule()
    def leave_the_company(self) -> None:
        assert self.give(WITHDRAW) is None
        if self.model["state"] in OPEN:
            self.model["state"] = "withdrawn"

    @rule()
    def end_the_period(self) -> None:
        assert self.give(LAPSE) is None
        if self.model["state"] in OPEN:
            self.model["state"] = "lapsed"

    @invariant()
    def the_fold_agrees_with_the_model(self) -> None:
        assert name(ASSIGNMENT.fold(self.events)) == self.model["state"]
        completions = sum(type(event).__name__ == "TrainingCompleted" for event in self.events)
        assert completions == (self.model["state"] == "completed")

    @invariant()
    def the_view_agrees_with_the_fold(self) -> None:
        row: AssignmentRow | None = None
        for version, event in enumerate(self.events, 1):
            row = project(row, through_bytes(event, version))
        if row is None:
            assert self.model["state"] == "unassigned"
            return
        assert (row.state, row.due_date, row.attempts) == (
            self.model["state"],
            self.model["due"],
            len(self.model["tests"]),
        )
        assert of_row(row) == shown_as(ASSIGNMENT.fold(self.events), len(self.events))

    @invariant()
    def what_is_open_has_the_timers_that_will_end_it(self) -> None:
        due = {timer.cycle for event in self.events for timer in timers(event)}
        if self.model["state"] in OPEN:
            assert {"lapse", self.model["due"].isoformat()} <= due


def through_bytes(event: AssignmentTold, version: int) -> Recorded:
    """As it comes back from Kafka."""
    at = datetime(2016, 4, 1, tzinfo=UTC)
    read = decode(encode(Recorded(f"e{version}", "/training", "assignment/A1", version, at, at, event)))
    assert isinstance(read, Recorded)
    assert read.event == event
    return read


TestAssignmentLife = AssignmentLife.TestCase
TestAssignmentLife.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
