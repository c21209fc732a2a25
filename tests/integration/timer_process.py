"""Run as a program: one of several workers that fire the tally's timers by a clock in a file."""

import asyncio
import sys
from pathlib import Path

from shared.runtime.clock import DrivenClock
from shared.runtime.database import open_pool
from shared.runtime.reacting.timers import Timers
from shared.runtime.writing.commands import Commands
from tests.integration.tally import TALLY


async def main(dsn: str, clock_file: str) -> None:
    clock = DrivenClock(Path(clock_file))
    pool = await open_pool(dsn, size=2)
    await Timers(pool, Commands("tally", [TALLY], clock), clock).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
