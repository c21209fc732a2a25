"""The logs of every part of a stack under one command."""

import sys
import time
from pathlib import Path

from daicho.embedded.faults import StackFault


def log_files(directory: Path) -> dict[str, Path]:
    """Name of the part → its log, as far as there is one."""
    servers = {name: directory / name / f"{name}.log" for name in ("postgres", "kafka")}
    programs = {path.stem: path for path in sorted((directory / "logs").glob("*.log"))}
    files = {"supervisor": directory / "supervisor.log"} | servers | programs
    return {name: path for name, path in files.items() if path.exists()}


def show_logs(directory: Path, names: tuple[str, ...], lines: int) -> dict[str, list[str]]:
    """The last `lines` lines of each."""
    files = log_files(directory)
    unknown = [name for name in names if name not in files]
    if unknown:
        raise StackFault(f"no log of {', '.join(unknown)}", f"there are: {', '.join(files) or 'none yet'}")
    wanted = names or tuple(files)
    return {name: files[name].read_text(errors="replace").splitlines()[-lines:] for name in wanted}


def follow_logs(directory: Path, names: tuple[str, ...]) -> None:
    """Until Ctrl-C, every new line with the name of its part before it."""
    files = {name: path for name, path in log_files(directory).items() if name in names}
    seen = {name: path.stat().st_size for name, path in files.items()}
    while True:
        for name, path in files.items():
            seen[name] = _print_new(name, path, seen[name])
        time.sleep(0.3)


def _print_new(name: str, path: Path, seen: int) -> int:
    """The position after the last whole line."""
    size = path.stat().st_size
    start = seen if size >= seen else 0  # a restarted server begins a new log
    with path.open("rb") as file:
        file.seek(start)
        new = file.read()
    whole = new[: new.rfind(b"\n") + 1]
    for line in whole.decode(errors="replace").splitlines():
        sys.stdout.write(f"{name:>11} | {line}\n")
    sys.stdout.flush()
    return start + len(whole)
