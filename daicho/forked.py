"""Run as `python -m daicho.forked`: run modules as `python -m` would, each in a fork of one warmed-up process.

The steps come in the environment, since they hold passwords. The last line of the output is the list of exit codes.
"""

import importlib
import json
import os
import runpy
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

STEPS = "DAICHO_STEPS"
COMMON = "shared.runtime.main"


class Step(TypedDict):
    module: str
    verb: str
    environment: dict[str, str]
    log: str


def main() -> None:
    steps: list[Step] = json.loads(os.environ.pop(STEPS))
    with suppress(ImportError):  # a step that needs it will say what is wrong
        importlib.import_module(COMMON)
    pids = [_forked(step) for step in steps]
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    sys.stdout.write("\n" + json.dumps(codes) + "\n")


def _forked(step: Step) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        code = _run(step)
    finally:
        os._exit(code)


def _run(step: Step) -> int:
    with Path(step["log"]).open("wb") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    os.environ.update(step["environment"])
    sys.argv = [step["module"], step["verb"]]
    try:
        runpy.run_module(step["module"], run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        return _flushed(_code(ended))
    except BaseException:  # noqa: BLE001 - what an interpreter would do
        traceback.print_exc()
        return _flushed(1)
    return _flushed(0)


def _code(ended: SystemExit) -> int:
    if isinstance(ended.code, str):
        sys.stderr.write(f"{ended.code}\n")
        return 1
    return ended.code or 0


def _flushed(code: int) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    main()
