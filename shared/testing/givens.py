"""Tests of decisions as sentences: what was so, what is asked, what follows.

given = Given(Decider(Unregistered(), decide, evolve))

def test_disposing_twice_changes_nothing() -> None:
    given(SLIP, REGISTERED, DISPOSED).when(DISPOSE).then_nothing()
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.decider import Command, Decider, Rejected

S = TypeVar("S")
C = TypeVar("C", bound=Command)
E = TypeVar("E")


@dataclass(frozen=True)
class Given(Generic[C, S, E]):
    """Begins every sentence about one decider."""

    decider: Decider[C, S, E]

    def __call__(self, *events: E) -> "Asked[C, S, E]":
        return Asked(self.decider, self.decider.fold(events))


@dataclass(frozen=True)
class Asked(Generic[C, S, E]):
    decider: Decider[C, S, E]
    state: S

    def when(self, command: C) -> "Outcome[S, E]":
        try:
            events: Sequence[E] | Rejected = list(self.decider.decide(command, self.state))
        except Rejected as rejected:
            events = rejected
        return Outcome(events, self.state)


@dataclass(frozen=True)
class Outcome(Generic[S, E]):
    told: Sequence[E] | Rejected
    state: S

    def then(self, *events: E) -> None:
        assert self.told == list(events), f"{self.told!r} from {self.state!r}"  # noqa: S101 - a test's assertion

    def then_nothing(self) -> None:
        """Already so: no event, and no error."""
        self.then()

    def then_rejected(self, slug: str) -> None:
        assert isinstance(self.told, Rejected), f"accepted: {self.told!r}"  # noqa: S101 - a test's assertion
        assert self.told.slug == slug, f"{self.told.slug}: {self.told.reason}"  # noqa: S101 - a test's assertion
