"""`make run`: up, the demo, and on a terminal stay until Ctrl-C."""

import subprocess
import sys
from pathlib import Path

from daicho.embedded.jars import CHECKOUT
from daicho.report import ANSWER, addresses, answer_table, progress, say_plain
from daicho.up import attach, down, up_detached


def run(directory: Path, demo: list[str], *, stay: bool) -> int:
    """The demo's verdict. Without `stay` the stack is left running; Ctrl-C at any point stops it."""
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
