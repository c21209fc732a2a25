"""Any life of a stream: commands in any order, decided and kept as the runtime does it, beside a model that is simpler.

class TallyLife(Life):
    aggregates = (TALLY,)
    begins = NOON

    @rule(amount=st.integers(-1, 3))
    def add(self, amount: int) -> None:
        assert self.give(Add(amount=amount)) == (None if amount > 0 else "not-positive")

@any_life
def test_whatever_happens_to_a_tally_it_is_as_the_model_says(trial: Trial) -> None:
    trial.of(TallyLife)

Whatever is given, `Life` holds against it what all aggregates promise: nothing but `Rejected` is raised; given again at
once, a command adds nothing; every event survives its bytes; what is kept, folded from the first event on, is the state
that is held; versions grow by one; timers belong to their stream, come back as they were stored, and are never refused.
"""

# ruff: noqa: S101 - what stands here is asserted by tests

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, run_state_machine_as_test

from shared.decider import Command, Rejected
from shared.events.base import DomainEvent
from shared.events.codec import Recorded, decode, encode
from shared.law.calendar import start_of_day
from shared.runtime.clock import FixedClock
from shared.runtime.writing.aggregates import Aggregate, Aggregates, Standing
from shared.runtime.writing.event_store import Due, NewEvent
from shared.runtime.writing.origin import Given, Origin

NOON: Final = timedelta(hours=12)


class Life(RuleBasedStateMachine):
    """A service of a few aggregates, without servers; subclasses say what may happen and what should be."""

    aggregates: ClassVar[Sequence[Aggregate[Any, Any, Any]]]
    begins: ClassVar[datetime]
    anew: ClassVar[tuple[type[Command], ...]] = ()
    """What is a new fact every time it is said."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FixedClock(self.begins)
        self.recorded: dict[str, list[Recorded]] = {}
        self.timers: dict[str, Due] = {}
        self._aggregates = Aggregates("life", self.aggregates, self.clock)
        self._held: dict[str, Standing] = {}
        self._ids: set[UUID] = set()
        self._asked: set[str] = set()

    # --- what machines use --------------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        return self.clock.today()

    def give(self, command: Command) -> str | None:
        """The slug of a refusal. What is due by now rings at once."""
        refusal = self._give(Given(command, Origin(actor="person/P1")))
        self.wait_until(self.clock.now())
        return refusal

    def wait_until(self, instant: datetime) -> None:
        """Every timer that is due by then rings at its own time, in order, those too that others ask for."""
        while due := min(self._due_by(instant), key=lambda each: (each.at, each.id), default=None):
            self.clock.instant = max(self.clock.instant, due.at)
            self._ring(due)
        self.clock.instant = max(self.clock.instant, instant)

    def wait_days(self, days: int) -> None:
        """Until noon in Japan, so many days later."""
        self.wait_until(start_of_day(self.today + timedelta(days=days)) + NOON)

    def state(self, stream: str) -> Any:
        return self._standing(stream).state

    def told(self, stream: str) -> list[DomainEvent]:
        return [each.event for each in self.recorded.get(stream, ())]

    def heard(self, recorded: Recorded) -> None:
        """What views and reactions make of an event; nothing, unless a machine has some."""

    # --- the runtime, in small ----------------------------------------------------------------------------------------

    def _standing(self, stream: str) -> Standing:
        return self._held.get(stream) or self._aggregates.standing(stream, ())

    def _give(self, given: Given) -> str | None:
        stream = given.command.stream
        before = self._standing(stream)
        self._asked.add(stream)
        try:
            after, events, due = self._aggregates.decide(given, before)
        except Rejected as rejected:
            return rejected.slug
        assert [each.version for each in events] == list(range(before.version + 1, after.version + 1))
        if self._ids.isdisjoint(each.id for each in events):
            self._keep(stream, after, events, due)
            self._adds_nothing_again(given)
        return None

    def _keep(self, stream: str, after: Standing, events: Sequence[NewEvent], due: Sequence[Due]) -> None:
        kept = [_read(each) for each in events]
        self._held[stream] = after
        self._ids |= {each.id for each in events}
        self.recorded.setdefault(stream, []).extend(kept)
        self.timers = {each.id: each for each in due} | self.timers
        for recorded in kept:
            self.heard(recorded)

    def _adds_nothing_again(self, given: Given) -> None:
        """It is already so, or not allowed any more; what a timer causes has ids that are taken."""
        if isinstance(given.command, self.anew):
            return
        try:
            _, events, _ = self._aggregates.decide(given, self._standing(given.command.stream))
        except Rejected:
            return
        assert [each.type for each in events if each.id not in self._ids] == []

    def _due_by(self, instant: datetime) -> list[Due]:
        return [each for each in self.timers.values() if each.at <= instant]

    def _ring(self, due: Due) -> None:
        """What it causes has ids made of it: rung again, it can not happen again."""
        del self.timers[due.id]
        command = self._aggregates.named(due.command)
        assert command is not None
        assert due.id.startswith(f"{command.stream}#")
        assert self._give(Given(command, Origin(actor="system/timer", time=due.at, seed=due.id))) is None

    @invariant()
    def what_is_kept_folds_to_what_is_held(self) -> None:
        """Also after a refusal, which changes nothing."""
        for stream in self._asked:
            assert self._aggregates.standing(stream, self.recorded.get(stream, ())) == self._standing(stream)
        self._asked.clear()


def _read(event: NewEvent) -> Recorded:
    """As it comes back from Kafka."""
    recorded = decode(event.body)
    assert isinstance(recorded, Recorded)
    assert encode(recorded) == event.body
    return recorded


@dataclass(frozen=True)
class Trial:
    """So many lives of at most so many steps."""

    examples: int
    steps: int

    def of(self, life: type[Life]) -> None:
        run_state_machine_as_test(
            life,
            settings=settings(
                max_examples=self.examples,
                stateful_step_count=self.steps,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )


SHORT: Final = Trial(100, 25)
LONG: Final = Trial(1000, 60)
any_life: Final = pytest.mark.parametrize(
    "trial",
    [
        pytest.param(SHORT, id="short"),
        pytest.param(LONG, id="long", marks=[pytest.mark.long, pytest.mark.timeout(1200)]),
    ],
)
"""A second in every run of the tests; many lives, and long ones, in the long form."""
