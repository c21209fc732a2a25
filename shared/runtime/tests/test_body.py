from typing import Any

import httpx
import pytest
from fastapi import APIRouter

from shared.runtime.http.body import MOST_BYTES, RequestPart
from shared.runtime.http.route import StrictRoute
from shared.runtime.tests.sample import calling, open_app

GOOD = '{"name": "a", "quantity": 1, "since": "2017-04-01", "at": "2017-04-01T09:00:00+09:00"}'
NATIONAL_ID = "123456789018"
SECRET = "Sato-Hanako"


async def _post(content: str | bytes, media: str | None = "application/json", query: str = "") -> httpx.Response:
    headers = {"idempotency-key": "k1", **({"content-type": media} if media else {})}
    async with calling(open_app()) as client:
        return await client.post(f"/v1/things{query}", content=content, headers=headers)


def _with(member: str) -> str:
    return '{"name": "a", "quantity": 1, ' + member + "}"


async def test_a_good_body_is_read_with_its_dates() -> None:
    answer = await _post(GOOD)
    assert answer.status_code == 201
    assert answer.json()["since"] == "2017-04-01"


MALFORMED = {
    "nothing but a bracket": "{",
    "two documents": GOOD + GOOD,
    "a byte order mark": "\ufeff" + GOOD,
    "invalid UTF-8": b'{"name": "\xff"}',
    "UTF-16": GOOD.encode("utf-16"),
    "a member twice": _with('"quantity": 2'),
    "NaN": _with('"weight": NaN'),
    "infinity": _with('"weight": -Infinity'),
    "a number of 5,000 digits": _with('"weight": ' + "1" * 5_000),
    "a fraction of 5,000 digits": _with('"weight": 0.' + "1" * 5_000),
    "a trailing comma": _with('"tags": [1,]'),
    "single quotes": "{'name': 'a'}",
    "a raw control character": '{"name": "\x01"}',
}


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED.keys())
async def test_what_is_not_one_json_document_answers_400(content: str | bytes) -> None:
    answer = await _post(content)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-json")


async def test_malformed_json_names_its_position() -> None:
    assert (await _post('{"name": }')).json()["position"] == 9


INVALID: dict[str, tuple[str, str]] = {
    "an unknown field": (_with('"owner": "x"'), "/owner"),
    "an unknown field inside": (_with('"shape": {"kind": "round", "radius": 1, "x": 1}'), "/shape/x"),
    "true for a number": ('{"name": "a", "quantity": true}', "/quantity"),
    "a text for a number": ('{"name": "a", "quantity": "1"}', "/quantity"),
    "a fraction for a number": ('{"name": "a", "quantity": 1.5}', "/quantity"),
    "a number for a text": ('{"name": 1, "quantity": 1}', "/name"),
    "null for a text": ('{"name": null, "quantity": 1}', "/name"),
    "a missing field": ('{"name": "a"}', "/quantity"),
    "a date that does not exist": (_with('"since": "2017-02-30"'), "/since"),
    "an instant for a date": (_with('"since": "2017-04-01T10:00:00Z"'), "/since"),
    "a number for a date": (_with('"since": 17257'), "/since"),
    "an instant without offset": (_with('"at": "2017-04-01T10:00:00"'), "/at"),
    "an overflow to infinity": (_with('"weight": 1e400'), "/weight"),
    "an element of a list": (_with('"tags": ["a", 1]'), "/tags/1"),
    "a kind that does not exist": (_with(f'"shape": {{"kind": "{SECRET}"}}'), "/shape"),
    "NUL": (_with('"tags": ["a\\u0000"]'), "/tags/0"),
    "a lone surrogate": ('{"name": "\\ud800", "quantity": 1}', "/name"),
    "a lone surrogate in a name": (_with('"\\udfff": 1'), ""),
    "a name with slash and tilde": (_with('"a/b~c": 1'), "/a~1b~0c"),
    "a list": ("[]", ""),
    "a text": ('"a"', ""),
    "null": ("null", ""),
    "nothing": ("", ""),
    "deep arrays": (_with('"tags": ' + "[" * 40 + "]" * 40), ""),
    "very deep arrays": ("[" * 100_000, ""),
    "very deep objects": ('{"a":' * 40_000, ""),
}


@pytest.mark.parametrize(("content", "pointer"), INVALID.values(), ids=INVALID.keys())
async def test_a_fault_is_pointed_at_with_422(content: str, pointer: str) -> None:
    answer = await _post(content)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request")
    assert answer.headers["content-type"] == "application/problem+json"
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("place", ["name", "tags", "since", "shape", "quantity"])
async def test_the_refused_value_is_never_repeated(place: str) -> None:
    values: dict[str, Any] = {"name": '["x"]', "tags": f'"{SECRET}"', "since": f'"{SECRET}"', "quantity": f'"{SECRET}"'}
    content = f'{{"{place}": {values.get(place, f"""{{"kind": "{SECRET}"}}""")}}}'
    assert SECRET not in (await _post(content)).text


async def test_a_list_of_a_thousand_faults_is_cut() -> None:
    assert len((await _post(_with('"tags": [' + "1," * 999 + "1]"))).json()["errors"]) == 20


NUMBERS = {
    "as text": (f'"tags": ["no. {NATIONAL_ID} of"]', "/tags/0"),
    "as a number": (f'"weight": {NATIONAL_ID}', "/weight"),
    "in an unknown field": (f'"memo": "{NATIONAL_ID}"', "/memo"),
    "as a name": (f'"{NATIONAL_ID}": 1', ""),
    "in escapes": ('"tags": ["' + "".join(f"\\u003{digit}" for digit in NATIONAL_ID) + '"]', "/tags/0"),
}


@pytest.mark.parametrize(("member", "pointer"), NUMBERS.values(), ids=NUMBERS.keys())
async def test_a_national_id_number_is_refused_and_not_repeated(member: str, pointer: str) -> None:
    answer = await _post(_with(member))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/national-id-number")
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert NATIONAL_ID not in answer.text


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json", None]
)
async def test_another_media_type_answers_415(media: str | None) -> None:
    assert (await _post(GOOD, media)).status_code == 415


@pytest.mark.parametrize("media", ["application/json; charset=utf-8", "application/merge-patch+json"])
async def test_relatives_of_json_are_read(media: str) -> None:
    assert (await _post(GOOD, media)).status_code == 201


async def test_a_body_may_have_256_kib_and_not_a_byte_more() -> None:
    full = GOOD + " " * (MOST_BYTES - len(GOOD))
    assert (await _post(full)).status_code == 201
    answer = await _post(full + " ")
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/content-too-large")


async def test_a_large_body_of_unannounced_length_is_cut_off() -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while True:
            sent += 64 * 1024
            yield b" " * 64 * 1024

    async with calling(open_app()) as client:
        headers = {"content-type": "application/json", "idempotency-key": "k1"}
        answer = await client.post("/v1/things", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert sent <= MOST_BYTES + 128 * 1024


async def test_unknown_and_repeated_parameters_answer_422() -> None:
    async with calling(open_app()) as client:
        answer = await client.get("/v1/things?limit=1&limit=2&state=open&stat=x")
    assert answer.status_code == 422
    assert {error["parameter"] for error in answer.json()["errors"]} == {"limit", "stat"}


@pytest.mark.parametrize("path", ["/v1/things/%00", "/v1/things?state=a%00"])
async def test_nul_in_an_address_answers_422(path: str) -> None:
    async with calling(open_app()) as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "unstorable-text")


async def test_the_unknown_parameter_of_a_change_is_refused_too() -> None:
    assert (await _post(GOOD, query="?dry_run=true")).status_code == 422


def test_a_route_takes_no_body_that_is_not_strict() -> None:
    class Loose(RequestPart):
        name: str

    async def take(body: Loose) -> None: ...

    with pytest.raises(TypeError, match="must be one RequestModel"):
        APIRouter(route_class=StrictRoute).post("/loose")(take)


def test_the_openapi_description_refers_to_the_body_by_name() -> None:
    document = open_app().openapi()
    body = document["paths"]["/v1/things"]["post"]["requestBody"]
    assert body["required"]
    assert body["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Thing"}
    assert document["components"]["schemas"]["Thing"]["additionalProperties"] is False
    assert "HTTPValidationError" not in document["components"]["schemas"]
