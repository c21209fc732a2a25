"""What can be wrong with a machine, said together with its cure."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

DOCTOR: Final = "`make doctor` looks for the usual reasons"
ROOM: Final = "make room: 2 GB are needed, `make clean` throws the embedded data away"
FORBIDDEN: Final = "start as the owner of the folder, or choose another one with --directory"
CURES: Final[Mapping[str, str]] = {
    "No space left on device": ROOM,
    "Disk quota exceeded": ROOM,
    "Read-only file system": FORBIDDEN,
    "Permission denied": FORBIDDEN,
    "Operation not permitted": FORBIDDEN,
    "Too many open files": "allow more open files: `ulimit -n 4096`",
    "password authentication failed": "mend DAICHO_DATABASE_URL; `make clean` makes an embedded one anew",
    "Can't locate revision": "the data are of a newer release: start that one; or `make clean` throws them away",
    "Connect call failed": "start PostgreSQL, or mend or unset DAICHO_DATABASE_URL",
    "Unable to bootstrap from": "start Kafka, or mend or unset DAICHO_KAFKA_BOOTSTRAP_SERVERS",
    "Cannot allocate memory": "make room in memory: 2 GB are needed",
    "insufficient memory": "make room in memory: 2 GB are needed",
}
"""By the machine's own words, wherever they are met."""
TELLING: Final = ("ERROR", "FATAL", "Exception", "Error:")


class StackFault(Exception):  # noqa: N818 - a fault is what `doctor` lists; it is raised when a start meets one
    """A part could not be started; `cure` is what the person at the shell can do about it."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(f"{what}\n  cure: {cure}")
        self.what = what
        self.cure = cure


def cure_of(text: str, otherwise: str = DOCTOR) -> str:
    return next((cure for words, cure in CURES.items() if words in text), otherwise)


def fault_of(error: OSError) -> StackFault | None:
    """None for what has no cure we know: a bug."""
    cure = cure_of(str(error), otherwise="")
    return StackFault(f"{error.strerror}: {error.filename or 'the disk'}", cure) if cure else None


def log_tail(log: Path, lines: int = 12) -> str:
    """The end of a log, indented for a message."""
    return _indented(_lines(log)[-lines:])


def log_reasons(log: Path, lines: int = 6) -> str:
    """The last lines that name an error, out of a log that goes on after it; where none does, the end."""
    telling = [line for line in _lines(log) if any(word in line for word in TELLING)]
    return _indented(telling[-lines:]) if telling else log_tail(log)


def _lines(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines() if log.exists() else ["(no log was written)"]


def _indented(lines: Iterable[str]) -> str:
    return "\n".join(f"  | {line}" for line in lines)
