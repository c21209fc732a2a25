"""Processes of an earlier run that still hold a folder: after a hard kill they need a moment to end."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from daicho.embedded.process import wait_until


def command_line(pid: int) -> str:
    """Empty when no such process lives; a zombie is dead."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    listing = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listing.stdout


def read_pid(pidfile: Path) -> int | None:
    try:
        return int(pidfile.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def end_leftover(pidfile: Path, mark: str) -> None:
    """End the process named by `pidfile` when its command line still holds `mark`; a reused pid is left alone."""
    pid = read_pid(pidfile)
    if pid is not None:
        _end(pid, mark)
    pidfile.unlink(missing_ok=True)


def _end(pid: int, mark: str) -> None:
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        if mark not in command_line(pid):
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signum)
        wait_until(lambda: mark not in command_line(pid), seconds=5)
