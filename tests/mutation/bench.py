"""Where mutants meet the tests: one pytest that has collected them forks for each mutant."""

import contextlib
import gc
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from types import CodeType, FrameType
from typing import Any, Final, TypeAlias

import pytest
from hypothesis import Phase, settings

from tests.mutation.mutants import Mutant
from tests.mutation.planting import Live, Planted

FORK: Final = get_context("fork")
PATIENCE: Final = 3
"""So many times as long as without a mutant may a test take, and some seconds more: else it is an endless loop."""
OUTSIDE: Final = "import"
OFTEN: Final = 1000
QUIETLY: Final = ("-q", "-p", "no:cacheprovider", "--assert=plain", "--tb=native")

Ran: TypeAlias = set[tuple[str, int]]
"""Lines, by file and number."""

settings.register_profile(
    "mutation", derandomize=True, database=None, deadline=None, phases=(Phase.explicit, Phase.generate)
)


class Lines:
    """Which lines of some files run; of a function whose lines all ran, or that ran often, no more is asked."""

    def __init__(self, files: set[str]) -> None:
        self._files = files
        self._left: dict[CodeType, set[int]] = {}
        self._calls = Counter[CodeType]()

    def begin(self) -> None:
        self._left, self._calls = {}, Counter()
        sys.settrace(self._called)

    def end(self) -> Ran:
        sys.settrace(None)
        return {(code.co_filename, line) for code, left in self._left.items() for line in _lines(code) - left}

    def _called(self, frame: FrameType, _: str, __: Any) -> Any:
        code = frame.f_code
        if code.co_filename not in self._files:
            return None
        left = self._of(code)
        left.discard(code.co_firstlineno)
        self._calls[code] += 1
        return self._line if left and self._calls[code] <= OFTEN else None

    def _line(self, frame: FrameType, _: str, __: Any) -> Any:
        self._of(frame.f_code).discard(frame.f_lineno)
        return self._line

    def _of(self, code: CodeType) -> set[int]:
        """The lines that are still to run; a generator may go on in another test than it began in."""
        if code not in self._left:
            self._left[code] = _lines(code)
        return self._left[code]


def _lines(code: CodeType) -> set[int]:
    return {line for *_, line in code.co_lines() if line is not None}


@dataclass
class Found:
    """What one pytest found out: by number, whether a mutant survived; and how long each test takes."""

    survived: dict[int, bool] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def in_turn(self, items: Iterable[pytest.Item]) -> list[pytest.Item]:
        """The fastest first, and none of them may wait for ever."""
        found = sorted(items, key=lambda item: self.seconds.get(item.nodeid, 0))
        for each in found:
            each.add_marker(pytest.mark.timeout(20 + PATIENCE * self.seconds.get(each.nodeid, 0)))
        return found

    def watch(self, test: str) -> None:
        """From now on the processor may be used as long as this test needs; then this process ends."""
        signal.setitimer(signal.ITIMER_PROF, 2 + PATIENCE * self.seconds.get(test, 0))


class Bench:
    """A plugin of pytest: runs every test once, watching, and then forks for each mutant that fits."""

    def __init__(self, mutants: Sequence[Mutant]) -> None:
        self.found = Found()
        self._mutants = mutants
        self._files = {each.code.co_filename for each in mutants}
        self._lines = Lines(self._files)
        self._ran: dict[str, Ran] = {}
        self._lines.begin()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._ran[OUTSIDE] = self._lines.end()
        for item, following in _in_turn(session.items):
            self._watch(item, following)
        if not session.testsfailed:
            self._meet(session)
        return True

    def _watch(self, item: pytest.Item, following: pytest.Item | None) -> None:
        begun = time.monotonic()
        self._lines.begin()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        self._ran[item.nodeid] = self._lines.end()
        self.found.seconds[item.nodeid] = time.monotonic() - begun

    def _meet(self, session: pytest.Session) -> None:
        live = Live(self._files)
        gc.freeze()  # what nobody collects is not copied into each fork
        for number, mutant in enumerate(self._mutants):
            if mutant.inside and not self._runs(mutant, OUTSIDE) and live.fits(mutant.code):
                items = [item for item in session.items if self._runs(mutant, item.nodeid)]

                def meet(mutant: Mutant = mutant, items: Sequence[pytest.Item] = items) -> None:
                    live.swap(mutant.code)
                    sys.exit(self._fails(session, self.found.in_turn(items)))

                self.found.survived[number] = not items or survives(meet)

    def _fails(self, session: pytest.Session, items: Sequence[pytest.Item]) -> bool:
        for item, following in _in_turn(items):
            self.found.watch(item.nodeid)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                return True
        return False

    def _runs(self, mutant: Mutant, where: str) -> bool:
        return any((mutant.code.co_filename, line) in self._ran[where] for line in mutant.lines)


class FastestFirst:
    """A plugin of pytest."""

    def __init__(self, found: Found) -> None:
        self._found = found

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = self._found.in_turn(items)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._found.watch(nodeid)


def _in_turn(items: Sequence[pytest.Item]) -> Iterable[tuple[pytest.Item, pytest.Item | None]]:
    """Each with the one that follows it."""
    return zip(items, [*items[1:], None], strict=True)


def survives(meet: Callable[[], None], patience: float | None = None) -> bool:
    """Whether it ends well, and within so many seconds."""
    process = FORK.Process(target=meet)
    process.start()
    process.join(patience)
    process.kill()
    process.join()
    return process.exitcode == 0


def in_place(mutants: Sequence[Mutant], arguments: Sequence[str]) -> Found:
    """What becomes of the mutants that running code can take. To be called in a process of its own."""
    bench = Bench(mutants)
    if code := _pytest(arguments, bench):
        raise RuntimeError(f"without any mutant pytest says {code}")
    return bench.found


def anew(mutant: Mutant, arguments: Sequence[str], found: Found) -> bool:
    """Whether a mutant survives that everybody imports anew."""

    def meet() -> None:
        name = mutant.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        Planted(name, mutant.code.co_filename, mutant.code).plant()
        sys.exit(_pytest([*arguments, "-x"], FastestFirst(found)))

    return survives(meet)


def _pytest(arguments: Sequence[str], plugin: object) -> int:
    settings.load_profile("mutation")
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):  # noqa: PTH123
        return pytest.main([*QUIETLY, *arguments], [plugin])
