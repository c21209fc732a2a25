"""The same shape five times: who knows one service finds his way in every other."""

from collections.abc import Iterator, Mapping
from typing import Final

import pytest

from daicho.contracts.files import CHECKOUT
from shared.events.topics import OWN

EVERYWHERE: Final = {"__init__.py", "__main__.py", "app.py", "access.py", "schema.py", "migrations"}
WHERE_NEEDED: Final = {
    *("README.md", "api", "api.py", "domain", "views", "reactions.py", "tests"),
    *("problems.py", "queries.py", "known.py"),
}
"""A new kind of file is decided for all five, here."""
PARTICULAR: Final[Mapping[str, set[str]]] = {
    "training": {"duties"},
    "incidents": {"narratives.py"},
    "notifier": {"sender.py", "smtp.py", "templates.py"},
    "audit": {
        *("rules", "spells", "replay"),
        *("archive.py", "compliance.py", "histories.py", "intervals.py", "judging.py", "known_at.py", "live.py"),
        *("comparison.py", "locks.py", "redaction.py", "verify.py"),
    },
}
"""What one service is about and the others are not."""


def _shape(service: str) -> set[str]:
    return {path.name for path in (CHECKOUT / "services" / service).iterdir() if path.name != "__pycache__"}


def misfits(service: str, shape: set[str]) -> Iterator[str]:
    known = EVERYWHERE | WHERE_NEEDED | PARTICULAR.get(service, set())
    yield from (f"services/{service} has no {name}" for name in sorted(EVERYWHERE - shape))
    yield from (f"services/{service}/{name} is a new kind of file" for name in sorted(shape - known))
    if {"api", "api.py"} <= shape:
        yield f"services/{service} has two fronts"


@pytest.mark.parametrize("service", OWN)
def test_a_service_has_the_shape_of_all(service: str) -> None:
    assert list(misfits(service, _shape(service))) == []


def test_the_services_are_those_with_a_topic() -> None:
    found = {path.parent.name for path in (CHECKOUT / "services").glob("*/__init__.py")}
    assert found == set(OWN)


@pytest.mark.parametrize("service", PARTICULAR)
def test_what_is_particular_is_there(service: str) -> None:
    assert PARTICULAR[service] <= _shape(service)


@pytest.mark.parametrize(
    "shape", [EVERYWHERE | {"helpers.py"}, EVERYWHERE - {"access.py"}, EVERYWHERE | {"api", "api.py"}]
)
def test_another_shape_is_found(shape: set[str]) -> None:
    assert len(list(misfits("ledger", shape))) == 1
