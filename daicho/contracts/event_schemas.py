"""The JSON Schema of each event's `data`, from its class. What is at `urn:daicho:schema:<type>`."""

import json
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema

import shared.events
from daicho.contracts.envelope import ENVELOPE
from daicho.contracts.files import CHECKOUT
from shared.events.base import REGISTERED, DomainEvent
from shared.events.upcasters import UPCASTERS

FOLDER: Final = "shared/events/schemas"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


class _WithoutTitles(GenerateJsonSchema):
    """Titles that pydantic makes up from names say nothing new."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        del schema
        return False


def schemas(root: Path = CHECKOUT) -> dict[str, Schema]:
    """By file name without its end: the envelope, and every type in every version that was ever released."""
    current = {name: schema_of(event) for name, event in released().items()}
    retired = {name: _frozen(name, root) for name in UPCASTERS if name not in current}
    return {"envelope": ENVELOPE, **dict(sorted({**current, **retired}.items()))}


def released() -> dict[str, type[DomainEvent]]:
    """The registered events that the contract's own modules declare, and no test's."""
    package = f"{shared.events.__name__}."
    return {name: event for name, event in sorted(REGISTERED.items()) if event.__module__.startswith(package)}


def schema_of(event: type[DomainEvent]) -> Schema:
    """Readers ignore fields they do not know: additional ones are allowed."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:daicho:schema:{event.type}",
        **event.model_json_schema(schema_generator=_WithoutTitles),
    }


def _frozen(name: str, root: Path) -> Schema:
    """No class says any more what a retired version was; its file does, for ever."""
    schema: Schema = json.loads((root / FOLDER / f"{name}.json").read_text())
    return schema
