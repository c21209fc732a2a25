"""Whether a value is what its JSON Schema says: as much of JSON Schema as our documents use."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

Schema = dict[str, Any]
TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}


def _itself(number: float) -> float:
    return number


LEAST: Final[dict[str, Callable[[Any], float]]] = {"minLength": len, "minItems": len, "minimum": _itself}
MOST: Final[dict[str, Callable[[Any], float]]] = {"maxLength": len, "maxItems": len, "maximum": _itself}


def misfits(value: Any, schema: Schema, document: Schema, where: str = "") -> Iterator[str]:
    """What of the value contradicts the schema; `document` resolves references."""
    if "$ref" in schema:
        schema = {**resolved(schema["$ref"], document), **{k: v for k, v in schema.items() if k != "$ref"}}
    alternatives = schema.get("anyOf", schema.get("oneOf", []))
    if alternatives and all(list(misfits(value, each, document)) for each in alternatives):
        yield f"{where}: {value!r} is none of the alternatives"
    if "type" in schema and not _is_a(value, schema["type"]):
        yield f"{where}: {value!r} is no {schema['type']}"
    else:
        yield from (f"{where}: {value!r} breaks {each}" for each in _broken(value, schema))
        yield from _parts(value, schema, document, where)


def _is_a(value: Any, kind: str) -> bool:
    return isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _broken(value: Any, schema: Schema) -> Iterator[str]:
    yield from (word for word, size in LEAST.items() if word in schema and size(value) < schema[word])
    yield from (word for word, size in MOST.items() if word in schema and size(value) > schema[word])
    if "enum" in schema and value not in schema["enum"]:
        yield "enum"
    if "const" in schema and value != schema["const"]:
        yield "const"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield "pattern"


def _parts(value: Any, schema: Schema, document: Schema, where: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{where}: no {name}" for name in schema.get("required", ()) if name not in value)
        known = schema.get("properties", {})
        for name in value.keys() & known.keys():
            yield from misfits(value[name], known[name], document, f"{where}/{name}")
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        for place, each in enumerate(value):
            yield from misfits(each, schema["items"], document, f"{where}/{place}")


def resolved(reference: str, document: Schema) -> Schema:
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return dict(found)


def given(node: Any, where: str = "#") -> Iterator[tuple[str, Any, Schema]]:
    """Every default and every example in a document, with the schema it stands for."""
    if isinstance(node, list):
        for place, each in enumerate(node):
            yield from given(each, f"{where}/{place}")
    if not isinstance(node, dict):
        return
    if "default" in node and not _holds_names(where):
        yield f"{where}/default", node["default"], node
    if isinstance(node.get("schema"), dict) and "example" in node:
        yield f"{where}/example", node["example"], node["schema"]
    if isinstance(node.get("examples"), list):
        yield from ((f"{where}/examples/{place}", each, node) for place, each in enumerate(node["examples"]))
    for name, each in node.items():
        if name not in {"default", "example", "examples"} or _holds_names(where):
            yield from given(each, f"{where}/{name}")


def _holds_names(where: str) -> bool:
    """There, `default` is the name of a field."""
    return where.endswith("/properties")
