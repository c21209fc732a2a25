"""`make run`: up, the demo, and on a terminal stay until Ctrl-C."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from daicho.demo.script.moments import MOMENTS
from daicho.embedded.faults import StackFault
from daicho.embedded.jars import CHECKOUT
from daicho.embedded.locks import held_alone
from daicho.report import ANSWER, addresses, answer_table, progress, say_plain
from daicho.up import attach, down, up_detached
from shared.runtime.clock import DrivenClock

LOCK = "run.lock"


def run(directory: Path, demo: list[str], *, stay: bool) -> int:
    """The demo's verdict. Without `stay` the stack is left running; Ctrl-C at any point stops it."""
    try:
        with played_alone(directory):
            endpoints, verdict = _played(directory, demo)
    except KeyboardInterrupt:
        down(directory, say=say_plain)
        return 130
    if stay:
        answer_table(("part", "address"), addresses(endpoints))
        ANSWER.print("Ctrl-C (or `make down`) stops it")
        attach(directory, say=say_plain)
    return verdict


@contextmanager
def played_alone(directory: Path) -> Iterator[None]:
    """Two at once would tell one year's news into the other's."""
    directory.mkdir(parents=True, exist_ok=True)
    with held_alone(directory / LOCK) as alone:
        if not alone:
            raise StackFault(f"the demo is being played in {directory} already", "wait for it, or `make down`")
        yield


def _played(directory: Path, demo: list[str]) -> tuple[dict[str, Any], int]:
    begin_the_year(directory)
    with progress() as say:
        endpoints = up_detached(directory, say=say)
    command = [sys.executable, "-m", "daicho", "demo", *demo]
    return endpoints, subprocess.run(command, cwd=CHECKOUT, check=False).returncode


def begin_the_year(directory: Path) -> None:
    """On a new stack the services are born when the demo's year begins, so that every day of it has its watermark."""
    clock = directory / "clock.json"
    if not clock.exists():
        DrivenClock(clock).set(MOMENTS[0].at)
