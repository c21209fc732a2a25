"""What the framework leaves out of an OpenAPI description: problem answers everywhere, examples, and words for tags."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter
from fastapi.routing import APIRoute

from shared.runtime.http.examples import example_of
from shared.runtime.http.problem_kinds import GENERAL, ProblemKind
from shared.runtime.http.problem_schema import SCHEMA

Document = dict[str, Any]
Words = Mapping[str, str]
"""What each tag is about."""

PROBLEM: Final = "application/problem+json"
CONTACT: Final = {
    "name": "Promotion office for personal information protection",
    "url": "https://privacy-office.example.com",
    "email": "privacy-office@example.com",
}
LICENCE: Final = {"name": "For the group's own use", "identifier": "LicenseRef-Proprietary"}
BEARER: Final = {
    "type": "http",
    "description": "An access token (RFC 9068) of the issuer.",
    "scheme": "bearer",
    "bearerFormat": "JWT",
}
SERVERS: Final = [{"url": "/", "description": "Every service answers at its own root."}]
ANYWHERE: Final = (429, 500, 503)
TRACE: Final = "4bf92f3577b34da6a3ce929d0e0e4736"


def complete(document: Document, words: Words) -> Document:
    """Fill in what holds for every operation, in place."""
    document["info"] |= {"contact": CONTACT, "license": LICENCE}
    document["servers"] = SERVERS
    components = document.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = SCHEMA
    components["securitySchemes"] = {"bearer": BEARER}
    for operation in _operations(document):
        _answers(operation)
        _examples(operation, document)
        operation.setdefault("security", [])
    document["tags"] = [{"name": tag, "description": words[tag]} for tag in sorted(_tags(document))]
    components["responses"] = {f"Problem{status}": _problem(status) for status in sorted(_problem_statuses(document))}
    _prune(document)
    return document


def words_of(router: APIRouter) -> dict[str, str]:
    """A tag means what the first line of the module says that its operations stand in."""
    return {
        str(tag): (sys.modules[route.endpoint.__module__].__doc__ or str(tag)).strip().splitlines()[0]
        for route in router.routes
        if isinstance(route, APIRoute)
        for tag in route.tags
    }


def _operations(document: Document) -> Iterator[Document]:
    return (operation for item in document["paths"].values() for operation in item.values())


def _tags(document: Document) -> set[str]:
    return {tag for operation in _operations(document) for tag in operation.get("tags", ())}


def _answers(operation: Document) -> None:
    """Every answer that may come, also those its author did not think of."""
    answers = operation["responses"]
    answers.pop("default", None)
    declared = {int(status) for status in answers if int(status) >= 400}
    for status in declared | {*ANYWHERE, *_expected(operation)}:
        answers[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    if "If-None-Match" in _headers(operation):
        answers["304"] = {"description": "The caller holds the current version already"}
    operation["responses"] = dict(sorted(answers.items()))


def _expected(operation: Document) -> Iterator[int]:
    """What may be wrong with a request of this form."""
    headers = _headers(operation)
    if headers or "cursor" in _parameters(operation):
        yield 400
    if _parameters(operation) or "requestBody" in operation:
        yield 422
    if "requestBody" in operation:
        yield from (400, 413, 415)
    if "Idempotency-Key" in headers:
        yield 409
    if "If-Match" in headers:
        yield 412
    if headers.get("If-Match"):
        yield 428


def _parameters(operation: Document) -> list[str]:
    return [parameter["name"] for parameter in operation.get("parameters", ())]


def _headers(operation: Document) -> dict[str, bool]:
    """The headers an operation reads, each with whether it is required."""
    parameters = operation.get("parameters", ())
    return {each["name"]: each.get("required", False) for each in parameters if each["in"] == "header"}


def _examples(operation: Document, document: Document) -> None:
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    for body in bodies:
        media = body.get("content", {}).get("application/json", {})
        if media.get("schema") and not {"example", "examples"} & media.keys():
            media["example"] = example_of(media["schema"], document)


def _problem_statuses(document: Document) -> set[int]:
    return {int(status) for each in _operations(document) for status in each["responses"] if int(status) >= 400}


def _problem(status: int) -> Document:
    kinds = [kind for kind in GENERAL if kind.status == status]
    return {
        "description": kinds[0].title if kinds else HTTPStatus(status).phrase,
        "content": {
            PROBLEM: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {kind.slug: _problem_example(kind) for kind in kinds},
            }
        },
    }


def _problem_example(kind: ProblemKind) -> Document:
    value = {"type": f"/problems/{kind.slug}", "title": kind.title, "status": kind.status, "traceid": TRACE}
    return {"summary": kind.meaning, "value": value}


def _prune(document: Document) -> None:
    """Take out the framework's own schemas that nothing points to any more."""
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = dict(sorted((name, schemas[name]) for name in _reachable(document)))


def _reachable(document: Document) -> set[str]:
    schemas, found = document["components"]["schemas"], set[str]()
    open_ends = [document["paths"], document["components"]["responses"]]
    while open_ends:
        new = set(_references(open_ends.pop())) - found
        found |= new
        open_ends += [schemas[name] for name in new]
    return found


def _references(part: Any) -> Iterable[str]:
    for node in _nodes(part):
        if isinstance(node, dict) and (name := re.fullmatch("#/components/schemas/(.+)", str(node.get("$ref")))):
            yield name[1]


def _nodes(part: Any) -> Iterator[Any]:
    yield part
    children: Callable[[Any], Iterable[Any]] = dict.values if isinstance(part, dict) else list
    for child in children(part) if isinstance(part, dict | list) else ():
        yield from _nodes(child)
