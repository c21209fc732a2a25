"""`python -m benchmarks [PATH …]`: hold the contests, print the table."""

import argparse
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Final

import uvloop

from benchmarks import commands, consuming, relaying
from benchmarks.contest import ROUNDS, Contest, Result, hold, table
from benchmarks.place import open_place
from shared.testing.house import Town

CONTESTS: Final[Mapping[str, Callable[[Town], AbstractAsyncContextManager[Contest]]]] = {
    "command": commands.contest,
    "relay": relaying.contest,
    "consume": consuming.contest,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("paths", nargs="*", choices=[*CONTESTS, []], help="all of them if none is named")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    results = uvloop.run(_held(asked.paths or list(CONTESTS), asked.rounds))
    sys.stdout.write(table(results) + "\n")


async def _held(paths: list[str], rounds: int) -> list[Result]:
    """One after the other, so that none of them disturbs another."""
    results = []
    async with open_place() as town:
        for path in paths:
            sys.stderr.write(f"{path} …\n")
            async with CONTESTS[path](town) as contest:
                results.append(await hold(contest, rounds))
    return results


if __name__ == "__main__":
    main()
