"""What is born in a nursery is a child like any other: it lives alone, is known to the end, and ends with us."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from daicho.embedded.faults import StackFault
from daicho.embedded.jars import CHECKOUT
from daicho.embedded.leftovers import command_line
from daicho.embedded.process import Child, Start, wait_until
from daicho.nursery import nursery

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a nursery spawns")
NEWBORN = "tests.embedded.stub_newborn"
PARENT = """
import sys, time
from pathlib import Path
from daicho.embedded.jars import CHECKOUT
from daicho.nursery import nursery
folder = Path(sys.argv[1])
with nursery(folder / "nursery.log") as start:
    command = [sys.executable, "-m", "tests.embedded.stub_newborn", "sleep"]
    child = start(command, log=folder / "log", env={}, cwd=CHECKOUT, append=True)
    if sys.argv[2] == "outlived":
        print(child.pid, flush=True)
        time.sleep(1000)
print(child.pid, flush=True)
time.sleep(1000)
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with nursery(tmp_path / "nursery.log") as born:
        yield born


def born(start: Start, folder: Path, *arguments: str, **environment: str) -> Child:
    command = [sys.executable, "-m", NEWBORN, *arguments]
    return start(command, log=folder / "log", env=environment, cwd=CHECKOUT, append=False)


def told(child: Child) -> list[str]:
    """What it wrote before it ended."""
    assert wait_until(lambda: not child.alive(), seconds=10)
    return child.log.read_text().splitlines()


def test_it_leads_a_session_of_its_own_and_is_our_child(start: Start, tmp_path: Path) -> None:
    child = born(start, tmp_path, "who")
    assert told(child) == [f"pid {child.pid} session {child.pid} parent {os.getpid()} threads 1"]
    assert child.exit_code == 0


def test_it_sees_its_own_environment_and_nothing_else(start: Start, tmp_path: Path) -> None:
    assert told(born(start, tmp_path, "environment", DAICHO_PORT="1")) == ["['DAICHO_PORT']"]
    assert told(born(start, tmp_path, "environment")) == ["[]"]


def test_it_ends_as_an_interpreter_would(start: Start, tmp_path: Path) -> None:
    child = born(start, tmp_path, "leave")
    assert told(child) == ["said at the end"]
    assert child.exit_code == 7
    broken = born(start, tmp_path, "fail")
    assert "ZeroDivisionError: division by zero" in told(broken)
    assert broken.exit_code == 1


def test_it_can_be_stopped_and_killed(start: Start, tmp_path: Path) -> None:
    assert born(start, tmp_path, "sleep").stop() == -signal.SIGTERM
    child = born(start, tmp_path, "sleep")
    child.kill()
    assert child.exit_code == -signal.SIGKILL


def test_it_outlives_the_nursery(tmp_path: Path) -> None:
    with nursery(tmp_path / "nursery.log") as start:
        child = born(start, tmp_path, "sleep")
    assert child.alive()
    assert child.stop() == -signal.SIGTERM


@pytest.mark.parametrize("nursery_lives", ["outlived", "ended"])
def test_kill_9_of_the_parent_leaves_neither_child_nor_nursery(tmp_path: Path, nursery_lives: str) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path), nursery_lives]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=CHECKOUT) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert command_line(child)
        parent.kill()
    assert wait_until(lambda: not nursed_by(parent.pid), seconds=5), nursed_by(parent.pid)
    assert command_line(child) == ""


def test_a_killed_nursery_takes_no_child_along_and_is_told(tmp_path: Path) -> None:
    with nursery(tmp_path / "nursery.log") as start:
        child = born(start, tmp_path, "sleep")
        for pid in nursed_by(os.getpid()):
            if pid != child.pid:
                os.kill(pid, signal.SIGKILL)
        with pytest.raises(StackFault, match="the nursery ended"):
            born(start, tmp_path, "sleep")
        assert child.alive()
        child.kill()


def nursed_by(parent: int) -> list[int]:
    """The nursery of a process, and whoever was born there: they have its command line."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if f"daicho.forked {parent} " in command_line(pid)]


def test_what_is_no_module_is_spawned(start: Start, tmp_path: Path) -> None:
    child = start(["echo", "said"], log=tmp_path / "log", env={}, cwd=CHECKOUT, append=True)
    assert told(child) == ["said"]
