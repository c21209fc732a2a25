"""An example of a JSON schema, put together from the examples of its parts."""

from typing import Any, Final

_BY_FORMAT: Final = {
    "date": "2016-04-01",
    "date-time": "2016-04-01T00:05:00Z",
    "uuid": "0197a3f0-7d2e-7c3b-9f61-3b1f0a5d2c11",
}
_BY_PATTERN: Final = {
    "^[A-Z]{2}$": "JP",
    "^[0-9a-f]{64}$": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
_BY_TYPE: Final[dict[str, Any]] = {"integer": 1, "number": 1.0, "boolean": False, "null": None, "object": {}}
Schema = dict[str, Any]


def example_of(schema: Schema, document: Schema) -> Any:
    """What its author gave as an example; else something of the right form. `document` resolves references."""
    if schema.get("examples"):
        return schema["examples"][0]
    if "$ref" in schema:
        return example_of(_resolved(schema["$ref"], document), document)
    if "properties" in schema:
        return {name: example_of(part, document) for name, part in schema["properties"].items()}
    if alternatives := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return example_of(alternatives[0], document)
    return _plain(schema, document)


def _plain(schema: Schema, document: Schema) -> Any:
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "array":
        return _array(schema, document)
    if schema.get("type") == "string":
        return _BY_FORMAT.get(schema.get("format", "")) or _BY_PATTERN.get(schema.get("pattern", ""), "string")
    return schema.get("default", schema.get("minimum", _BY_TYPE.get(schema.get("type", "object"))))


def _array(schema: Schema, document: Schema) -> list[Any]:
    if parts := schema.get("prefixItems"):
        return [example_of(part, document) for part in parts]
    return [example_of(schema.get("items", {}), document)]


def _resolved(reference: str, document: Schema) -> Schema:
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)
