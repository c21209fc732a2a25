"""Whatever is asked in whatever order: an incident behaves like a model of a few lines."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.incidents.app import SERVICE
from services.incidents.domain.case import Known, name
from services.incidents.domain.commands import AssessIncident, FileReport, NotifySubjects, UpdateAffected
from services.incidents.tests.words import (
    ASSESS,
    AWARE,
    CLOSE,
    CONFIRM,
    CONTAIN,
    DISMISS,
    ID,
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
from shared.decider import Command
from shared.events.codec import Recorded
from shared.events.incidents import (
    AuthorityReportFiled,
    Decided,
    Flags,
    Regime,
    ReportingObligationOpened,
    Stage,
)
from shared.testing.life import Life, Trial, any_life

INCIDENT = f"incident/{ID}"
APPI = (Regime.APPI26_PRELIM, Regime.APPI26_FINAL, Regime.APPI26_SUBJECTS)
STEP = timedelta(hours=5)
OPEN = {"reported", "acknowledged", "assessed", "confirmed", "contained"}
STEPS = {
    "take over": (TAKE_OVER, {"reported": "acknowledged"}),
    "confirm": (CONFIRM, {"assessed": "confirmed"}),
    "dismiss": (DISMISS, {"assessed": "dismissed"}),
    "contain": (CONTAIN, {"confirmed": "contained"}),
    "reopen": (REOPEN, {"closed": "assessed", "dismissed": "assessed"}),
}


class IncidentLife(Life):
    """The model: a state, how many persons now, at most and at the last report, and which obligations are open."""

    aggregates = SERVICE.aggregates
    begins = AWARE + timedelta(hours=2)
    anew = (AssessIncident, UpdateAffected, NotifySubjects, FileReport)

    def __init__(self) -> None:
        super().__init__()
        self.stands, self.most, self.sensitive, self.assessed = "unreported", 900, False, False
        self.count = 900
        self.told_of: dict[Regime, int] = {}
        self.duties: dict[Regime, str] = {}
        self.row: board.BoardRow | None = None
        self.clocks: dict[str, clock.ClockRow | None] = {}
        self.verdicts: dict[int, Any] = {}

    def heard(self, recorded: Recorded) -> None:
        self.row = board.project(self.row, recorded)
        if (key := clock.key(recorded)) is not None:
            self.clocks[key] = clock.project(self.clocks.get(key), recorded)

    def give(self, command: Command) -> str | None:
        """Every command is given a little later than the one before."""
        self.wait_until(self.clock.now() + STEP)
        now = self.clock.now()
        return super().give(command.model_copy(update={"time": now, "now": now} if hasattr(command, "time") else {}))

    @property
    def events(self) -> list[Any]:
        return self.told(INCIDENT)

    @property
    def incident(self) -> Any:
        return self.state(INCIDENT)

    @property
    def filed(self) -> int:
        """How many an authority was told of, by the last report of each obligation."""
        return max(self.told_of.values(), default=0)

    def open_duties(self) -> None:
        if self.assessed and (self.sensitive or self.most > 1000):
            for regime in APPI:
                self.duties.setdefault(regime, "open")

    @initialize(sensitive=st.booleans(), steps=st.sampled_from([(), ("confirm",), ("confirm", "contain"), None]))
    def report(self, *, sensitive: bool, steps: tuple[str, ...] | None) -> None:
        """Most of them are assessed already, some contained, so that their end is seen often too."""
        assert self.give(REPORT) is None
        self.stands = "reported"
        if steps is not None:
            self.take_a_step("take over")
            self.assess(sensitive)
            for step in steps:
                self.take_a_step(step)

    @rule(step=st.sampled_from(sorted(STEPS)))
    def take_a_step(self, step: str) -> None:
        command, leads = STEPS[step]
        self.give(command)
        self.stands = leads.get(self.stands, self.stands)

    @rule(sensitive=st.booleans())
    def assess(self, sensitive: bool) -> None:
        refusal = self.give(ASSESS.model_copy(update={"flags": Flags(sensitive=sensitive)}))
        if self.stands in OPEN - {"reported"}:
            assert refusal is None
            self.sensitive, self.assessed = sensitive, True
            self.stands = "assessed" if self.stands == "acknowledged" else self.stands
            self.open_duties()
        else:
            assert refusal == ("not-acknowledged" if self.stands == "reported" else "incident-over")

    @rule(filed=st.booleans(), off=st.integers(-1, 1), reason=st.booleans())
    def count_anew(self, filed: bool, off: int, reason: bool) -> None:
        """More than a thousand are to be reported; fewer than an authority was told of need a reason."""
        most = (self.filed or 900 if filed else 1000) + off
        refusal = self.give(UPDATE.model_copy(update={"affected": persons(most), "reason": TEXT if reason else None}))
        below = "below-filed" if most < self.filed and not reason else None
        assert refusal == (below if self.stands in OPEN else "incident-over")
        if refusal is None:
            self.count = most
            self.most = max(self.most, most)
            self.open_duties()

    @rule(regime=st.sampled_from(APPI), stage=st.sampled_from(Stage))
    def file(self, regime: Regime, stage: Stage) -> None:
        refusal = self.give(filing(regime, self.clock.now(), stage))
        fits = {Regime.APPI26_PRELIM: {Stage.PRELIM, Stage.BOTH}, Regime.APPI26_FINAL: {Stage.FINAL, Stage.BOTH}}
        if self.stands not in {"confirmed", "contained"} or regime not in self.duties:
            assert refusal is not None
        elif stage in fits.get(regime, ()) and self.duties[regime] == "open":
            assert refusal is None
            answered = [each for each in (fits if stage is Stage.BOTH else [regime]) if self.duties[each] == "open"]
            self.duties |= dict.fromkeys(answered, "fulfilled")
            self.told_of |= dict.fromkeys(answered, self.count)
        elif stage is Stage.SUPPLEMENT and refusal is None:
            self.told_of[regime] = self.count

    @rule(regime=st.sampled_from(APPI), off=st.integers(-1, 1))
    def file_at_the_deadline(self, regime: Regime, off: int) -> None:
        """In time is strictly before it."""
        due = self.incident.case.obligations[f"{ID}.{regime}"].due_at if regime in self.duties else None
        if due:
            self.wait_until(due - STEP + timedelta(seconds=off))
            self.file(regime, Stage.PRELIM if regime is Regime.APPI26_PRELIM else Stage.FINAL)

    @rule()
    def notify(self) -> None:
        refusal = self.give(NOTIFY)
        if self.stands in {"confirmed", "contained"}:
            assert refusal is None
            if self.duties.get(Regime.APPI26_SUBJECTS) == "open":
                self.duties[Regime.APPI26_SUBJECTS] = "fulfilled"

    @rule(regime=st.sampled_from(APPI))
    def drop(self, regime: Regime) -> None:
        refusal = self.give(deciding(regime, Decided.NOT_REQUIRED))
        if self.stands in OPEN and self.duties.get(regime) == "open":
            assert refusal is None
            self.duties[regime] = "not-required"

    @rule()
    def close(self) -> None:
        refusal = self.give(CLOSE)
        if self.stands == "contained" and "open" not in self.duties.values():
            assert refusal is None
            self.stands = "closed"
        else:
            assert (refusal is None) == (self.stands == "closed")

    @rule(hours=st.integers(1, 24 * 40))
    def let_time_pass(self, hours: int) -> None:
        self.wait_until(self.clock.now() + timedelta(hours=hours))

    @invariant()
    def the_fold_agrees_with_the_model(self) -> None:
        incident = self.incident
        assert name(incident) == self.stands
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
        incident = self.incident
        if self.row is None or not isinstance(incident, Known):
            assert self.stands == "unreported"
            return
        assert (self.row.state, self.row.persons_most) == (self.stands, incident.case.counts[-1].affected.most)
        assert {key: (each.state, each.missed, each.due_at) for key, each in self.clocks.items() if each} == {
            each.obligation_id: (each.standing.value, each.missed, each.due_at)
            for each in incident.case.obligations.values()
        }

    @invariant()
    def what_is_awaited_beyond_its_deadline_is_missed(self) -> None:
        for each in self.incident.case.obligations.values() if self.stands in OPEN else ():
            late = each.due_at is not None and each.due_at <= self.clock.now()
            assert not each.awaited or each.missed == late


@any_life
def test_whatever_happens_to_an_incident_it_is_as_the_model_says(trial: Trial) -> None:
    trial.of(IncidentLife)
