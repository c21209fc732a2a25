"""The shape of every decision: what is asked, what is so, what follows. Pure.

`decide` raises Rejected for "not allowed" and returns [] for "already so"; `evolve` never fails and never judges.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

S = TypeVar("S")
C = TypeVar("C", bound="Command")
E = TypeVar("E")


class Rejected(Exception):  # noqa: N818 - the name of one of three failures
    """The business says no: the command contradicts what is so. Not retried."""

    def __init__(self, reason: str, slug: str = "rejected") -> None:
        super().__init__(reason)
        self.reason = reason
        self.slug = slug


class Command(BaseModel):
    """Somebody asks for something. Ids, dates and the actor arrive inside it: a decision looks nothing up."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    kind: ClassVar[str]
    """Which aggregate it is for; the first part of its stream's id."""

    @property
    @abstractmethod
    def stream(self) -> str:
        """The id of the stream it is decided on: `<kind>/<id>`."""


@dataclass(frozen=True)
class Decider(Generic[C, S, E]):
    initial: S
    decide: Callable[[C, S], Sequence[E]]
    evolve: Callable[[S, E], S]

    def fold(self, events: Iterable[E]) -> S:
        """The state after these events, in the order of their versions."""
        return reduce(self.evolve, events, self.initial)


@dataclass(frozen=True)
class Timer:
    """A command that time gives: once per cycle of its stream, not before `at`.

    What it causes happened at `at`, however late it fires, and carries an id made of stream, cycle and type.
    """

    at: datetime
    command: Command
    cycle: str

    @property
    def id(self) -> str:
        return f"{self.command.stream}#{self.cycle}#{type(self.command).__name__}"
