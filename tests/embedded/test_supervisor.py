"""`up` and `down` as a person at a shell sees them: Ctrl-C once and twice, a hard kill, detached."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from daicho.embedded.jars import CHECKOUT
from daicho.embedded.leftovers import command_line, read_pid
from daicho.embedded.parts import Parts
from daicho.embedded.process import wait_until
from daicho.up import PIDFILE, down, running, up_detached
from tests.embedded.stubs import SUPERVISOR, processes_of

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]


def quiet(line: str) -> None:
    """The tests need no progress."""


@pytest.fixture
def given_servers(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run's servers, where the test is not about servers: seconds saved per test."""
    monkeypatch.setenv("DAICHO_DATABASE_URL", parts.postgres_dsn)
    monkeypatch.setenv("DAICHO_KAFKA_BOOTSTRAP_SERVERS", parts.kafka)


@contextmanager
def supervisor(directory: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Ready when handed over; killed if the test left it alive."""
    with subprocess.Popen([*SUPERVISOR, str(directory)], stdout=subprocess.PIPE, cwd=CHECKOUT) as process:
        try:
            assert process.stdout
            assert json.loads(process.stdout.readline())["ledger"].startswith("http://")
            yield process
        finally:
            process.kill()


def pids_of_services(directory: Path) -> list[int]:
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if "stub_program" in command_line(pid) and str(directory) in environment_of(pid)]


def environment_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
    except OSError:
        return ""


@pytest.mark.usefixtures("given_servers")
def test_ctrl_c_stops_everything_and_leaves_no_endpoints(tmp_path: Path) -> None:
    with supervisor(tmp_path) as process:
        assert pids_of_services(tmp_path)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert not pids_of_services(tmp_path)
    assert not (tmp_path / "endpoints.json").exists()


def test_ctrl_c_twice_leaves_nothing_of_the_servers_either(tmp_path: Path) -> None:
    with supervisor(tmp_path) as process:
        frozen = pids_of_services(tmp_path)
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)  # so that the first Ctrl-C takes long
        process.send_signal(signal.SIGINT)
        assert wait_until(lambda: not (tmp_path / "endpoints.json").exists(), seconds=10)
        process.send_signal(signal.SIGINT)
        process.wait(20)
    assert wait_until(lambda: not pids_of_services(tmp_path), seconds=10)
    assert wait_until(lambda: not processes_of(tmp_path), seconds=15), processes_of(tmp_path)


def test_kill_9_of_the_supervisor_leaves_nothing_and_the_next_up_works(tmp_path: Path) -> None:
    for _ in range(2):
        with supervisor(tmp_path) as process:
            process.kill()
        assert wait_until(lambda: not pids_of_services(tmp_path), seconds=10)
    assert wait_until(lambda: not processes_of(tmp_path), seconds=15), processes_of(tmp_path)


@pytest.mark.usefixtures("given_servers")
def test_a_killed_service_is_started_again(tmp_path: Path) -> None:
    with supervisor(tmp_path) as process:
        before = set(pids_of_services(tmp_path))
        victim = before.pop()
        os.kill(victim, signal.SIGKILL)
        assert wait_until(lambda: len(set(pids_of_services(tmp_path)) - before - {victim}) == 1, seconds=10)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.mark.usefixtures("given_servers")
def test_a_second_up_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with supervisor(tmp_path) as process:
        second = subprocess.run([*SUPERVISOR, str(tmp_path)], capture_output=True, text=True, cwd=CHECKOUT, check=False)
        assert second.returncode != 0
        assert "running in this folder already" in second.stderr
        assert process.poll() is None


@pytest.mark.usefixtures("given_servers")
def test_a_detached_stack_lives_until_down(tmp_path: Path) -> None:
    endpoints = up_detached(tmp_path, say=quiet, supervisor=stub_supervisor)
    pid = read_pid(tmp_path / PIDFILE)
    assert endpoints["training"].startswith("http://")
    assert running(tmp_path)
    assert up_detached(tmp_path, say=quiet, supervisor=stub_supervisor) == endpoints
    assert read_pid(tmp_path / PIDFILE) == pid
    assert down(tmp_path, say=quiet)
    assert not running(tmp_path)
    assert not pids_of_services(tmp_path)
    assert not down(tmp_path, say=quiet)


def stub_supervisor(directory: Path) -> list[str]:
    return [*SUPERVISOR, str(directory)]
