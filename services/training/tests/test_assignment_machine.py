"""Any life of an assignment, against a model that knows a word, two days and which tests were told."""

from datetime import date, timedelta
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.training.api.assignments import of_row, shown_as
from services.training.app import SERVICE
from services.training.domain.assignment import name
from services.training.domain.assignment_commands import MarkTrainingOverdue, ResumeTraining
from services.training.tests.course_words import ASSIGN, LAPSE, PASS, SUSPEND, WITHDRAW, noon
from services.training.tests.words import DUE, END, OPENS
from services.training.views.assignments import AssignmentRow, project
from shared.events.codec import Recorded
from shared.testing.life import Life, Trial, any_life

ASSIGNMENT: Final = "assignment/A1"
OPEN: Final = {"assigned", "overdue", "suspended"}
GRACE: Final = timedelta(days=30)
PASS_MARK: Final = 80
ENDS: Final = {"withdrawn": WITHDRAW, "lapsed": LAPSE}
scores = st.sampled_from([0, PASS_MARK - 1, PASS_MARK - 1, PASS_MARK])


class AssignmentLife(Life):
    """Open until it is passed, withdrawn or lapsed; a test taken in time counts however late it is told, once."""

    aggregates = SERVICE.aggregates
    begins = noon(OPENS)

    def __init__(self) -> None:
        super().__init__()
        self.stands, self.due = "unassigned", DUE
        self.tests: set[tuple[date, int]] = set()
        self.row: AssignmentRow | None = None

    def heard(self, recorded: Recorded) -> None:
        self.row = project(self.row, recorded)

    def settle(self) -> None:
        """What the calendar has made of it by noon."""
        if self.stands == "assigned" and self.today > self.due:
            self.stands = "overdue"
        if self.stands in OPEN and self.today > END:
            self.stands = "lapsed"

    @initialize(stands=st.sampled_from(["unassigned", "assigned", "assigned", "suspended", "failed"]))
    def begin(self, stands: str) -> None:
        if stands != "unassigned":
            self.assign()
        if stands == "suspended":
            self.go_on_leave()
        if stands == "failed":
            self._tell(OPENS, PASS_MARK - 1, reason=False)

    @rule()
    def assign(self) -> None:
        due = DUE if self.stands == "unassigned" else min(max(DUE, self.today + GRACE), END)
        assert self.give(ASSIGN.model_copy(update={"due_date": due})) is None
        if self.stands in {"unassigned", "withdrawn"}:
            self.stands, self.due = "assigned", due
            self.settle()

    @rule(
        ago=st.sampled_from([-1, 0, 0, 0, 30, 31, 60]),
        score=scores,
        reason=st.booleans(),
    )
    def tell_of_a_test(self, ago: int, score: int, reason: bool) -> None:
        self._tell(self.today - timedelta(days=ago), score, reason)

    @rule(
        edge=st.sampled_from([OPENS, END]),
        off=st.integers(-1, 1),
        score=scores,
        reason=st.booleans(),
    )
    def tell_of_a_test_on_the_edge(self, edge: date, off: int, score: int, reason: bool) -> None:
        self._tell(edge + timedelta(days=off), score, reason)

    def _tell(self, day: date, score: int, reason: bool) -> None:
        entered = {"time": noon(day), "now": self.clock.now(), "score": score}
        refusal = self.give(PASS.model_copy(update=entered | ({"late_reason": "cut off"} if reason else {})))
        told_before = (day, score) in self.tests
        assert refusal == self._refusal(day, told_before, reason)
        if refusal is None and self.stands != "completed" and not told_before:
            self.tests.add((day, score))
            self.stands = "completed" if score >= PASS_MARK else self.stands

    def _refusal(self, day: date, told_before: bool, reason: bool) -> str | None:
        if self.stands in {"unassigned", "withdrawn"}:
            return "assignment-not-open"
        if self.stands == "completed" or told_before:
            return None
        if day < OPENS:
            return "test-too-early"
        if day > END:
            return "assignment-not-open"
        if day > self.today:
            return "entry-in-the-future"
        return "late-entry" if self.today - day > GRACE and not reason else None

    @rule()
    def go_on_leave(self) -> None:
        assert self.give(SUSPEND) is None
        if self.stands in OPEN:
            self.stands = "suspended"

    @rule(grace=st.sampled_from([0, 1, 30]))
    def come_back(self, grace: int) -> None:
        """There is a new due date, never an earlier one, and none after the period."""
        day = self.today + timedelta(days=grace)
        assert self.give(ResumeTraining(assignment_id="A1", due_date=day)) is None
        if self.stands == "suspended":
            self.stands, self.due = "assigned", min(max(self.due, day), END)

    @rule(of=st.sampled_from(["due", "due", "end"]), until=st.integers(-1, 1))
    def wait_for(self, of: str, until: int) -> None:
        """The day before, the day, the day after."""
        day = {"due": self.due, "end": END}[of]
        for off in range(-1, until + 1):
            self.wait_days(max(0, (day + timedelta(days=off) - self.today).days))
            self.settle()
            self.it_is_as_the_model_says()

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.wait_days(days)
        self.settle()

    @rule(day=st.dates(DUE - timedelta(days=3), END))
    def ring_for_a_date_that_no_longer_holds(self, day: date) -> None:
        if day != self.due:
            assert self.give(MarkTrainingOverdue(assignment_id="A1", due_date=day)) is None

    @rule(how=st.sampled_from(sorted(ENDS)))
    def end(self, how: str) -> None:
        """He leaves the company, or the period ends before its time."""
        assert self.give(ENDS[how]) is None
        if self.stands in OPEN:
            self.stands = how

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        assert name(self.state(ASSIGNMENT)) == self.stands
        completions = sum(type(event).__name__ == "TrainingCompleted" for event in self.told(ASSIGNMENT))
        assert completions == (self.stands == "completed")

    @invariant()
    def the_view_says_so_too(self) -> None:
        if self.row is None:
            assert self.stands == "unassigned"
            return
        assert (self.row.state, self.row.due_date, self.row.attempts) == (self.stands, self.due, len(self.tests))
        assert of_row(self.row) == shown_as(self.state(ASSIGNMENT), len(self.told(ASSIGNMENT)))


@any_life
def test_whatever_happens_to_an_assignment_it_is_as_the_model_says(trial: Trial) -> None:
    trial.of(AssignmentLife)
