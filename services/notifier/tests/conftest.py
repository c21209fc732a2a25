from collections.abc import AsyncIterator

import pytest

from daicho.embedded.parts import Parts
from services.notifier.tests.house import Post, open_post
from shared.testing.stack import Templates


@pytest.fixture
async def post(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Post]:
    """One service for each test: what was sent is counted."""
    with pytest.MonkeyPatch.context() as patch:
        async with open_post(parts, templates, tmp_path_factory.mktemp("notifier"), patch) as opened:
            yield opened


@pytest.fixture(scope="module")
async def shared_post(
    parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Post]:
    """One service for all tests of a module."""
    with pytest.MonkeyPatch.context() as patch:
        async with open_post(parts, templates, tmp_path_factory.mktemp("notifier"), patch) as opened:
            yield opened
