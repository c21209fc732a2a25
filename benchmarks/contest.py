"""A contest: ours beside the references, on the same machine in the same minutes, one after the other and again."""

import gc
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean, median
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from benchmarks.goals import Goal

Measure = Literal["cpu", "wall", "p50", "p95"]
Work = int | Sequence[float]
"""How many operations it was; or, where each was timed by itself, the seconds that each took."""
ROUNDS: Final = 5


async def nothing() -> None:
    """There is nothing to prepare."""


@dataclass(frozen=True)
class Contestant:
    """`run` does a piece of work; `prepare` comes before it and is not counted."""

    name: str
    run: Callable[[], Awaitable[Work]]
    prepare: Callable[[], Awaitable[None]] = nothing


@dataclass(frozen=True)
class Contest:
    path: str
    ours: Contestant
    references: tuple[Contestant, ...]
    goals: "tuple[Goal, ...]"


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds of one operation on the wall, and of this process's processor time; `took`, of each, where timed."""

    wall: float
    cpu: float
    took: tuple[float, ...] = ()


@dataclass(frozen=True)
class Result:
    contest: Contest
    rounds: dict[str, list[Round]]

    def figure(self, name: str, measure: Measure) -> float:
        """The median of the rounds; or so many per cent of all that was timed, whatever round it was in, took less."""
        match measure:
            case "cpu":
                return median(each.cpu for each in self.rounds[name])
            case "wall":
                return median(each.wall for each in self.rounds[name])
            case "p50":
                return percentile(self.took(name), 50)
            case "p95":
                return percentile(self.took(name), 95)

    def took(self, name: str) -> list[float]:
        return [seconds for each in self.rounds[name] for seconds in each.took]

    def times(self, reference: str, measure: Measure) -> float:
        """How many times as much the reference needs."""
        return self.figure(reference, measure) / self.figure(self.contest.ours.name, measure)


def percentile(values: Sequence[float], share: float) -> float:
    """The least of the values that `share` per cent of them do not exceed."""
    return sorted(values)[max(ceil(len(values) * share / 100), 1) - 1]


async def timed(once: Callable[[], Awaitable[object]], times: int) -> list[float]:
    """The seconds of each of so many."""
    return [await seconds_of(once) for _ in range(times)]


async def seconds_of(once: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await once()
    return time.perf_counter() - began


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
    work = await contestant.run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if isinstance(work, int):
        return Round(wall / work, cpu / work)
    return Round(fmean(work), cpu / len(work), tuple(work))
