from collections.abc import AsyncIterator

import pytest

from daicho.embedded.parts import Parts
from services.ledger.app import SERVICE
from shared.testing.house import House, open_house
from shared.testing.stack import Templates
from tests.ledger.group import open_group


@pytest.fixture(scope="module")
async def house(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One ledger for all tests of a module: each registers slips of its own."""
    async with open_house(SERVICE, parts, templates, tmp_path_factory.mktemp("ledger")) as opened:
        await open_group(opened)
        yield opened
