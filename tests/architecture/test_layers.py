"""Each contract of import-linter is kept, and broken by an import planted against it."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from daicho.contracts.files import CHECKOUT

CODE = ("services", "shared", "daicho")
LINTER = Path(sys.executable).with_name("lint-imports")
CONTRACTS = re.findall(r'^id = "(\w+)"$', (CHECKOUT / "pyproject.toml").read_text(), re.MULTILINE)
Plant = Callable[[str, str], None]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("checkout")
    for folder in CODE:
        shutil.copytree(CHECKOUT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__", "*.json"))
    shutil.copy(CHECKOUT / "pyproject.toml", root)
    return root


@pytest.fixture
def plant(copy: Path) -> Iterator[Plant]:
    """Adds a line to a file until the test is over."""
    before: dict[Path, str] = {}

    def add(path: str, line: str) -> None:
        before[copy / path] = (copy / path).read_text()
        (copy / path).write_text(f"{before[copy / path]}\n{line}\n")

    yield add
    for path, text in before.items():
        path.write_text(text)


def _lint(root: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    limited = [f"--contract={contract}" for contract in contracts]
    return subprocess.run(
        [str(LINTER), "--no-logo", "--cache-dir", str(root / ".cache"), *limited],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_is_kept(copy: Path) -> None:
    linted = _lint(copy)
    assert linted.returncode == 0, linted.stdout
    assert f"{len(CONTRACTS)} kept, 0 broken" in linted.stdout


PLANTED = [
    ("layers", "shared/runtime/clock.py", "import services.ledger.app"),
    ("layers", "shared/runtime/clock.py", "import shared.organisation.person"),
    ("layers", "shared/organisation/person.py", "import services.training.duties.look"),
    ("layers", "shared/events/base.py", "import shared.decider"),
    ("independence", "services/ledger/app.py", "import services.training.app"),
    ("pure", "services/training/domain/campaign.py", "import sqlalchemy"),
    ("pure", "services/training/domain/campaign.py", "import services.training.queries"),
    ("pure", "services/audit/rules/pledges.py", "import httpx"),
    ("pure", "services/audit/spells/person.py", "import random"),
    ("pure", "shared/law/calendar.py", "import time"),
    ("pure", "shared/events/codec.py", "from aiokafka import AIOKafkaConsumer"),
    ("pure", "shared/decider.py", "import shared.runtime.clock"),
    ("pure", "shared/late_entry.py", "import shared.runtime.clock"),
    ("policies", "services/training/duties/pledges.py", "import shared.runtime.reacting.reactions"),
    ("policies", "services/training/reactions.py", "import shared.runtime.writing.commands"),
    ("policies", "services/training/reactions.py", "import asyncpg"),
    ("views", "services/training/views/pledges.py", "import asyncpg"),
    ("views", "services/training/views/pledges.py", "import shared.runtime.writing.commands"),
    ("images", "shared/runtime/clock.py", "import daicho.cli"),
    ("images", "services/training/queries.py", "import shared.testing.stack"),
    ("images", "services/ledger/app.py", "import pytest"),
]


@pytest.mark.parametrize(("contract", "path", "line"), PLANTED)
def test_a_planted_import_breaks_its_contract(copy: Path, plant: Plant, contract: str, path: str, line: str) -> None:
    plant(path, line)
    linted = _lint(copy, contract)
    assert linted.returncode == 1, linted.stdout
    assert "1 broken" in linted.stdout


def test_every_contract_was_planted_against() -> None:
    assert {contract for contract, _, _ in PLANTED} == set(CONTRACTS)
