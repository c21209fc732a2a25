"""A contest: ours beside the references, on the same machine in the same minutes, one after the other and again."""

import gc
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, Literal

Measure = Literal["cpu", "wall"]
ROUNDS: Final = 5
MICRO: Final = 1e6


async def nothing() -> None:
    """There is nothing to prepare."""


@dataclass(frozen=True)
class Contestant:
    """`run` does a piece of work and says how many operations it was; `prepare` comes before it and is not counted."""

    name: str
    run: Callable[[], Awaitable[int]]
    prepare: Callable[[], Awaitable[None]] = nothing


@dataclass(frozen=True)
class Goal:
    """What the reference needs for an operation, divided by what ours needs: at least so many `times`."""

    reference: str
    measure: Measure
    times: float


@dataclass(frozen=True)
class Contest:
    path: str
    ours: Contestant
    references: tuple[Contestant, ...]
    goals: tuple[Goal, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds of one operation on the wall, and of this process's processor time."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Result:
    contest: Contest
    rounds: dict[str, list[Round]]

    def median(self, name: str, measure: Measure) -> float:
        return median(each.cpu if measure == "cpu" else each.wall for each in self.rounds[name])

    def times(self, reference: str, measure: Measure) -> float:
        """How many times as much the reference needs."""
        return self.median(reference, measure) / self.median(self.contest.ours.name, measure)


async def hold(contest: Contest, rounds: int = ROUNDS) -> Result:
    """Everybody once to warm up, then everybody in each round."""
    everybody = (contest.ours, *contest.references)
    for each in everybody:
        await _round(each)
    found: dict[str, list[Round]] = {each.name: [] for each in everybody}
    for _ in range(rounds):
        for each in everybody:
            found[each.name].append(await _round(each))
    return Result(contest, found)


async def _round(contestant: Contestant) -> Round:
    await contestant.prepare()
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    operations = await contestant.run()
    return Round((time.perf_counter() - wall) / operations, (time.process_time() - cpu) / operations)


def table(results: Sequence[Result]) -> str:
    """Markdown: every figure as least, median and most of the rounds, then the ratios and what they should be."""
    return "\n".join([*_figures(results), "", *_ratios(results)])


def _figures(results: Sequence[Result]) -> Iterator[str]:
    yield "| path | who | µs of processor per operation | µs on the wall per operation | operations/s |"
    yield "|---|---|---|---|---|"
    for result in results:
        for name, rounds in result.rounds.items():
            cpu, wall = _spread([each.cpu for each in rounds]), _spread([each.wall for each in rounds])
            yield f"| {result.contest.path} | {name} | {cpu} | {wall} | {1 / result.median(name, 'wall'):,.0f} |"


def _spread(values: Sequence[float]) -> str:
    return " / ".join(f"{MICRO * value:,.1f}" for value in (min(values), median(values), max(values)))


def _ratios(results: Sequence[Result]) -> Iterator[str]:
    yield "| path | reference : ours | measured | goal | reached |"
    yield "|---|---|---|---|---|"
    for result in results:
        for goal in result.contest.goals:
            found = result.times(goal.reference, goal.measure)
            reached = "yes" if found >= goal.times else "no"
            compared = f"{goal.reference}, {goal.measure}"
            yield f"| {result.contest.path} | {compared} | {found:.2f} | ≥ {goal.times:.2f} | {reached} |"
