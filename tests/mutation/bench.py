"""Where mutants meet the tests: one pytest that has collected them forks for each mutant."""

import contextlib
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from types import FrameType
from typing import Any, Final

import pytest
from hypothesis import Phase, settings

from tests.mutation.mutants import Mutant
from tests.mutation.planting import Live, Planted

FORK: Final = get_context("fork")
PATIENCE: Final = 3
"""So many times as long as without a mutant may a test take, and some seconds more: else it is an endless loop."""
OUTSIDE: Final = "import"
QUIETLY: Final = ("-q", "-p", "no:cacheprovider", "--assert=plain", "--tb=native")

settings.register_profile(
    "mutation", derandomize=True, database=None, deadline=None, phases=(Phase.explicit, Phase.generate)
)


class Lines:
    """Which lines of some files run."""

    def __init__(self, files: set[str]) -> None:
        self._files = files
        self._seen = set[tuple[str, int]]()

    @contextlib.contextmanager
    def seen(self) -> Iterator[set[tuple[str, int]]]:
        self._seen = set()
        sys.settrace(self._called)
        try:
            yield self._seen
        finally:
            sys.settrace(None)

    def _called(self, frame: FrameType, _: str, __: Any) -> Any:
        return self._line if frame.f_code.co_filename in self._files else None

    def _line(self, frame: FrameType, _: str, __: Any) -> Any:
        self._seen.add((frame.f_code.co_filename, frame.f_lineno))
        return self._line


@dataclass
class Found:
    """What one pytest found out: by number, whether a mutant survived; and how long each test takes."""

    survived: dict[int, bool] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def watch(self, test: str) -> None:
        """From now on the processor may be used as long as this test needs; then this process ends."""
        signal.setitimer(signal.ITIMER_PROF, 2 + PATIENCE * self.seconds.get(test, 0))

    def patience(self, items: Iterable[pytest.Item] = ()) -> float:
        """Seconds for tests that wait instead; without any, for all of them."""
        each = [self.seconds[item.nodeid] for item in items] or self.seconds.values()
        return 30 + PATIENCE * sum(each)


class Bench:
    """A plugin of pytest: runs every test once, watching, and then forks for each mutant that fits."""

    def __init__(self, mutants: Sequence[Mutant]) -> None:
        self.found = Found()
        self._mutants = mutants
        self._files = {each.code.co_filename for each in mutants}
        self._lines = Lines(self._files)
        self._ran: dict[str, set[tuple[str, int]]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Iterator[None]:
        with self._lines.seen() as self._ran[OUTSIDE]:
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for item, following in _in_turn(session.items):
            self._watch(item, following)
        if not session.testsfailed:
            self._meet(session)
        return True

    def _watch(self, item: pytest.Item, following: pytest.Item | None) -> None:
        begun = time.monotonic()
        with self._lines.seen() as self._ran[item.nodeid]:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        self.found.seconds[item.nodeid] = time.monotonic() - begun

    def _meet(self, session: pytest.Session) -> None:
        live = Live(self._files)
        gc.freeze()  # what nobody collects is not copied into each fork
        for number, mutant in enumerate(self._mutants):
            if mutant.inside and not self._runs(mutant, OUTSIDE) and live.fits(mutant.code):
                items = self._concerned(session, mutant)

                def meet(mutant: Mutant = mutant, items: Sequence[pytest.Item] = items) -> None:
                    live.swap(mutant.code)
                    sys.exit(self._fails(session, items))

                self.found.survived[number] = not items or survives(meet, self.found.patience(items))

    def _fails(self, session: pytest.Session, items: Sequence[pytest.Item]) -> bool:
        for item, following in _in_turn(items):
            self.found.watch(item.nodeid)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                return True
        return False

    def _concerned(self, session: pytest.Session, mutant: Mutant) -> list[pytest.Item]:
        """The tests that run what was changed, the fastest first."""
        concerned = [item for item in session.items if self._runs(mutant, item.nodeid)]
        return sorted(concerned, key=lambda item: self.found.seconds[item.nodeid])

    def _runs(self, mutant: Mutant, where: str) -> bool:
        return any((mutant.code.co_filename, line) in self._ran[where] for line in mutant.lines)


class FastestFirst:
    """A plugin of pytest."""

    def __init__(self, found: Found) -> None:
        self._found = found

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self._found.seconds.get(item.nodeid, 0))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._found.watch(nodeid)


def _in_turn(items: Sequence[pytest.Item]) -> Iterable[tuple[pytest.Item, pytest.Item | None]]:
    """Each with the one that follows it."""
    return zip(items, [*items[1:], None], strict=True)


def survives(meet: Callable[[], None], patience: float) -> bool:
    process = FORK.Process(target=meet)
    process.start()
    process.join(patience)
    if process.is_alive():
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

    return survives(meet, found.patience())


def _pytest(arguments: Sequence[str], plugin: object) -> int:
    settings.load_profile("mutation")
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):  # noqa: PTH123
        return pytest.main([*QUIETLY, *arguments], [plugin])
