from collections.abc import AsyncIterator

import httpx
import pytest

from shared.runtime.tests.sample import VERSION, calling, open_app


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with calling(open_app()) as client:
        yield client


async def _amend(client: httpx.AsyncClient, *tags: str) -> httpx.Response:
    headers = [("If-Match", tag) for tag in tags]
    return await client.patch("/v1/things/T1", json={"name": "a", "quantity": 1}, headers=headers)


async def test_a_resource_shows_its_version(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/things/T1")).headers["etag"] == f'"{VERSION}"'


async def test_a_change_of_the_current_version_passes(client: httpx.AsyncClient) -> None:
    assert (await _amend(client, f'"{VERSION}"')).status_code == 200


async def test_a_change_without_a_version_answers_428(client: httpx.AsyncClient) -> None:
    answer = await _amend(client)
    assert (answer.status_code, answer.json()["type"]) == (428, "/problems/version-required")


async def test_a_stale_change_answers_412_and_names_the_current_version(client: httpx.AsyncClient) -> None:
    answer = await _amend(client, f'"{VERSION - 1}"')
    assert (answer.status_code, answer.headers["etag"]) == (412, f'"{VERSION}"')


@pytest.mark.parametrize("tag", ["3", 'W/"3"', '"03"', '"x"', "*", '"3", "4"', "", '"-1"', '"99999999999"'])
async def test_a_malformed_version_answers_400(client: httpx.AsyncClient, tag: str) -> None:
    assert (await _amend(client, tag)).status_code == 400


async def test_two_versions_answer_400(client: httpx.AsyncClient) -> None:
    assert (await _amend(client, '"3"', '"3"')).status_code == 400


@pytest.mark.parametrize("tag", ['"3"', 'W/"3"', '"1", "3"', "*"])
async def test_who_holds_the_version_is_not_sent_it_again(client: httpx.AsyncClient, tag: str) -> None:
    answer = await client.get("/v1/things/T1", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"3"')


@pytest.mark.parametrize(("tag", "status"), [('"2"', 200), ("", 200), ("3", 400), ('"3",', 400)])
async def test_who_holds_another_is_answered(client: httpx.AsyncClient, tag: str, status: int) -> None:
    assert (await client.get("/v1/things/T1", headers={"If-None-Match": tag})).status_code == status


def test_the_openapi_description_requires_the_version() -> None:
    parameters = open_app().openapi()["paths"]["/v1/things/{thing_id}"]["patch"]["parameters"]
    assert [each["required"] for each in parameters if each["name"] == "If-Match"] == [True]
