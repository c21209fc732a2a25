"""What is committed works on any machine and stands on its own."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from tests.architecture.tree import Source, committed, sources, texts

REGISTRIES = re.compile(
    r"pypi[.](org|io)|python[h]osted[.]org|registry\.\w+\.(org|com|io)|npm[j]s[.](org|com)|\b(ghcr|quay|gcr|docker)[.]io\b"
    r"|repo1?\.maven\.|artifactory|nexus\.|proxy\.golang\.org|--index-url|--extra-index-url",
    re.IGNORECASE,
)
MACHINES = re.compile(r"(?<![\w.])/(home|Users|root|work|workspace)/\w|[A-Z]:\\Users", re.MULTILINE)
NOTES = re.compile(r"shared/design|design[ -]notes?\b", re.IGNORECASE)
MENTIONED = re.compile(r"[\w./-]*\b[\w-]+\.md\b")
TESTS = re.compile(r"`(test_\w+)`")
PATHS = re.compile(r"`((?:services|shared|daicho|tests|benchmarks|deploy)/[\w./-]+\.\w+)")
GLOSSED = re.compile(r"(?<![*])`([A-Za-z_]\w*(?:[.]\w+)*)`")
FILES = set(committed())
NAMES = {PurePosixPath(path).name for path in FILES}
WORDS = {word for source in sources() for word in re.findall(r"\w+", source.text)}
TESTED = {name for source in sources() for name in re.findall(r"def (test_\w+)\(", source.text)}


def registries(source: Source) -> Iterator[str]:
    if source.path != ".gitignore":
        yield from (match[0] for match in REGISTRIES.finditer(source.text))


def machine_paths(source: Source) -> Iterator[str]:
    yield from (match[0] for match in MACHINES.finditer(source.text))


def notes(source: Source) -> Iterator[str]:
    """What is pointed to must be there for who reads it."""
    yield from (match[0] for match in NOTES.finditer(source.text))
    mentioned = {PurePosixPath(match[0]).name for match in MENTIONED.finditer(source.text)}
    yield from sorted(mentioned - NAMES)


def missing(source: Source) -> Iterator[str]:
    """A document names tests and files that are there; only recipes and the changelog speak of others."""
    if source.path.endswith(".md") and not source.path.startswith(("docs/how-to/", "CHANGELOG")):
        yield from sorted(set(TESTS.findall(source.text)) - TESTED)
        here = PurePosixPath(source.path).parent
        yield from sorted(path for path in set(PATHS.findall(source.text)) if not {path, str(here / path)} & FILES)


def unheard(source: Source) -> Iterator[str]:
    """The glossary says what is called so in the code; what is not built yet stands there in italics."""
    if source.path.endswith("glossary.md"):
        yield from sorted(name for name in set(GLOSSED.findall(source.text)) if not WORDS.issuperset(name.split(".")))


HERE = PurePosixPath(__file__).name


@pytest.mark.parametrize("rule", [registries, machine_paths, notes, missing, unheard], ids=lambda rule: rule.__name__)
def test_no_committed_text_breaks_the_rule(rule: object) -> None:
    assert callable(rule)
    found = {source.path: list(rule(source)) for source in texts() if not source.path.endswith(HERE)}
    assert {path: each for path, each in found.items() if each} == {}


def test_what_is_locked_names_no_registry() -> None:
    assert {"uv.lock", "poetry.lock", "Pipfile.lock", "yarn.lock"} & NAMES == set()
    assert "requirements.lock" in NAMES


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (registries, "--index-url https://mirror.example.com/simple"),
        (registries, '"resolved": "https://registry.example.com/ajv"'),
        (registries, "FROM ghcr" + ".io/somebody/something"),
        (machine_paths, "see /home/somebody/daicho"),
        (machine_paths, 'PATH = "/work/somewhere"'),
        (notes, "as the design notes say"),
        (notes, "see interfaces-of-old.md"),
        (missing, "*Checked by* `test_that_was_taken_out`."),
        (missing, "`shared/runtime/nowhere.py` does it"),
        (unheard, "| 台帳 | the ledger | `Role.LIBR" + "ARIAN` |"),
    ],
)
def test_a_planted_text_is_found(rule: object, text: str) -> None:
    assert callable(rule)
    assert list(rule(Source("docs/glossary.md", text)))
