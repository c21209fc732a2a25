"""What can be wrong with a machine, said together with its cure."""

from pathlib import Path


class StackFault(Exception):  # noqa: N818 - a fault is what `doctor` lists; it is raised when a start meets one
    """A part could not be started; `cure` is what the person at the shell can do about it."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(f"{what}\n  cure: {cure}")
        self.what = what
        self.cure = cure


def log_tail(log: Path, lines: int = 12) -> str:
    """The end of a log, indented for a message."""
    if not log.exists():
        return "  (no log was written)"
    return "\n".join(f"  | {line}" for line in log.read_text(errors="replace").splitlines()[-lines:])
