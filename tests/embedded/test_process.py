"""A child ends with its parent, whatever ends the parent."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from daicho.embedded.leftovers import command_line, end_leftover
from daicho.embedded.process import spawn, wait_until, watch

SLEEPER = ["sleep", "1000"]
DEAF = [
    sys.executable,
    "-c",
    "import signal,time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(99)",
]
PARENT = """
import sys, time
from pathlib import Path
from daicho.embedded.process import spawn
child = spawn(["sleep", "1000"], log=Path(sys.argv[1]))
print(child.pid, flush=True)
time.sleep(1000)
"""


def test_stop_ends_a_child_politely(tmp_path: Path) -> None:
    child = spawn(SLEEPER, log=tmp_path / "log")
    assert child.alive()
    assert child.stop() == -signal.SIGTERM
    assert not child.alive()


def test_stop_kills_a_child_that_does_not_listen(tmp_path: Path) -> None:
    child = spawn(DEAF, log=tmp_path / "log")
    assert wait_until(lambda: "deaf" in child.log.read_text(), seconds=10)
    assert child.stop(timeout=0.2) == -signal.SIGKILL


def test_the_output_goes_to_the_log_and_the_one_before_is_kept(tmp_path: Path) -> None:
    for word in ("first", "second"):
        child = spawn(["echo", word], log=tmp_path / "log")
        assert wait_until(lambda child=child: not child.alive(), seconds=10)  # type: ignore[misc]
    assert (tmp_path / "log").read_text() == "second\n"
    assert (tmp_path / "log.1").read_text() == "first\n"


def test_kill_9_of_the_parent_leaves_no_child(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path / "log")], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert wait_until(lambda: command_line(child).startswith("sleep"), seconds=10)  # no longer the launcher
        parent.kill()
    assert wait_until(lambda: command_line(child) == "", seconds=5)


def test_spawning_from_another_thread_is_refused(tmp_path: Path) -> None:
    refused: list[str] = []

    def attempt() -> None:
        with pytest.raises(RuntimeError) as caught:
            spawn(SLEEPER, log=tmp_path / "log")
        refused.append(str(caught.value))

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    assert "main thread" in refused[0]


def test_the_watchdog_of_other_systems_ends_a_child_when_our_end_of_the_pipe_closes(tmp_path: Path) -> None:
    child = spawn(SLEEPER, log=tmp_path / "log")
    watchdog = watch(child.pid, signal.SIGTERM)
    assert watchdog.stdin
    watchdog.stdin.close()
    assert wait_until(lambda: not child.alive(), seconds=5)
    watchdog.wait(5)


def test_a_dismissed_watchdog_signals_nobody(tmp_path: Path) -> None:
    child = spawn(SLEEPER, log=tmp_path / "log")
    watch(child.pid, signal.SIGTERM).communicate(b"done", timeout=5)
    assert child.alive()
    child.kill()


def test_a_leftover_is_ended_and_a_reused_pid_is_left_alone(tmp_path: Path) -> None:
    child = spawn(["sleep", "1001"], log=tmp_path / "log")
    assert wait_until(lambda: command_line(child.pid).startswith("sleep"), seconds=10)
    pidfile = tmp_path / "pid"
    pidfile.write_text(str(child.pid))
    end_leftover(pidfile, mark="something else")
    assert child.alive()
    pidfile.write_text(str(child.pid))
    end_leftover(pidfile, mark="1001")
    assert not child.alive()
    assert not pidfile.exists()


@pytest.fixture
def heeds_ctrl_c() -> Iterator[None]:
    """A shell's background job is born deaf to SIGINT, and so is a test run inside of one."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeds_ctrl_c")
def test_a_second_ctrl_c_during_stop_kills(tmp_path: Path) -> None:
    child = spawn(DEAF, log=tmp_path / "log")
    assert wait_until(lambda: "deaf" in child.log.read_text(), seconds=10)
    impatient = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    impatient.start()
    with pytest.raises(KeyboardInterrupt):
        child.stop(timeout=60)
    assert not child.alive()
    impatient.join()
