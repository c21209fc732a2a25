from collections.abc import AsyncIterator

import pytest

from daicho.embedded.parts import Parts
from services.ledger.app import SERVICE
from services.training.tests.house import House, open_house
from shared.testing.stack import Templates
from tests.ledger.group import open_group


@pytest.fixture(scope="module")
async def house(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One ledger for all tests of a module: each registers slips of its own."""
    async with open_house(parts, templates, tmp_path_factory.mktemp("ledger"), SERVICE) as opened:
        await open_group(opened)
        yield opened
