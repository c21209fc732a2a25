"""The guards bite: every planted bug makes the test that is named for it fail, which passes without the bug."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from daicho.embedded.jars import CHECKOUT
from daicho.embedded.parts import Parts
from tests.faults.planted import PLANTED, QUICKEST, Planted
from tests.faults.planted_in_domains import IN_DOMAINS
from tests.faults.planted_in_services import IN_SERVICES

PACKAGES = ("daicho", "services", "shared", "tests")
TESTS_PASSED, TESTS_FAILED = 0, 1

EVERY = (*PLANTED, *IN_DOMAINS, *IN_SERVICES)
IN_SHORT = tuple(each for each in EVERY if each.name in QUICKEST)


def _marked(planted: Planted) -> object:
    return pytest.param(planted, id=planted.name, marks=() if planted in IN_SHORT else pytest.mark.long)


def _guards() -> list[object]:
    """Each test that is named, once."""
    in_short = {each.test for each in IN_SHORT}
    tests = dict.fromkeys(each.test for each in EVERY)
    return [pytest.param(test, id=test, marks=() if test in in_short else pytest.mark.long) for test in tests]


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree as it is."""
    copy = tmp_path_factory.mktemp("tree")
    for package in PACKAGES:
        shutil.copytree(CHECKOUT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "conftest.py"):
        shutil.copy(CHECKOUT / file, copy / file)
    if (CHECKOUT / ".cache").exists():
        (copy / ".cache").symlink_to(CHECKOUT / ".cache")
    return copy


@pytest.fixture
def tree(clean: Path, tmp_path: Path) -> Path:
    """The same, to be spoiled."""
    return Path(shutil.copytree(clean, tmp_path / "tree", symlinks=True))


@pytest.mark.parametrize("planted", EVERY, ids=[each.name for each in EVERY])
def test_a_bug_still_finds_its_place_and_its_test(planted: Planted) -> None:
    assert compile(planted.planted_in((CHECKOUT / planted.file).read_text()), planted.file, "exec")
    file, _, name = planted.test.partition("::")
    source = (CHECKOUT / file).read_text()
    assert f"def {name.partition('[')[0]}(" in source or f"{name} = " in source


def test_every_test_that_is_named_is_one_that_pytest_finds() -> None:
    """With its parameters, too."""
    named = {each.test for each in EVERY}
    command = [sys.executable, "-m", "pytest", "--collect-only", "-qq", "-p", "no:cacheprovider", *named]
    found = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert found.returncode == TESTS_PASSED, found.stderr[-3000:]


@pytest.mark.stack
@pytest.mark.timeout(300)
@pytest.mark.parametrize("test", _guards())
def test_without_a_bug_nothing_is_noticed(test: str, tree: Path, parts: Parts) -> None:
    """Who fails anyway notices nothing."""
    ended = _run(tree, test, parts)
    assert ended.returncode == TESTS_PASSED, ended.stdout[-3000:]


@pytest.mark.stack
@pytest.mark.timeout(300)
@pytest.mark.parametrize("planted", [_marked(each) for each in EVERY])
def test_a_planted_bug_is_noticed_by_its_test(planted: Planted, tree: Path, parts: Parts) -> None:
    planted.plant(tree)
    ended = _run(tree, planted.test, parts)
    assert ended.returncode == TESTS_FAILED, ended.stdout[-3000:]
    assert " failed" in ended.stdout.splitlines()[-1], ended.stdout[-3000:]


def _run(tree: Path, test: str, parts: Parts) -> subprocess.CompletedProcess[str]:
    servers = {"DAICHO_DATABASE_URL": parts.postgres_dsn, "DAICHO_KAFKA_BOOTSTRAP_SERVERS": parts.kafka}
    foreign = ("PYTEST_", "COVERAGE_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | servers
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout=100", "--no-header", test]
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
