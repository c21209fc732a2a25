"""The checkout as its guards see it."""

import ast
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from daicho.contracts.files import CHECKOUT

LEFT_OUT = {"__pycache__", "node_modules", "dist"}


@dataclass(frozen=True)
class Source:
    """A Python file, or one that somebody planted."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def is_test(self) -> bool:
        return "tests" in PurePosixPath(self.path).parts

    def matches(self, *patterns: str) -> bool:
        return any(PurePosixPath(self.path).match(pattern) for pattern in patterns)

    def __str__(self) -> str:
        return self.path


def committed() -> list[str]:
    """Every file that is, or would be, committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False).stdout.splitlines()
    return sorted(path for path in set(listed) or _unpacked() if (CHECKOUT / path).is_file())


def _unpacked() -> set[str]:
    """The same where there is no repository: folders with a dot and what Node installs are nobody's."""
    found = set[str]()
    for folder, below, names in os.walk(CHECKOUT):
        below[:] = [name for name in below if not name.startswith(".") and name not in LEFT_OUT]
        found |= {(Path(folder) / name).relative_to(CHECKOUT).as_posix() for name in names}
    return found


def texts() -> Iterator[Source]:
    for path in committed():
        try:
            yield Source(path, (CHECKOUT / path).read_text())
        except UnicodeDecodeError:
            continue  # an image


def sources() -> list[Source]:
    return [each for each in texts() if each.path.endswith(".py")]
