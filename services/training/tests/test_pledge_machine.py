"""Any life of a pledge, against a model in a plain dict that knows nothing of events."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.training.api.pledges import _of_row, _pledge
from services.training.domain.pledge import PLEDGE, Unrequested, name, timers
from services.training.domain.pledge_commands import MarkPledgeOverdue, PledgeCommand, ResumePledge
from services.training.tests.words import (
    DECLINE,
    DUE,
    END,
    LAPSE,
    OTHER_TEXT,
    REQUEST,
    SIGN,
    SUPERSEDE,
    SUSPEND,
    WITHDRAW,
)
from services.training.views.pledges import PledgeRow, project
from shared.decider import Rejected
from shared.events.codec import Recorded, decode, encode
from shared.events.training import PledgeTold

OPEN: Final = {"requested", "overdue", "suspended"}
days = st.integers(0, 400).map(lambda each: date(2016, 4, 1) + timedelta(days=each))


class PledgeLife(RuleBasedStateMachine):
    """`model` says what should be; `events` is the stream; every command is given twice now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, Any] = {"state": "unrequested", "due": None, "signed": 0}
        self.events: list[PledgeTold] = []

    def give(self, command: PledgeCommand) -> str | None:
        """The slug of a refusal."""
        try:
            self.events += PLEDGE.decide(command, PLEDGE.fold(self.events))
        except Rejected as rejected:
            return rejected.slug
        return None

    @initialize()
    def begin(self) -> None:
        assert PLEDGE.fold(self.events) == Unrequested()

    @rule()
    def request(self) -> None:
        assert self.give(REQUEST) is None
        if self.model["state"] in {"unrequested", "withdrawn"}:
            self.model |= {"state": "requested", "due": DUE}

    @rule(
        person=st.sampled_from(["P1", "P1", "P1", "P2"]),
        text=st.sampled_from([REQUEST.template_hash, REQUEST.template_hash, OTHER_TEXT]),
        pages=st.integers(3, 4),
    )
    def sign(self, person: str, text: str, pages: int) -> None:
        asked = {"person_id": person, "template_hash": text, "pages_viewed": pages}
        refusal = self.give(SIGN.model_copy(update=asked))
        assert refusal == self._refusal_to_sign(person, text, pages)
        if refusal is None and self.model["state"] in OPEN:
            self.model |= {"state": "signed", "signed": self.model["signed"] + 1}

    def _refusal_to_sign(self, person: str, text: str, pages: int) -> str | None:
        state = self.model["state"]
        if state not in {*OPEN, "signed"}:
            return "pledge-not-open"
        if person != "P1":
            return "not-the-signer"
        if state == "signed":
            return None
        if text == OTHER_TEXT:
            return "template-changed"
        return "not-read" if pages < 4 else None

    @rule(person=st.sampled_from(["P1", "P1", "P2"]))
    def decline(self, person: str) -> None:
        refusal = self.give(DECLINE.model_copy(update={"person_id": person}))
        if self.model["state"] in OPEN and person == "P1":
            assert refusal is None
            self.model["state"] = "declined"
        elif self.model["state"] in OPEN:
            assert refusal == "not-the-signer"
        else:
            assert refusal == (None if self.model["state"] == "declined" else "pledge-not-open")

    @rule()
    def go_on_leave(self) -> None:
        assert self.give(SUSPEND) is None
        if self.model["state"] in OPEN:
            self.model["state"] = "suspended"

    @rule(day=days)
    def come_back(self, day: date) -> None:
        assert self.give(ResumePledge(pledge_id="L1", due_date=day)) is None
        if self.model["state"] == "suspended":
            self.model |= {"state": "requested", "due": min(max(self.model["due"], day), END)}

    @rule(day=days, of_the_request=st.booleans())
    def pass_a_due_date(self, day: date, of_the_request: bool) -> None:
        due = self.model["due"] if of_the_request and self.model["due"] else day
        assert self.give(MarkPledgeOverdue(pledge_id="L1", due_date=due)) is None
        if self.model["state"] == "requested" and due == self.model["due"]:
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

    @rule()
    def publish_a_newer_text(self) -> None:
        assert self.give(SUPERSEDE) is None
        if self.model["state"] in {*OPEN, "signed"}:
            self.model["state"] = "superseded"

    @invariant()
    def the_fold_agrees_with_the_model(self) -> None:
        assert name(PLEDGE.fold(self.events)) == self.model["state"]
        assert sum(type(event).__name__ == "PledgeSigned" for event in self.events) == self.model["signed"] <= 1

    @invariant()
    def the_view_agrees_with_the_fold(self) -> None:
        row: PledgeRow | None = None
        for version, event in enumerate(self.events, 1):
            row = project(row, through_bytes(event, version))
        if row is None:
            assert self.model["state"] == "unrequested"
            return
        shown = _pledge(PLEDGE.fold(self.events), len(self.events))
        assert (row.state, row.due_date) == (self.model["state"], self.model["due"])
        assert _of_row(row).model_dump(exclude={"signed_at"}) == shown.model_dump(exclude={"signed_at"})

    @invariant()
    def an_open_request_has_the_timers_that_will_end_it(self) -> None:
        due = {timer.cycle for event in self.events for timer in timers(event)}
        if self.model["state"] in OPEN:
            assert {"lapse", self.model["due"].isoformat()} <= due


def through_bytes(event: PledgeTold, version: int) -> Recorded:
    """As it comes back from Kafka."""
    at = datetime(2016, 4, 1, tzinfo=UTC)
    read = decode(encode(Recorded(f"e{version}", "/training", "pledge/L1", version, at, at, event)))
    assert isinstance(read, Recorded)
    assert read.event == event
    return read


TestPledgeLife = PledgeLife.TestCase
TestPledgeLife.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
