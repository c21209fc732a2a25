"""The tool bites: what the tests notice is killed, what they do not notice survives."""

import asyncio
from pathlib import Path

import pytest

from tests.mutation.__main__ import examine
from tests.mutation.bench import survives
from tests.mutation.mutants import mutants
from tests.mutation.parts import Part

AGE = "def grown_up(age: int) -> bool:\n    return age >= LIMIT\n\n\nLIMIT = 18\n"
SHARP = "from age import grown_up\n\n\ndef test_age():\n    assert (grown_up(17), grown_up(18)) == (False, True)\n"
BLUNT = "from age import grown_up\n\n\ndef test_age():\n    assert grown_up(30)\n"


def changes(text: str) -> list[str]:
    return [mutant.change for mutant in mutants("a.py", text, "a.py")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = a < b", ["x = a < b → x = a <= b", "x = a < b → x = a >= b"]),
        ("x = a and b", ["x = a and b → x = a or b", "x = a and b → x = b", "x = a and b → x = a"]),
        ("x = not a", ["x = not a → x = a"]),
        ("x = a + 1", ["x = a + 1 → x = a - 1", "x = a + 1 → x = a + 2", "x = a + 1 → x = a + 0"]),
        ("def f(a=True): ...", ["def f(a=True) → def f(a=False)"]),
        ("def f(): return [a]", ["return [a] → return None"]),
        ("if a: b()", ["if a → if not a", "b() → pass"]),
        ("x = [a for a in b if a]", ["x = [a for a in b if a] → x = [a for a in b if not a]"]),
        ("def f():\n  raise A(b < c)", ["raise A(b < c) → pass"]),
        ("match a:\n case B(): b()\n case _: pass", ["match a: B(), _ → match a: _", "b() → pass"]),
    ],
)
def test_a_slip_of_the_pen_is_made_in_every_way(text: str, expected: list[str]) -> None:
    assert changes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '"""What it means."""',
        'x = "text"',
        "def f(a: dict[int, 1]) -> 1: ...",
        "@cache(1)\ndef f(): ...",
        "X: TypeAlias = A | B",
        'log.info("it", count=1)',
        "assert_never(x)",
    ],
)
def test_what_no_behaviour_hangs_on_is_left_alone(text: str) -> None:
    assert changes(text) == []


def part(folder: Path, test: str) -> Part:
    """One whose module is in a folder of its own."""
    (folder / "age.py").write_text(AGE)
    (folder / "test_age.py").write_text(test)
    (folder / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    arguments = (str(folder), "--rootdir", str(folder), "-c", str(folder / "pytest.ini"))
    return Part("age", ("age.py",), arguments, folder)


def test_what_a_sharp_test_notices_is_killed_and_what_a_blunt_one_does_not_survives(tmp_path: Path) -> None:
    """In place and anew: the bound is read where the module is imported."""
    (tmp_path / "sharp").mkdir()
    (tmp_path / "blunt").mkdir()
    sharp, blunt = examine(part(tmp_path / "sharp", SHARP)), examine(part(tmp_path / "blunt", BLUNT))
    assert (sharp.mutants, sharp.survivors) == (5, [])
    assert [each.change for each in blunt.survivors] == [
        "return age >= LIMIT → return age > LIMIT",
        "LIMIT = 18 → LIMIT = 19",
        "LIMIT = 18 → LIMIT = 17",
    ]


def test_an_endless_loop_is_killed() -> None:
    assert not survives(lambda: asyncio.run(asyncio.sleep(3600)), patience=0.1)
