"""Training at work in this process, on a real database and a real Kafka of its own."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from daicho.embedded.parts import Parts
from services.training.app import SERVICE
from shared.testing import house
from shared.testing.house import ISSUER, MORNING, WRITTEN, House, Hr, eventually
from shared.testing.stack import Templates

__all__ = ["ISSUER", "MORNING", "WRITTEN", "House", "Hr", "eventually", "open_house"]


def open_house(parts: Parts, templates: Templates, folder: Path) -> AbstractAsyncContextManager[House]:
    return house.open_house(SERVICE, parts, templates, folder)
