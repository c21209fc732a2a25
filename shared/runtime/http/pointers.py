"""From a validator's faults to errors a caller can act on: where and why, never the value that was refused."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

LONGEST: Final = 200
_PLACES: Final = {"path": "parameter", "query": "parameter", "header": "header", "cookie": "header"}


def located(fault: Mapping[str, Any]) -> dict[str, str]:
    """A fault of a path, query or header parameter, or of a body that is missing."""
    place, *steps = fault["loc"]
    where = {_PLACES[place]: ".".join(map(str, steps))} if place in _PLACES else {"pointer": pointer(steps)}
    return {**where, "code": str(fault["type"]), "detail": _message(fault)}


def located_in(document: Any, fault: Mapping[str, Any]) -> dict[str, str]:
    """A fault inside a JSON document."""
    steps = _steps_in(document, fault["loc"], missing=fault["type"] == "missing")
    return {"pointer": pointer(steps), "code": str(fault["type"]), "detail": _message(fault)}


def pointer(steps: Sequence[str | int]) -> str:
    """RFC 6901, cut off where a hostile name would fill the answer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)[:LONGEST]


def _steps_in(document: Any, location: Sequence[str | int], *, missing: bool) -> list[str | int]:
    """Only the steps that exist: validators put the names of a union's members between them."""
    steps: list[str | int] = []
    node = document
    for index, step in enumerate(location):
        if _has(node, step):
            steps.append(step)
            node = node[step]
        elif missing and index == len(location) - 1:
            steps.append(step)
    return steps


def _has(node: Any, step: str | int) -> bool:
    if isinstance(node, dict):
        return step in node
    return isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node)


def _message(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "union_tag_invalid":  # the validator's own words quote the value
        return f"must be one of: {fault['ctx']['expected_tags']}"
    return str(fault["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
