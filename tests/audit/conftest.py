from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from daicho.embedded.parts import Parts
from services.audit.tests.company import a_year
from shared.testing.stack import Migration, Templates
from tests.audit.house import MIGRATION, House, open_house, told_house


@pytest.fixture(scope="session")
def migration() -> Migration:
    return MIGRATION


@pytest.fixture
async def house(parts: Parts, templates: Templates, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(parts, templates, tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
async def told(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A house that was told a year, for all tests of a module that only ask."""
    async with told_house(parts, templates, tmp_path_factory.mktemp("audit"), a_year()) as opened:
        yield opened
