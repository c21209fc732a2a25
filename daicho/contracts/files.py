"""Generated files against those of the checkout: same bytes, none missing, none left over."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

CHECKOUT: Final = Path(__file__).parents[2]
Files = Mapping[str, str]
"""Texts by their path in the checkout."""


@dataclass(frozen=True)
class Folder:
    """A folder and a pattern: what it holds and what is generated must be the same."""

    path: str
    pattern: str
    files: Files


@dataclass(frozen=True)
class Change:
    """`text` is None for a file that nothing generates any more."""

    path: str
    text: str | None
    new: bool = False

    def __str__(self) -> str:
        return f"{'left over' if self.text is None else 'new' if self.new else 'differs'}: {self.path}"


def document(content: Any) -> str:
    """JSON as it is committed: readable, Japanese as it is, one newline at the end."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def differences(folders: Iterable[Folder], root: Path = CHECKOUT) -> list[Change]:
    """What would have to change for the checkout to be what is generated."""
    return [change for folder in folders for change in _differences(folder, root)]


def _differences(folder: Folder, root: Path) -> Iterable[Change]:
    there = {path.relative_to(root).as_posix() for path in (root / folder.path).glob(folder.pattern)}
    for path, text in sorted(folder.files.items()):
        if path not in there or (root / path).read_text() != text:
            yield Change(path, text, new=path not in there)
    yield from (Change(path, None) for path in sorted(there - folder.files.keys()))


def write(changes: Iterable[Change], root: Path = CHECKOUT) -> None:
    for change in changes:
        path = root / change.path
        if change.text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(change.text)
