"""Half of our functions are read at a glance, and nine of ten without scrolling."""

import pytest

from tests.architecture.sizes import Lengths, of_files, of_functions, ours
from tests.architecture.tree import Source

PARTS = {part: found for part, found in ours().items() if part != "benchmarks"}
"""In a benchmark stand references too, written as others write them."""
GLANCE = 8
SCREEN = 20
"""Of small code that is admired, the half has 4 to 8 lines, and nine of ten at most 11 to 20."""


@pytest.mark.parametrize("part", PARTS)
def test_functions_are_short(part: str) -> None:
    lengths = of_functions(PARTS[part])
    assert (lengths.half <= GLANCE, lengths.nine_of_ten <= SCREEN) == (True, True), f"{part}: {lengths}"


def test_a_function_is_as_long_as_its_lines_without_decorators_and_docstring() -> None:
    text = '@cache\ndef f(\n    a: int,\n) -> int:\n    """What it\n    means."""\n    return a\n'
    assert of_functions([Source("a.py", text)]) == Lengths((4,))


def test_what_has_no_body_does_not_count() -> None:
    text = 'class P(Protocol):\n    def f(self) -> int: ...\n    def g(self) -> int:\n        """What it means."""\n'
    assert of_functions([Source("a.py", text)]) == Lengths(())


def test_a_function_within_another_counts_in_both() -> None:
    assert of_functions([Source("a.py", "def f():\n    def g():\n        return 1\n    return g\n")]) == Lengths((4, 2))


def test_long_functions_are_found() -> None:
    long = Source("a.py", "def f():\n" + "    x = 1\n" * (SCREEN + 1))
    assert of_functions([long, long]).nine_of_ten > SCREEN


def test_a_file_is_as_long_as_all_of_its_lines() -> None:
    assert of_files([Source("a.py", '"""What it is."""\n\nX = 1\n')]) == Lengths((3,))
