"""Whatever is asked in whatever order: an incident behaves like a model of a few lines."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.incidents.domain.case import Known, Standing, name
from services.incidents.domain.commands import OfIncident
from services.incidents.domain.incident import INCIDENT
from services.incidents.domain.obligations import timers
from services.incidents.tests.words import (
    ASSESS,
    AWARE,
    CLOSE,
    CONFIRM,
    CONTAIN,
    DISMISS,
    NOTIFY,
    REOPEN,
    REPORT,
    TAKE_OVER,
    TEXT,
    UPDATE,
    deciding,
    filing,
    persons,
)
from services.incidents.views import board, clock
from shared.decider import Rejected
from shared.events.codec import Recorded, decode, encode
from shared.events.incidents import (
    AuthorityReportFiled,
    Decided,
    Flags,
    IncidentTold,
    Regime,
    ReportingObligationOpened,
    Stage,
)

APPI = (Regime.APPI26_PRELIM, Regime.APPI26_FINAL, Regime.APPI26_SUBJECTS)
OPEN = {"reported", "acknowledged", "assessed", "confirmed", "contained"}
STEPS = {
    "take over": (TAKE_OVER, {"reported": "acknowledged"}),
    "confirm": (CONFIRM, {"assessed": "confirmed"}),
    "dismiss": (DISMISS, {"assessed": "dismissed"}),
    "contain": (CONTAIN, {"confirmed": "contained"}),
    "reopen": (REOPEN, {"closed": "assessed", "dismissed": "assessed"}),
}


class IncidentLife(RuleBasedStateMachine):
    """The model: a state, the most persons ever, whether it is sensitive, and which obligations are open."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.most, self.sensitive, self.assessed = "unreported", 900, False, False
        self.duties: dict[Regime, str] = {}
        self.now = AWARE + timedelta(hours=2)
        self.events: list[IncidentTold] = []
        self.verdicts: dict[int, Any] = {}

    def give(self, command: OfIncident) -> str | None:
        """The slug of a refusal; every command is given a little later than the one before."""
        self.now += timedelta(hours=5)
        timed = command.model_copy(update={"time": self.now, "now": self.now} if hasattr(command, "time") else {})
        try:
            self.events += INCIDENT.decide(timed, INCIDENT.fold(self.events))  # type: ignore[arg-type]
        except Rejected as rejected:
            return rejected.slug
        return None

    def open_duties(self) -> None:
        if self.assessed and (self.sensitive or self.most > 1000):
            for regime in APPI:
                self.duties.setdefault(regime, "open")

    @initialize(sensitive=st.booleans(), already=st.booleans())
    def report(self, *, sensitive: bool, already: bool) -> None:
        """Half of them are contained already, so that their end is seen often too."""
        assert self.give(REPORT) is None
        self.state = "reported"
        if already:
            self.take_a_step("take over")
            self.assess(sensitive)
            self.take_a_step("confirm")
            self.take_a_step("contain")

    @rule(step=st.sampled_from(sorted(STEPS)))
    def take_a_step(self, step: str) -> None:
        command, leads = STEPS[step]
        self.give(command)
        self.state = leads.get(self.state, self.state)

    @rule(sensitive=st.booleans())
    def assess(self, sensitive: bool) -> None:
        refusal = self.give(ASSESS.model_copy(update={"flags": Flags(sensitive=sensitive)}))
        if self.state in OPEN - {"reported"}:
            assert refusal is None
            self.sensitive, self.assessed = sensitive, True
            self.state = "assessed" if self.state == "acknowledged" else self.state
            self.open_duties()
        else:
            assert refusal == ("not-acknowledged" if self.state == "reported" else "incident-over")

    @rule(most=st.integers(990, 1010))
    def count(self, most: int) -> None:
        refusal = self.give(UPDATE.model_copy(update={"affected": persons(most), "reason": TEXT}))
        assert refusal == (None if self.state in OPEN else "incident-over")
        if refusal is None:
            self.most = max(self.most, most)
            self.open_duties()

    @rule(regime=st.sampled_from(APPI), stage=st.sampled_from(Stage))
    def file(self, regime: Regime, stage: Stage) -> None:
        refusal = self.give(filing(regime, self.now, stage))
        fits = {Regime.APPI26_PRELIM: {Stage.PRELIM, Stage.BOTH}, Regime.APPI26_FINAL: {Stage.FINAL, Stage.BOTH}}
        if self.state not in {"confirmed", "contained"} or regime not in self.duties:
            assert refusal is not None
        elif stage in fits.get(regime, ()) and self.duties[regime] == "open":
            assert refusal is None
            pair = fits if stage is Stage.BOTH else {regime}
            self.duties |= {each: "fulfilled" for each in pair if self.duties[each] == "open"}

    @rule()
    def notify(self) -> None:
        refusal = self.give(NOTIFY)
        if self.state in {"confirmed", "contained"}:
            assert refusal is None
            if self.duties.get(Regime.APPI26_SUBJECTS) == "open":
                self.duties[Regime.APPI26_SUBJECTS] = "fulfilled"

    @rule(regime=st.sampled_from(APPI))
    def drop(self, regime: Regime) -> None:
        refusal = self.give(deciding(regime, Decided.NOT_REQUIRED))
        if self.state in OPEN and self.duties.get(regime) == "open":
            assert refusal is None
            self.duties[regime] = "not-required"

    @rule()
    def close(self) -> None:
        refusal = self.give(CLOSE)
        if self.state == "contained" and "open" not in self.duties.values():
            assert refusal is None
            self.state = "closed"
        else:
            assert (refusal is None) == (self.state == "closed")

    @rule(hours=st.integers(1, 24 * 40))
    def let_time_pass(self, hours: int) -> None:
        """All timers up to then fire, some of them for the second time."""
        until = self.now + timedelta(hours=hours)
        due = {timer.id: timer for event in self.events for timer in timers(event) if timer.at <= until}
        for timer in sorted(due.values(), key=lambda each: (each.at, each.id)):
            assert self.give(timer.command) is None  # type: ignore[arg-type]
        self.now = max(self.now, until)

    @invariant()
    def the_fold_agrees_with_the_model(self) -> None:
        incident = INCIDENT.fold(self.events)
        assert name(incident) == self.state
        if isinstance(incident, Known):
            assert {each.regime: each.standing.value for each in incident.case.obligations.values()} == self.duties

    @invariant()
    def no_obligation_is_opened_twice_and_no_verdict_changes(self) -> None:
        opened = [event.regime for event in self.events if isinstance(event, ReportingObligationOpened)]
        assert len(opened) == len(set(opened))
        for index, event in enumerate(self.events):
            if isinstance(event, AuthorityReportFiled):
                verdict = self.verdicts.setdefault(index, (event.on_time, event.late_by))
                assert verdict == (event.on_time, event.late_by)
                assert (
                    event.on_time == (event.due_at is None or event.filed_at < event.due_at)
                    or event.stage is Stage.SUPPLEMENT
                )

    @invariant()
    def the_views_agree_with_the_fold(self) -> None:
        row: board.BoardRow | None = None
        clocks: dict[str, clock.ClockRow | None] = {}
        for version, event in enumerate(self.events, 1):
            told = through_bytes(event, version, self.now)
            row = board.project(row, told)
            if (key := clock.key(told)) is not None:
                clocks[key] = clock.project(clocks.get(key), told)
        incident = INCIDENT.fold(self.events)
        if row is None or not isinstance(incident, Known):
            assert self.state == "unreported"
            return
        assert (row.state, row.persons_most) == (self.state, incident.case.counts[-1].affected.most)
        assert {key: (each.state, each.missed, each.due_at) for key, each in clocks.items() if each} == {
            each.obligation_id: (each.standing.value, each.missed, each.due_at)
            for each in incident.case.obligations.values()
        }

    @invariant()
    def what_is_awaited_with_a_date_has_the_timer_that_will_miss_it(self) -> None:
        incident = INCIDENT.fold(self.events)
        ends = {timer.at for event in self.events for timer in timers(event)}
        for each in incident.case.obligations.values() if isinstance(incident, Known) else ():
            assert each.standing is not Standing.OPEN or each.due_at is None or each.due_at in ends


def through_bytes(event: IncidentTold, version: int, at: datetime) -> Recorded:
    """As it comes back from Kafka."""
    read = decode(encode(Recorded(f"e{version}", "/incidents", "incident/I1", version, at, at, event)))
    assert isinstance(read, Recorded)
    assert read.event == event
    return read


TestIncidentLife = IncidentLife.TestCase
TestIncidentLife.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
