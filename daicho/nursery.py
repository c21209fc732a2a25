"""Python programs as forks of one process that has imported what they share, in the place of a second of imports each.

They are children of *this* process, as if it had spawned them: it knows how they end, and they end with it. The nursery
itself may end before or after them. Linux only: elsewhere nobody can adopt a grandchild, and each is spawned.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from daicho.embedded.faults import StackFault, log_tail
from daicho.embedded.jars import CHECKOUT
from daicho.embedded.process import Child, Start, set_aside, spawn, wait_until

PR_SET_CHILD_SUBREAPER: Final = 36


@contextmanager
def nursery(log: Path) -> Iterator[Start]:
    """As `spawn`, until the end of the block; what was born lives on. `log` is what the nursery itself complains of."""
    if not _adopt_orphans(yes=True):
        yield spawn
        return
    try:
        with log.open("wb") as complaints, _warmed(complaints.fileno()) as process:
            yield Nursery(process, log).bear
    finally:
        _adopt_orphans(yes=False)


@dataclass(frozen=True)
class Nursery:
    process: "subprocess.Popen[bytes]"
    log: Path

    def bear(self, argv: Sequence[str], *, log: Path, env: Mapping[str, str], cwd: Path, append: bool) -> Child:
        """What is no Python module is spawned."""
        if tuple(argv[:2]) != (sys.executable, "-m"):
            return spawn(argv, log=log, env=env, cwd=cwd, append=append)
        if not append:
            set_aside(log)
        module, *arguments = argv[2:]
        order = {"module": module, "arguments": arguments, "environment": dict(env), "folder": str(cwd)}
        pid = self._ask({**order, "log": str(log), "signal": signal.SIGKILL.value})
        return Child(Adopted(pid), log, signal.SIGTERM)

    def _ask(self, order: dict[str, object]) -> int:
        assert self.process.stdin and self.process.stdout  # noqa: PT018, S101 - both are pipes
        try:
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            return int(self.process.stdout.readline())
        except (BrokenPipeError, ValueError) as ended:
            raise StackFault(f"the nursery ended:\n{log_tail(self.log)}", f"read {self.log}") from ended


@dataclass
class Adopted:
    """A process that another one of ours started, and whose parent we are now."""

    pid: int
    returncode: int | None = None

    def poll(self) -> int | None:
        return self._ended(os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int:
        if timeout is None:
            self._ended(0)
        elif not wait_until(lambda: self.poll() is not None, seconds=timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout)
        assert self.returncode is not None  # noqa: S101 - it has ended
        return self.returncode

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)

    def _ended(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode


def _warmed(complaints: int) -> "subprocess.Popen[bytes]":
    """It ends when our end of its standard input closes, also by our death."""
    return subprocess.Popen(
        [sys.executable, "-m", "daicho.forked", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        bufsize=0,  # what it could not be told is not told again when the pipe is closed
        cwd=CHECKOUT,
        start_new_session=True,
    )


def _adopt_orphans(*, yes: bool) -> bool:
    """Grandchildren whose parent ends become our children. False where the kernel has no such thing."""
    return sys.platform == "linux" and not ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(yes))
