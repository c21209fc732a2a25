"""Locks between processes that the kernel lets go when their holder ends, however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from daicho.embedded.process import wait_until


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait for whoever holds `path`."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def held_alone(path: Path, *, patience: float = 0.0) -> Iterator[bool]:
    """False when another process still holds `path` after `patience` seconds."""
    with path.open("a") as file:
        yield wait_until(lambda: _taken(file), seconds=patience)


def _taken(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
