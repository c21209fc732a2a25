"""One stack for a person at a shell: one supervisor process owns it, in the foreground or detached."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from daicho.embedded.faults import StackFault
from daicho.embedded.jars import CHECKOUT
from daicho.embedded.leftovers import end_leftover, read_pid
from daicho.embedded.locks import held_alone
from daicho.embedded.process import wait_until
from daicho.embedded.server import Server
from daicho.endpoints import FILE, read_endpoints
from daicho.stack import Plan, Stack

PIDFILE = "supervisor.pid"
LOCK = "supervisor.lock"
LOG = "supervisor.log"
WATCH_SECONDS = 0.5
RENEW_SECONDS = 3600.0  # the tokens in endpoints.json live for hours
START_SECONDS = 900.0  # the first start on a machine downloads Kafka
STOP_SECONDS = 40.0
RESTARTS_PER_MINUTE = 5

_DETACHED: list["subprocess.Popen[bytes]"] = []  # Popen warns when it is forgotten while its process lives

Say = Callable[[str], None]


@dataclass
class Mender:
    """Starts again what ended by itself; gives up on what keeps ending, and says so."""

    stack: Stack
    say: Say
    restarts: dict[str, list[float]] = field(default_factory=dict)
    given_up: set[str] = field(default_factory=set)

    def look(self) -> None:
        servers = {"PostgreSQL": self.stack.postgres, "Kafka": self.stack.kafka}
        for name, server in servers.items():
            if not server.alive() and self._may_restart(name):
                self._restart(server)
        for program in self.stack.programs:
            if not program.alive() and self._may_restart(program.name):
                program.launch()

    def _restart(self, server: Server) -> None:
        try:
            server.restart()
        except StackFault as fault:
            self.say(str(fault))

    def _may_restart(self, name: str) -> bool:
        if name in self.given_up:
            return False
        now = time.monotonic()
        recent = [at for at in self.restarts.get(name, []) if now - at < 60]
        if len(recent) >= RESTARTS_PER_MINUTE:
            self.given_up.add(name)
            self.say(f"{name} ended {len(recent)} times within a minute and is left alone; see `daicho logs`")
            return False
        self.say(f"{name} ended and is started again")
        self.restarts[name] = [*recent, now]
        return True


def supervise(directory: Path, *, say: Say, when_ready: Callable[[dict[str, Any]], None], plan: Plan) -> None:
    """Bring the stack up and stay until Ctrl-C, SIGTERM, or the end of the terminal."""
    directory.mkdir(parents=True, exist_ok=True)
    with held_alone(directory / LOCK, patience=1) as alone:
        if not alone:
            raise StackFault("a stack is running in this folder already", "`make down` stops it")
        (directory / PIDFILE).write_text(str(os.getpid()))
        with suppress(KeyboardInterrupt), _every_end_as_ctrl_c(), Stack.start(directory, plan=plan, say=say) as stack:
            when_ready(read_endpoints(directory) or {})
            _watch(stack, say)
        (directory / PIDFILE).unlink(missing_ok=True)


def _watch(stack: Stack, say: Say) -> None:
    mender, renewed = Mender(stack, say), time.monotonic()
    try:
        while True:
            time.sleep(WATCH_SECONDS)
            mender.look()
            if time.monotonic() - renewed > RENEW_SECONDS:
                stack.write_endpoints()
                renewed = time.monotonic()
    finally:
        say("stopping (Ctrl-C again kills)")


@contextmanager
def _every_end_as_ctrl_c() -> Iterator[None]:
    """SIGINT as well: a shell's background jobs begin with it ignored. What `nohup` ignores stays ignored."""
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    yield


def running(directory: Path) -> bool:
    """Whether a supervisor holds the folder; its pid is in `supervisor.pid`."""
    if not (directory / LOCK).exists():
        return False
    with held_alone(directory / LOCK) as alone:
        return not alone


def own_supervisor(directory: Path) -> list[str]:
    return [sys.executable, "-m", "daicho", "up", "--plain", "--directory", str(directory)]


def up_detached(
    directory: Path, *, say: Say, supervisor: Callable[[Path], list[str]] = own_supervisor
) -> dict[str, Any]:
    """Leave a supervisor running, and return the endpoints when everything is ready."""
    started = None if running(directory) else _start_detached(directory, say, supervisor(directory))
    _follow(directory, say, lambda: not running(directory) if started is None else started.poll() is not None)
    return read_endpoints(directory) or {}


def _start_detached(directory: Path, say: Say, command: list[str]) -> "subprocess.Popen[bytes]":
    directory.mkdir(parents=True, exist_ok=True)
    (directory / FILE).unlink(missing_ok=True)
    with (directory / LOG).open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=CHECKOUT, start_new_session=True
        )
    say(f"supervisor {process.pid}, log {directory / LOG}")
    _DETACHED.append(process)
    return process


def _follow(directory: Path, say: Say, gone: Callable[[], bool]) -> None:
    """Repeat what the supervisor says until the endpoints are there or it is gone; Ctrl-C meanwhile stops it."""
    log, said = directory / LOG, 0

    def ready_or_gone() -> bool:
        nonlocal said
        ended = gone() or (directory / FILE).exists()  # asked first, so that its last words are not missed
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        for line in lines[said:]:
            say(line)
        said = len(lines)
        return ended

    try:
        wait_until(ready_or_gone, seconds=START_SECONDS, every=0.1)
    except KeyboardInterrupt:
        down(directory, say=say)
        raise
    if not (directory / FILE).exists():
        raise StackFault(
            f"the stack did not start, as said above and in {log}", "as said above; `make doctor` looks once more"
        )


def down(directory: Path, *, say: Say) -> bool:
    """Stop the stack of a folder and what a hard kill left of it; True when there was one to stop."""
    was_running = running(directory)
    if was_running:
        say("stopping the stack")
        _end_supervisor(directory)
    for part, mark in (("postgres", "postgres/data"), ("kafka", "kafka/server.properties")):
        end_leftover(directory / part / f"{part}.pid", mark=str(directory / mark))
    for name in (FILE, PIDFILE):
        (directory / name).unlink(missing_ok=True)
    return was_running


def _end_supervisor(directory: Path) -> None:
    """Its children end with it, also when it has to be killed."""
    pid = read_pid(directory / PIDFILE)
    for signum in (signal.SIGTERM, signal.SIGKILL):
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signum)
        if wait_until(lambda: not running(directory), seconds=STOP_SECONDS):
            return


def attach(directory: Path, *, say: Say) -> None:
    """Stay beside a detached stack until it ends, or until Ctrl-C ends it."""
    try:
        wait_until(lambda: not running(directory), seconds=float("inf"), every=WATCH_SECONDS)
    except KeyboardInterrupt:
        down(directory, say=say)
