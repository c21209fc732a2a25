"""From a history to the stretches of days in which nothing changed: the one way of folding that all subjects share."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Generic, Protocol, TypeVar

from shared.organisation.history import Fact, History

S = TypeVar("S")


class Lasting(Protocol):
    """Anything that holds for the days [begins, ends); without `ends` it still goes on."""

    @property
    def begins(self) -> date: ...

    @property
    def ends(self) -> date | None: ...


L = TypeVar("L", bound=Lasting)


@dataclass(frozen=True, slots=True)
class Stretch(Generic[S]):
    """The days [begins, ends) in one state; `because` are the ids of the events that brought it."""

    begins: date
    ends: date | None
    state: S
    because: tuple[str, ...]


def stretches(facts: History, first: S, step: Callable[[S, Fact], S]) -> Iterator[Stretch[S]]:
    """Fold a sorted history; the days before anything is known (`first`) are no stretch."""
    turns = list(_turns(facts, first, step))
    for turn, following in pairwise([*turns, None]):
        if turn is not None:
            day, state, because = turn
            yield Stretch(day, following[0] if following else None, state, because)


def _turns(facts: History, state: S, step: Callable[[S, Fact], S]) -> Iterator[tuple[date, S, tuple[str, ...]]]:
    """The days on whose end the state is another than the evening before."""
    for day, told in groupby(facts, key=lambda fact: fact.effective):
        before, because = state, list[str]()
        for fact in told:
            after = step(state, fact)
            because += fact.because if after != state else ()
            state = after
        if state != before:
            yield day, state, tuple(because)


def covers(lasting: Lasting, day: date) -> bool:
    """Whether the day is one of [begins, ends)."""
    return lasting.begins <= day and (lasting.ends is None or day < lasting.ends)


def at(spells: Sequence[L], day: date) -> L | None:
    """The spell in which the day lies; None before anything is known."""
    return next((spell for spell in spells if covers(spell, day)), None)


def changes(spells: Sequence[Lasting]) -> tuple[date, ...]:
    """The days on which something begins to be otherwise."""
    return tuple(spell.begins for spell in spells)
