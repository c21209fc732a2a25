"""What the description of an operation lacks."""

from collections.abc import Iterator
from typing import Any

WORDS = ("operationId", "summary", "description", "tags")
PROBLEM = "#/components/responses/Problem"


def faults(document: dict[str, Any]) -> Iterator[str]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield from (f"{method} {path}: {fault}" for fault in _faults(operation))


def _faults(operation: dict[str, Any]) -> Iterator[str]:
    yield from (f"no {word}" for word in WORDS if not operation.get(word))
    yield from _bare(operation.get("requestBody", {}), "body")
    failures = {status: answer for status, answer in operation["responses"].items() if status >= "4"}
    if not failures:
        yield "no problem answers"
    for status, answer in operation["responses"].items():
        if status in failures and not answer.get("$ref", "").startswith(PROBLEM):
            yield f"{status} is no problem answer"
        yield from _bare(answer, status)


def _bare(body: dict[str, Any], where: str) -> Iterator[str]:
    for media_type, media in body.get("content", {}).items():
        if not media.get("schema"):
            yield f"{where}: {media_type} has no schema"
        elif not {"example", "examples"} & media.keys():
            yield f"{where}: {media_type} has no example"
