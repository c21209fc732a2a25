"""`python -m benchmarks [PATH …]`: hold the contests, print the tables; with `--write`, into the page as well."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

import uvloop

from benchmarks import as_of, commands, consuming, latency, live, period, relaying, replaying
from benchmarks.contest import ROUNDS, Contest, Result, hold
from benchmarks.place import Place, described, open_place
from benchmarks.table import table, written
from shared.runtime.main import collect_seldom

PAGE: Final = Path(__file__).with_name("README.md")
EVENTS: Final = 200_000
CONTESTS: Final[Mapping[str, Callable[[Place], AbstractAsyncContextManager[Sequence[Contest]]]]] = {
    "command": commands.contests,
    "relay": relaying.contests,
    "consume": consuming.contests,
    "live": live.contests,
    "replay": replaying.contests,
    "as-of": as_of.contests,
    "period": period.contests,
    "latency": latency.contests,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("paths", nargs="*", choices=[*CONTESTS, []], help="all of them if none is named")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--events", type=int, default=EVENTS, help="how many the long log has")
    parser.add_argument("--write", action="store_true", help=f"write the tables into {PAGE.name}: all paths or none")
    asked = parser.parse_args()
    if asked.write and (set(asked.paths or CONTESTS) != set(CONTESTS) or asked.rounds < ROUNDS):
        parser.error(f"--write takes all paths, and {ROUNDS} rounds or more")
    collect_seldom()  # as every service does, for ours and the references alike
    measured = uvloop.run(_measured(asked.paths or list(CONTESTS), asked.rounds, asked.events))
    sys.stdout.write(measured + "\n")
    if asked.write:
        PAGE.write_text(written(PAGE.read_text(), measured))


async def _measured(paths: Sequence[str], rounds: int, events: int) -> str:
    async with open_place(events) as place:
        return f"{await described(place)}, {rounds} rounds.\n\n{table(await _held(place, paths, rounds))}"


async def _held(place: Place, paths: Sequence[str], rounds: int) -> list[Result]:
    """One after the other, so that none of them disturbs another."""
    results = []
    for path in paths:
        sys.stderr.write(f"{path} …\n")
        async with CONTESTS[path](place) as contests:
            results += [await hold(each, rounds) for each in contests]
    return results


if __name__ == "__main__":
    main()
