"""Child processes that cannot outlive their parent, however it ends."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

LAUNCHER = Path(__file__).with_name("launcher.py")
WATCHDOG = Path(__file__).with_name("watchdog.py")


class Process(Protocol):
    """What `Popen` says of a child, whoever started it."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...


@dataclass
class Child:
    """A program that is ours to end; it leads a session of its own, so a Ctrl-C at the terminal reaches only us."""

    process: Process
    log: Path
    stop_signal: signal.Signals
    watchdog: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        return self.process.poll()

    def alive(self) -> bool:
        return self.exit_code is None

    def ask_to_stop(self) -> None:
        if self.alive():
            self.process.send_signal(self.stop_signal)

    def stop(self, timeout: float = 10.0) -> int:
        """Ask politely, and kill after `timeout` seconds or at the second Ctrl-C."""
        self.ask_to_stop()
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self.kill()
        return self.process.wait()

    def kill(self) -> None:
        """`kill -9` for the whole process group, and wait until it is gone."""
        if self.alive():
            os.killpg(self.pid, signal.SIGKILL)
            self.process.wait()
        self._dismiss_watchdog()

    def _dismiss_watchdog(self) -> None:
        if self.watchdog is not None:
            self.watchdog.communicate(b"done")
            self.watchdog = None


class Start(Protocol):
    """How a child comes to life: `spawn`, or a fork of a process that has done its imports."""

    def __call__(self, argv: Sequence[str], *, log: Path, env: Mapping[str, str], cwd: Path, append: bool) -> Child: ...


def set_aside(log: Path) -> None:
    """The log of the start before becomes `<log>.1`."""
    if log.exists():
        log.replace(log.with_name(log.name + ".1"))


def spawn(  # noqa: PLR0913 - the description of a process is flat
    argv: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: int | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    on_parent_death: signal.Signals = signal.SIGKILL,
    append: bool = False,
) -> Child:
    """Start `argv` with its output in `log`; unless it is to `append`, the one before is set aside.

    The kernel sends `on_parent_death` when the *thread* that started the child ends, hence the main thread only.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("a child lives as long as the thread that started it: spawn from the main thread")
    if not append:
        set_aside(log)
    promise = [str(on_parent_death.value), str(os.getpid()), "-" if user is None else str(user)]
    launcher = [sys.executable, "-I", "-S", str(LAUNCHER), *promise]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*launcher, *argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
        )
    watchdog = None if sys.platform == "linux" else watch(process.pid, on_parent_death)
    return Child(process, log, stop_signal, watchdog)


def watch(pid: int, on_parent_death: signal.Signals) -> subprocess.Popen[bytes]:
    """Where the kernel has no death signal: a sibling that sees our end of a pipe close."""
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(WATCHDOG), str(pid), str(on_parent_death.value)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


def wait_until(ready: Callable[[], bool], *, seconds: float, every: float = 0.05) -> bool:
    """Poll `ready`; False when `seconds` have passed without it."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True
