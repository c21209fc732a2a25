from typing import Any

import httpx
import pytest

from shared.runtime.http.idempotency import kept_key, request_hash
from shared.runtime.tests.sample import calling, open_app


async def _post(*keys: str, name: str = "a") -> httpx.Response:
    headers: Any = [("Idempotency-Key", key) for key in keys]
    async with calling(open_app()) as client:
        return await client.post("/v1/things", json={"name": name, "quantity": 1}, headers=headers)


async def test_a_change_without_a_key_answers_400() -> None:
    answer = await _post()
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/idempotency-key-missing")


@pytest.mark.parametrize("key", ["", " ", "a b", "a" * 129, "a/b", "a;b", '"a"'])
async def test_a_malformed_key_answers_400(key: str) -> None:
    assert (await _post(key)).status_code == 400


async def test_two_keys_answer_400() -> None:
    assert (await _post("a", "b")).status_code == 400


@pytest.mark.parametrize("key", ["0197a3f0-7d2e-7c3b-9f61-3b1f0a5d2c11", "import:7", "a" * 128])
async def test_a_key_of_plain_characters_is_taken(key: str) -> None:
    assert (await _post(key)).status_code == 201


async def test_the_same_request_has_the_same_hash_and_another_body_another() -> None:
    first, again, other = [(await _post(key, name=name)).json()["hash"] for key, name in ("ka", "ka", "kb")]
    assert first == again != other


def test_no_two_requests_run_together() -> None:
    requests = [("POST", "/a", b"bc"), ("POST", "/ab", b"c"), ("POSTS", "/a", b"bc"), ("PUT", "/a", b"bc")]
    assert len({request_hash("k", *request) for request in requests}) == len(requests)


def test_without_the_callers_key_nothing_can_be_tried_out() -> None:
    """The key is not kept, and under another one the same request has another hash."""
    assert "0197a3f0" not in kept_key("0197a3f0-7d2e-7c3b-9f61-3b1f0a5d2c11")
    request = ("POST", "/a", b"bc")
    hashes = {request_hash(key, *request) for key in ("ka", "kb", kept_key("ka"), "")}
    assert len(hashes) == 4


def test_the_openapi_description_requires_the_key() -> None:
    parameters = open_app().openapi()["paths"]["/v1/things"]["post"]["parameters"]
    assert [each["required"] for each in parameters if each["name"] == "Idempotency-Key"] == [True]
