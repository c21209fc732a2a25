"""How long functions and files are: `python -m tests.architecture.sizes`, with folders behind it, of theirs as well.

A function's length is its lines from `def` to the last, without decorators and docstring. Functions within functions
count too, declarations without a body do not. A file's length is all of its lines. Migrations and empty files are left
out, and of other trees their tests.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from statistics import median, quantiles

from tests.architecture.tree import Source, sources

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Lengths:
    """Lines, one number for each function or file."""

    lines: tuple[int, ...]

    @property
    def half(self) -> float:
        return median(self.lines)

    @property
    def nine_of_ten(self) -> float:
        return quantiles(self.lines, n=10)[-1]

    def __str__(self) -> str:
        return f"{len(self.lines)} | {self.half:g} | {self.nine_of_ten:.0f} | {max(self.lines)}"


def of_functions(measured: Iterable[Source]) -> Lengths:
    return Lengths(tuple(length for each in measured for length in _functions(each)))


def of_files(measured: Iterable[Source]) -> Lengths:
    return Lengths(tuple(len(each.text.splitlines()) for each in measured))


def _functions(source: Source) -> Iterator[int]:
    for node in ast.walk(source.tree):
        if isinstance(node, Function) and not all(map(_is_text, node.body)):
            yield _lines(node) - (_lines(node.body[0]) if ast.get_docstring(node, clean=False) is not None else 0)


def _is_text(statement: ast.stmt) -> bool:
    """A docstring, or the dots of a protocol."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def ours() -> dict[str, list[Source]]:
    """Our sources by the part they belong to."""
    parts = defaultdict[str, list[Source]](list)
    for each in sources():
        if _counts(each):
            parts["tests" if _is_test(each) else PurePosixPath(each.path).parts[0]].append(each)
    return dict(parts)


def theirs(folder: Path) -> list[Source]:
    found = (Source(path.relative_to(folder).as_posix(), path.read_text()) for path in sorted(folder.rglob("*.py")))
    return [each for each in found if _counts(each) and not _is_test(each)]


def _counts(source: Source) -> bool:
    return bool(source.text.strip()) and "migrations" not in PurePosixPath(source.path).parts


def _is_test(source: Source) -> bool:
    path = PurePosixPath(source.path)
    return source.is_test or "testing" in path.parts or path.name.startswith(("test_", "conftest"))


def main(folders: list[str]) -> None:
    sys.stdout.write("| | functions | median | 9 of 10 | longest | files | median | 9 of 10 | longest |\n")
    for name, found in (ours() | {name: theirs(Path(name)) for name in folders}).items():
        sys.stdout.write(f"| {name} | {of_functions(found)} | {of_files(found)} |\n")


if __name__ == "__main__":
    main(sys.argv[1:])
