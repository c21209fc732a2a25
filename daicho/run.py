"""`make run`: up, the demo, and on a terminal stay until Ctrl-C."""

import subprocess
import sys
from pathlib import Path

from daicho.demo.script.moments import MOMENTS
from daicho.embedded.jars import CHECKOUT
from daicho.report import ANSWER, addresses, answer_table, progress, say_plain
from daicho.up import attach, down, up_detached
from shared.runtime.clock import DrivenClock


def run(directory: Path, demo: list[str], *, stay: bool) -> int:
    """The demo's verdict. Without `stay` the stack is left running; Ctrl-C at any point stops it."""
    begin_the_year(directory)
    try:
        with progress() as say:
            endpoints = up_detached(directory, say=say)
        verdict = subprocess.run([sys.executable, "-m", "daicho", "demo", *demo], cwd=CHECKOUT, check=False).returncode
    except KeyboardInterrupt:
        down(directory, say=say_plain)
        return 130
    if stay:
        answer_table(("part", "address"), addresses(endpoints))
        ANSWER.print("Ctrl-C (or `make down`) stops it")
        attach(directory, say=say_plain)
    return verdict


def begin_the_year(directory: Path) -> None:
    """On a new stack the services are born when the demo's year begins, so that every day of it has its watermark."""
    clock = directory / "clock.json"
    if not clock.exists():
        DrivenClock(clock).set(MOMENTS[0].at)
