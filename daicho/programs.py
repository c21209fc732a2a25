"""The programs of a stack that are ours: services, dev issuer, mail catcher, each a process that listens on a port."""

import os
import ssl
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import httpx

from daicho.embedded.faults import StackFault, cure_of, log_tail
from daicho.embedded.jars import CHECKOUT
from daicho.embedded.ports import HOST, answers
from daicho.embedded.process import Child, Start, spawn, wait_until

SERVICES = ("ledger", "incidents", "training", "audit", "notifier")
READY_SECONDS = 60.0


def python_service(name: str) -> list[str]:
    """How service `name` is called; `serve`, `migrate` or `topics` is put behind it."""
    return [sys.executable, "-m", f"services.{name}"]


def python_issuer() -> list[str]:
    return [sys.executable, "-m", "shared.runtime.dev_issuer"]


def python_catcher() -> list[str]:
    return [sys.executable, "-m", "daicho.embedded.mail_catcher"]


@dataclass
class Program:
    """It is ready when `ready_path` answers 200; it keeps its port over `kill` and `restart`."""

    name: str
    port: int
    argv: list[str]
    ready_path: str
    environment: Mapping[str, str]
    logs: Path
    child: Child | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def pid(self) -> int | None:
        return self.child.pid if self.child else None

    @property
    def log(self) -> Path:
        return self.logs / f"{self.name}.log"

    def alive(self) -> bool:
        return self.child is not None and self.child.alive()

    def ready(self) -> bool:
        """Proxies of the environment are not asked: the address is this machine's own."""
        with suppress(httpx.HTTPError):
            answer = httpx.get(self.url + self.ready_path, verify=_trusted(), trust_env=False, timeout=2)
            return answer.status_code == 200
        return False

    def launch(self, start: Start = spawn) -> None:
        """Start without waiting. Its log goes on from the start before."""
        self.child = self._start(start, self.argv, self.log, append=True)

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        if not wait_until(lambda: not self.alive() or self.ready(), seconds=seconds):
            raise self._failed(f"was not ready within {seconds:.0f} s")
        if not self.alive():
            raise self._failed("ended while starting")

    def ask_to_stop(self) -> None:
        if self.child:
            self.child.ask_to_stop()

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    def kill(self) -> None:
        if self.child:
            self.child.kill()

    def restart(self) -> None:
        self.stop()
        self.launch()
        self.wait_ready()

    def step(self, verb: str, start: Start = spawn) -> Child:
        """Run `migrate` or `topics` beside the service."""
        return self._start(start, [*self.argv[:-1], verb], self.logs / f"{self.name}.{verb}.log", append=False)

    def _start(self, start: Start, argv: list[str], log: Path, *, append: bool) -> Child:
        environment = {**os.environ, **self.environment}
        return start(argv, log=log, env=environment, cwd=CHECKOUT, append=append)

    def _failed(self, what: str) -> StackFault:
        told = log_tail(self.log)
        return StackFault(f"{self.name} {what}:\n{told}", cure_of(told, f"read {self.log}"))


@cache
def _trusted() -> ssl.SSLContext:
    """Made once: to read what a machine trusts takes longer than to ask whether somebody is ready."""
    return httpx.create_ssl_context(trust_env=False)


@dataclass
class MailProgram(Program):
    """The mail catcher speaks no HTTP: it is ready when it lets somebody in."""

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def url(self) -> str:
        return f"smtp://{self.address}"

    def ready(self) -> bool:
        return answers(HOST, self.port)


def wait_all_ready(programs: Iterable[Program], seconds: float = READY_SECONDS) -> None:
    """All of them within `seconds`; every fault is told, not only the first."""
    deadline, faults = time.monotonic() + seconds, []
    for program in programs:
        try:
            program.wait_ready(max(0.0, deadline - time.monotonic()))
        except StackFault as fault:
            faults.append(fault)
    if faults:
        raise together(faults)


def together(faults: list[StackFault]) -> StackFault:
    cures = dict.fromkeys(fault.cure for fault in faults)
    return StackFault("\n".join(fault.what for fault in faults), "; ".join(cures))
