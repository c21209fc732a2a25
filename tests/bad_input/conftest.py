from collections.abc import AsyncIterator

import pytest

from daicho.embedded.parts import Parts
from services.training.tests.group import open_group
from services.training.tests.house import House, open_house
from shared.testing.stack import Templates


@pytest.fixture(scope="module")
async def house(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One running service for all cases of a module."""
    async with open_house(parts, templates, tmp_path_factory.mktemp("training")) as opened:
        await open_group(opened)
        yield opened
