"""What a contest should come to: so many times as good as a reference, so many in a second, within so many seconds."""

from dataclasses import dataclass
from typing import Final, Protocol

from benchmarks.contest import Measure, Result

MILLI: Final = 1e3


@dataclass(frozen=True, slots=True)
class Judged:
    """A goal and what was found, in words."""

    compared: str
    found: str
    wanted: str
    reached: bool


class Goal(Protocol):
    def judge(self, result: Result) -> Judged: ...


@dataclass(frozen=True)
class Times:
    """What the reference needs for an operation, divided by what ours needs: at least so many `times`."""

    reference: str
    measure: Measure
    times: float

    def judge(self, result: Result) -> Judged:
        found = result.times(self.reference, self.measure)
        compared = f"{self.reference} : ours, {self.measure}"
        return Judged(compared, f"{found:.2f}", f"≥ {self.times:.2f}", found >= self.times)


@dataclass(frozen=True)
class PerSecond:
    """At least so many operations of ours in a second of the wall."""

    operations: float

    def judge(self, result: Result) -> Judged:
        found = 1 / result.figure(result.contest.ours.name, "wall")
        return Judged("ours, in a second", f"{found:,.0f}", f"≥ {self.operations:,.0f}", found >= self.operations)


@dataclass(frozen=True)
class Within:
    """An operation of ours takes at most so many seconds."""

    measure: Measure
    seconds: float

    def judge(self, result: Result) -> Judged:
        found, wanted = result.figure(result.contest.ours.name, self.measure), self.seconds
        shown, most = f"{MILLI * found:,.1f} ms", f"≤ {MILLI * wanted:,.0f} ms"
        return Judged(f"ours, {self.measure}", shown, most, found <= wanted)
