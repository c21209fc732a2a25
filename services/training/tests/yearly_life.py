"""What any life of a yearly campaign is like, whatever it is about: planned once, opened by the calendar."""

from datetime import date, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.training.app import SERVICE
from services.training.domain.yearly import OfCampaign, Plan
from services.training.tests.course_words import noon
from services.training.tests.words import DUE, END, OPENS
from shared.testing.life import Life

FIRST, LAST = OPENS, END
"""Of the fiscal year that is planned for."""
near_opening = st.integers(-1, 40).map(lambda off: FIRST + timedelta(days=off))
near_due = st.one_of(
    st.integers(-1, 60).map(lambda off: FIRST + timedelta(days=off)),
    st.integers(-1, 1).map(lambda off: LAST + timedelta(days=off)),
)


class YearlyLife(Life):
    """`stands`, and the plan as it was accepted."""

    aggregates = SERVICE.aggregates
    begins = noon(FIRST - timedelta(days=20))
    plan: ClassVar[Plan]
    open: ClassVar[OfCampaign]

    def __init__(self) -> None:
        super().__init__()
        self.stands = "unplanned"
        self.terms: Plan | None = None

    def settle(self) -> None:
        """What the calendar has made of it by noon: who plans after the opening has opened."""
        if self.terms and self.today >= self.terms.opens_on:
            self.stands = "open"

    @initialize(days=st.sampled_from([0, 0, 20, 25]))
    def begin(self, days: int) -> None:
        """Sometimes when others have opened already."""
        self.wait_days(days)

    @rule(opens=near_opening, due=near_due)
    def plan_anything(self, opens: date, due: date) -> None:
        self._plan({"opens_on": opens, "due_date": due})

    @rule(off=st.integers(-1, 1))
    def plan_what_is_due_about_today(self, off: int) -> None:
        self._plan({"opens_on": FIRST, "due_date": max(self.today, FIRST) + timedelta(days=off)})

    @rule()
    def plan_what_is_usual(self) -> None:
        self._plan({"opens_on": OPENS, "due_date": DUE})

    @rule()
    def plan_the_same_again(self) -> None:
        if self.terms:
            self._plan({"opens_on": self.terms.opens_on, "due_date": self.terms.due_date})

    def _plan(self, days: dict[str, Any]) -> None:
        command = self.plan.model_copy(update=days | {"today": self.today})
        refusal = self.give(command)
        assert refusal == self._refusal(command)
        if refusal is None:
            self.stands, self.terms = ("planned" if self.terms is None else self.stands), self.terms or command
            self.settle()

    def _refusal(self, command: Plan) -> str | None:
        if self.terms:
            same = (command.opens_on, command.due_date) == (self.terms.opens_on, self.terms.due_date)
            return None if same else "campaign-exists"
        if not FIRST <= command.opens_on <= command.due_date <= LAST:
            return "campaign-outside-year"
        return "campaign-past" if command.due_date < self.today else None

    @rule(seldom=st.integers(0, 4))
    def open_by_hand(self, seldom: int) -> None:
        if seldom == 4:
            assert self.give(self.open) == (None if self.terms else "campaign-unplanned")
            self.stands = "open" if self.terms else self.stands

    @rule(days=st.integers(1, 15))
    def wait(self, days: int) -> None:
        self.wait_days(days)
        self.settle()

    @rule(off=st.integers(-1, 1))
    def wait_for_the_opening(self, off: int) -> None:
        opens = self.terms.opens_on if self.terms else FIRST
        self.wait_days(max(0, (opens + timedelta(days=off) - self.today).days))
        self.settle()

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        campaign = self.state(self.plan.stream)
        assert type(campaign).__name__.lower() == self.stands
        if self.terms:
            held = campaign.planned
            assert (held.opens_on, held.due_date, held.period_end) == (self.terms.opens_on, self.terms.due_date, LAST)
        assert len(self.told(self.plan.stream)) == ["unplanned", "planned", "open"].index(self.stands)
