"""What a program needs to know of an operation is in its description; linters see the rest (`make lint-openapi`)."""

import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from daicho.contracts.openapi import describe
from shared.events.topics import OWN
from tests.contracts.described import faults
from tests.contracts.fits import given, misfits

DOCUMENTS = {name: describe(name) for name in OWN}


@pytest.mark.parametrize("service", OWN)
def test_every_operation_says_what_it_is_and_shows_examples_and_problems(service: str) -> None:
    assert list(faults(DOCUMENTS[service])) == []


@pytest.mark.parametrize("service", OWN)
def test_a_description_is_made_without_a_warning(service: str) -> None:
    """A doubled operation id is one."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        describe(service)
    assert [str(each.message) for each in caught] == []


@pytest.mark.parametrize("service", OWN)
def test_a_description_is_openapi_3_1(service: str) -> None:
    assert DOCUMENTS[service]["openapi"].startswith("3.1.")


@pytest.mark.parametrize("service", OWN)
def test_every_default_and_example_is_what_its_schema_says(service: str) -> None:
    document = DOCUMENTS[service]
    found = list(given(document))
    assert len(found) > 20
    assert [fault for where, value, schema in found for fault in misfits(value, schema, document, where)] == []


@pytest.mark.parametrize(
    "spoiled",
    [
        {"type": "string", "minLength": 1, "default": ""},
        {"type": "array", "minItems": 1, "default": []},
        {"type": "integer", "minimum": 1, "default": 0},
        {"type": "string", "pattern": "^[A-Z]{2}$", "examples": ["string"]},
        {"anyOf": [{"type": "string", "maxLength": 2}, {"type": "null"}], "default": "abc"},
        {"$ref": "#/components/schemas/Short", "default": "abc"},
        {"properties": {"default": {"type": "boolean", "default": 1}}},
        {"schema": {"properties": {"a": {"type": "integer"}}, "required": ["b"]}, "example": {"a": 1}},
    ],
)
def test_a_default_or_example_that_does_not_fit_is_found(spoiled: dict[str, Any]) -> None:
    document = {"components": {"schemas": {"Short": {"type": "string", "maxLength": 2}}}, "here": spoiled}
    faults = [each for where, value, schema in given(document) for each in misfits(value, schema, document, where)]
    assert len(faults) == 1


def _operation(**spoiled: Any) -> dict[str, Any]:
    media = {"schema": {"type": "string"}, "example": "a"}
    problem = {"$ref": "#/components/responses/Problem500"}
    operation = {
        "operationId": "get_thing",
        "summary": "A thing",
        "description": "The thing itself.",
        "tags": ["things"],
        "responses": {"200": {"description": "It", "content": {"application/json": media}}, "500": problem},
    }
    return {name: value for name, value in {**operation, **spoiled}.items() if value is not None}


def _planted() -> Iterator[Any]:
    schema, example = {"schema": {"type": "string"}}, {"example": "a"}
    ok = {"500": {"$ref": "#/components/responses/Problem500"}}
    yield pytest.param({"operationId": None}, "operationId", id="no id")
    yield pytest.param({"summary": None}, "summary", id="no summary")
    yield pytest.param({"description": None}, "description", id="no description")
    yield pytest.param({"responses": {"200": {"content": {"application/json": schema}}, **ok}}, "example", id="bare")
    yield pytest.param({"responses": {"200": {"content": {"a/json": example}}, **ok}}, "schema", id="no schema")
    yield pytest.param({"responses": {"200": {"description": "fine"}}}, "problem", id="no problems")
    yield pytest.param({"responses": {"404": {"description": "gone"}}}, "problem", id="a plain failure")
    yield pytest.param({"requestBody": {"content": {"application/json": schema}}}, "example", id="bare body")


@pytest.mark.parametrize(("spoiled", "fault"), list(_planted()))
def test_what_an_operation_lacks_is_found(spoiled: dict[str, Any], fault: str) -> None:
    assert list(faults({"paths": {"/things": {"get": _operation()}}})) == []
    assert fault in " ".join(faults({"paths": {"/things": {"get": _operation(**spoiled)}}}))
