"""Any life of a pledge, against a model that knows a word and two days."""

from datetime import date, timedelta
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.training.api.pledges import _of_row, _pledge
from services.training.app import SERVICE
from services.training.domain.pledge import name
from services.training.domain.pledge_commands import MarkPledgeOverdue, ResumePledge
from services.training.tests.course_words import noon
from services.training.tests.words import (
    DECLINE,
    DUE,
    END,
    LAPSE,
    OPENS,
    OTHER_TEXT,
    REQUEST,
    SIGN,
    SUPERSEDE,
    SUSPEND,
    WITHDRAW,
)
from services.training.views.pledges import PledgeRow, project
from shared.events.codec import Recorded
from shared.testing.life import Life, Trial, any_life

PLEDGE: Final = "pledge/L1"
OPEN: Final = {"requested", "overdue", "suspended"}
GRACE: Final = timedelta(days=30)
WRONG: Final[dict[str, dict[str, Any]]] = {
    "not-the-signer": {"person_id": "P2"},
    "template-changed": {"template_hash": OTHER_TEXT},
    "not-read": {"pages_viewed": 3},
}
"""What may be wrong with a signature, in the order in which it is said."""
ENDS: Final = {
    "declined": DECLINE,
    "withdrawn": WITHDRAW,
    "lapsed": LAPSE,
    "superseded": SUPERSEDE,
}


class PledgeLife(Life):
    """Asked once, until `due`; signed, declined, withdrawn, lapsed or superseded; nobody waits during leave."""

    aggregates = SERVICE.aggregates
    begins = noon(OPENS)

    def __init__(self) -> None:
        super().__init__()
        self.stands, self.due, self.unit = "unrequested", DUE, "C01-D07"
        self.row: PledgeRow | None = None

    def heard(self, recorded: Recorded) -> None:
        self.row = project(self.row, recorded)

    def settle(self) -> None:
        """What the calendar has made of it by noon."""
        if self.stands == "requested" and self.today > self.due:
            self.stands = "overdue"
        if self.stands in OPEN and self.today > END:
            self.stands = "lapsed"

    @initialize(stands=st.sampled_from(["unrequested", "requested", "requested", "suspended", "signed"]))
    def begin(self, stands: str) -> None:
        if stands != "unrequested":
            self.request()
        if stands == "suspended":
            self.go_on_leave()
        if stands == "signed":
            self.sign(set(), None)

    @rule()
    def request(self) -> None:
        """Who comes back has thirty days."""
        due = DUE if self.stands == "unrequested" else min(max(DUE, self.today + GRACE), END)
        assert self.give(REQUEST.model_copy(update={"due_date": due})) is None
        if self.stands in {"unrequested", "withdrawn"}:
            self.stands, self.due, self.unit = "requested", due, "C01-D07"
            self.settle()

    @rule(wrong=st.sets(st.sampled_from(sorted(WRONG)), max_size=2), unit=st.sampled_from([None, "C02-D01"]))
    def sign(self, wrong: set[str], unit: str | None) -> None:
        asked = {"org_unit_id": unit, "signed_at": self.clock.now()}
        for each in wrong:
            asked |= WRONG[each]
        refusal = self.give(SIGN.model_copy(update=asked))
        assert refusal == self._refusal_to_sign(wrong)
        if refusal is None and self.stands in OPEN:
            self.stands, self.unit = "signed", unit or self.unit

    def _refusal_to_sign(self, wrong: set[str]) -> str | None:
        if self.stands not in {*OPEN, "signed"}:
            return "pledge-not-open"
        counts = ["not-the-signer"] if self.stands == "signed" else list(WRONG)
        return next((each for each in counts if each in wrong), None)

    @rule()
    def go_on_leave(self) -> None:
        assert self.give(SUSPEND) is None
        if self.stands in OPEN:
            self.stands = "suspended"

    @rule(grace=st.sampled_from([0, 1, 30]))
    def come_back(self, grace: int) -> None:
        """There is a new due date, never an earlier one, and none after the period."""
        day = self.today + timedelta(days=grace)
        assert self.give(ResumePledge(pledge_id="L1", due_date=day)) is None
        if self.stands == "suspended":
            self.stands, self.due = "requested", min(max(self.due, day), END)

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
            assert self.give(MarkPledgeOverdue(pledge_id="L1", due_date=day)) is None

    @rule(how=st.sampled_from(sorted(ENDS)))
    def end(self, how: str) -> None:
        """He declines, leaves the company, the period ends before its time, or a newer text is published."""
        closed = self.stands not in {*OPEN, "declined"}
        assert self.give(ENDS[how]) == ("pledge-not-open" if how == "declined" and closed else None)
        if self.stands in OPEN or (self.stands, how) == ("signed", "superseded"):
            self.stands = how

    @rule()
    def let_somebody_else_decline(self) -> None:
        refusal = self.give(DECLINE.model_copy(update={"person_id": "P2"}))
        others = None if self.stands == "declined" else "pledge-not-open"
        assert refusal == ("not-the-signer" if self.stands in OPEN else others)

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        assert name(self.state(PLEDGE)) == self.stands
        assert sum(type(event).__name__ == "PledgeSigned" for event in self.told(PLEDGE)) <= 1

    @invariant()
    def the_view_says_so_too(self) -> None:
        if self.row is None:
            assert self.stands == "unrequested"
            return
        shown = _pledge(self.state(PLEDGE), len(self.told(PLEDGE)))
        assert (self.row.state, self.row.due_date, self.row.org_unit_id) == (self.stands, self.due, self.unit)
        assert _of_row(self.row).model_dump(exclude={"signed_at"}) == shown.model_dump(exclude={"signed_at"})


@any_life
def test_whatever_happens_to_a_pledge_it_is_as_the_model_says(trial: Trial) -> None:
    trial.of(PledgeLife)
