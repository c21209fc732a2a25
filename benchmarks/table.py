"""What was measured, in Markdown, and its place in a page: between two marks, put there by whoever measured."""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from benchmarks.contest import Result
from benchmarks.goals import MILLI

MICRO: Final = 1e6
BEGIN: Final = "<!-- measured -->"
END: Final = "<!-- end of what was measured -->"


def table(results: Sequence[Result]) -> str:
    """Every figure as least, median and most of the rounds, then the goals and whether they are reached."""
    return "\n".join([*_figures(results), "", *_goals(results)])


def written(page: str, measured: str) -> str:
    """The page with what was measured in the place of what was there. Raises ValueError for a page without marks."""
    before, began, rest = page.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (began and ended):
        raise ValueError(f"the page has no place between {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{measured}\n{END}{after}"


def _figures(results: Sequence[Result]) -> Iterator[str]:
    yield "| path | who | µs of processor per operation | µs on the wall per operation | operations/s | p50, p95 ms |"
    yield "|---|---|---|---|---|---|"
    for result in results:
        for name, rounds in result.rounds.items():
            cpu, wall = _spread([each.cpu for each in rounds]), _spread([each.wall for each in rounds])
            speed = f"{1 / result.figure(name, 'wall'):,.0f}"
            yield f"| {result.contest.path} | {name} | {cpu} | {wall} | {speed} | {_percentiles(result, name)} |"


def _spread(values: Sequence[float]) -> str:
    return " / ".join(f"{MICRO * value:,.1f}" for value in (min(values), median(values), max(values)))


def _percentiles(result: Result, name: str) -> str:
    if not result.took(name):
        return "–"
    return f"{MILLI * result.figure(name, 'p50'):,.1f}, {MILLI * result.figure(name, 'p95'):,.1f}"


def _goals(results: Sequence[Result]) -> Iterator[str]:
    yield "| path | what | measured | goal | reached |"
    yield "|---|---|---|---|---|"
    for result in results:
        for goal in result.contest.goals:
            judged = goal.judge(result)
            reached = "yes" if judged.reached else "no"
            yield f"| {result.contest.path} | {judged.compared} | {judged.found} | {judged.wanted} | {reached} |"
