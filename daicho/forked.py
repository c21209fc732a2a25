"""Run as `python -m daicho.forked PARENT`: the process from which `daicho.nursery` has Python programs born.

It imports what they share, nothing of which starts a thread or opens a connection, and forks for each line on standard
input; the newborn writes its pid on standard output and then runs as `python -m` would. Orders come through the pipe
and not as arguments, since they hold passwords. What Python itself reads from the environment at its start is ours.
"""

import gc
import importlib
import json
import os
import runpy
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final, TypedDict

from daicho.embedded.launcher import promise

COMMON: Final = (
    "shared.runtime.main",
    "shared.runtime.schema.migrate",
    "shared.runtime.dev_issuer",
    "shared.organisation.directory",
    "shared.organisation.operations",
)


class Order(TypedDict):
    module: str
    arguments: list[str]
    environment: dict[str, str]
    folder: str
    log: str
    signal: int


def main(parent: int) -> None:
    for module in COMMON:
        with suppress(ImportError):  # whoever needs it will say what is wrong
            importlib.import_module(module)
    gc.freeze()  # shared memory stays shared
    for line in sys.stdin:
        if _born():
            _live(json.loads(line), parent)
            return


def _born() -> bool:
    """True in the newborn. It leads a session of its own, and `PARENT` has adopted it, since its parent is gone."""
    midwife = os.fork()
    if midwife:
        os.waitpid(midwife, 0)
        return False
    midwife = os.getpid()
    if os.fork():
        os._exit(0)
    os.setsid()
    while os.getppid() == midwife:
        time.sleep(0.001)
    return True


def _live(order: Order, parent: int) -> None:
    promise(order["signal"], parent)
    os.write(1, f"{os.getpid()}\n".encode())
    _turn_to(Path(order["log"]))
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    sys.argv = [order["module"], *order["arguments"]]
    runpy.run_module(order["module"], run_name="__main__", alter_sys=True)


def _turn_to(log: Path) -> None:
    with Path(os.devnull).open("rb") as nothing, log.open("ab") as output:
        os.dup2(nothing.fileno(), 0)
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)


if __name__ == "__main__":
    main(int(sys.argv[1]))
