"""The golden corpus: what was ever told, as it was told."""

import json
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from daicho.contracts.files import CHECKOUT
from daicho.contracts.manifest import SAMPLES
from shared.events.codec import Recorded, decode
from shared.events.topics import OWN
from shared.runtime.service import Service


@dataclass(frozen=True)
class Sample:
    """`name` is the file's, without its end: the type, and a word where a type has several."""

    name: str
    value: bytes

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.value)
        return document

    @property
    def recorded(self) -> Recorded:
        found = decode(self.value)
        assert isinstance(found, Recorded)
        return found

    def __str__(self) -> str:
        return self.name


def corpus() -> list[Sample]:
    return [Sample(path.stem, path.read_bytes()) for path in sorted((CHECKOUT / SAMPLES).glob("*.json"))]


def told() -> list[Recorded]:
    """The corpus as a reader gets it: stream by stream, in the order of versions."""
    found = [sample.recorded for sample in corpus()]
    return sorted(found, key=lambda each: (each.stream, each.version or 0, each.recorded_at, each.id))


def services() -> list[Service]:
    return [import_module(f"services.{name}.app").SERVICE for name in OWN]
