"""The pure heart of the system, and the two loops that carry it: which files, and which tests speak of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from daicho.contracts.files import CHECKOUT
from tests.mutation.mutants import Mutant, mutants

WITHOUT_SERVERS: Final = ("-m", "not stack and not system and not long")


@dataclass(frozen=True)
class Part:
    name: str
    files: tuple[str, ...]
    """Files, or folders without their tests."""
    arguments: tuple[str, ...]
    """pytest's: the tests."""
    root: Path = CHECKOUT

    def mutants(self) -> Iterator[Mutant]:
        for path in self._paths():
            yield from mutants(path.relative_to(self.root).as_posix(), path.read_text(), str(path))

    def _paths(self) -> Iterator[Path]:
        for each in self.files:
            found = sorted((self.root / each).rglob("*.py")) if (self.root / each).is_dir() else [self.root / each]
            yield from (path for path in found if "tests" not in path.relative_to(self.root).parts)


def _domain(service: str) -> Part:
    return Part(
        f"services/{service}/domain", (f"services/{service}/domain",), (f"services/{service}", *WITHOUT_SERVERS)
    )


def _runtime(*modules: str) -> tuple[str, ...]:
    return tuple(f"shared/runtime/{module}.py" for module in modules)


def _law(modules: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"shared/law/{module}.py" for module in modules)


NUMBERS: Final = ("digit_groups", "look_alikes", "national_id", "twelve_digits")
RULES: Final = sorted({path.stem for path in (CHECKOUT / "shared/law").glob("*.py")} - {*NUMBERS, "__init__"})
CONSUMER: Final = (
    "shared/runtime/tests/test_sift.py",
    "shared/runtime/tests/test_pace.py",
    "tests/integration/test_feed_polls.py",
    "tests/integration/test_intake.py",
    "tests/integration/test_feed.py::test_a_consumer_that_could_not_learn_its_position_begins_again",
)
PARTS: Final = (
    *(_domain(service) for service in ("ledger", "incidents", "training", "audit", "notifier")),
    Part("shared/law:numbers", _law(NUMBERS), ("shared/law/tests/test_national_id.py",)),
    Part("shared/law:rules", _law(RULES), ("shared/law", "--ignore=shared/law/tests/test_national_id.py")),
    Part("shared/decider.py", ("shared/decider.py",), ("shared/tests",)),
    Part("relay", _runtime("writing/relay"), ("tests/integration/test_relay_batches.py",)),
    Part(
        "consumer",
        _runtime(
            "reading/feed", "reading/pace", "reading/intake", "reading/intake_rows", "reading/sift", "reading/positions"
        ),
        CONSUMER,
    ),
)
