"""Run as `python -m daicho.embedded.keeper FOLDER OWNER SESSION`: the parts of one test run, shared by its workers.

Whichever worker needs them first starts the keeper. It belongs to no worker, since a child ends with the thread that
started it; it watches the process of the whole run (`OWNER`), and stops the parts when that ended, however it did.
"""

import json
import os
import select
import shutil
import signal
import sys
import traceback
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from daicho.embedded.databases import drop_databases_of
from daicho.embedded.given import GivenServer
from daicho.embedded.parts import OpenParts, open_parts
from daicho.embedded.process import wait_until

ANSWER = "parts.json"
FAULT = "fault.txt"


def main(folder: Path, owner: int, session: str) -> None:
    if os.fork():
        os._exit(0)
    os.setsid()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _keep(folder, owner, session)
    except Exception:  # noqa: BLE001 - told to those who wait for the answer
        (folder / FAULT).write_text(traceback.format_exc())


def _keep(folder: Path, owner: int, session: str) -> None:
    with open_parts(folder, say=_say, for_tests=True) as opened:
        _answer(folder, opened)
        _wait_for_end_of(owner)
        if isinstance(opened.postgres, GivenServer):  # it outlives us; a server of our own goes with its databases
            drop_databases_of(opened.parts.postgres_dsn, session)
    shutil.rmtree(folder, ignore_errors=True)


def _answer(folder: Path, opened: OpenParts) -> None:
    draft = folder / "parts.new"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(opened.parts) | {"keeper": os.getpid()}))
    draft.replace(folder / ANSWER)


def _wait_for_end_of(owner: int) -> None:
    if sys.platform == "linux":
        with suppress(ProcessLookupError):
            select.select([os.pidfd_open(owner)], [], [])
        return
    wait_until(lambda: not _lives(owner), seconds=float("inf"), every=0.5)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
