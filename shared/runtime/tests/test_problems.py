import json
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from shared.runtime.http.problem_kinds import KINDS, declare
from shared.runtime.http.problems import Problem, unexpected
from shared.runtime.tests.sample import calling, open_app


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with calling(open_app()) as client:
        yield client


REQUESTS = {
    "an unknown address": ("GET", "/v1/nothing", 404),
    "a trailing slash": ("GET", "/v1/things/", 404),
    "an unknown method": ("DELETE", "/v1/things", 405),
    "a made-up method": ("BREW", "/v1/things", 405),
    "a bad parameter": ("GET", "/v1/things?limit=many", 422),
    "a page too large": ("GET", "/v1/things?limit=201", 422),
    "a refusal": ("GET", "/v1/refusal/rejected", 409),
    "a failure": ("GET", "/v1/failure", 500),
    "an unknown problem": ("GET", "/problems/unheard-of", 404),
}


@pytest.mark.parametrize(("method", "path", "status"), REQUESTS.values(), ids=REQUESTS.keys())
async def test_every_failure_is_a_problem_document(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await client.request(method, path)
    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(problem["traceid"]) == 32
    assert problem["title"]


async def test_the_type_of_a_problem_can_be_opened(client: httpx.AsyncClient) -> None:
    problem = (await client.get("/v1/nothing")).json()
    page = (await client.get(problem["type"])).json()
    assert (page["slug"], page["status"]) == ("not-found", 404)
    assert page["meaning"]
    assert page["cure"]


async def test_all_problems_are_listed(client: httpx.AsyncClient) -> None:
    assert [kind["slug"] for kind in (await client.get("/problems")).json()] == list(KINDS)


async def test_405_names_every_method_of_the_path(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/v1/things/T1")
    assert answer.headers["allow"] == "GET, PATCH"


async def test_a_failure_shows_nothing_of_the_inside(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/failure")
    assert not any(word in answer.text for word in ("Sato", "RuntimeError", "duplicate", "Traceback"))


@pytest.mark.parametrize("error", [asyncpg.QueryCanceledError("of Sato"), asyncpg.AdminShutdownError(), TimeoutError()])
def test_a_database_that_is_away_or_too_slow_may_be_asked_again(error: Exception) -> None:
    problem = unexpected(error).response()
    assert (problem.status_code, problem.headers["Retry-After"]) == (503, "5")
    assert b"Sato" not in bytes(problem.body)


async def test_a_refusal_of_the_business_keeps_its_slug_and_reason(client: httpx.AsyncClient) -> None:
    problem = (await client.get("/v1/refusal/nobody-declared-this")).json()
    assert (problem["type"], problem["status"]) == ("/problems/nobody-declared-this", 409)
    assert problem["detail"] == "the thing is finished"


async def test_every_answer_forbids_storing_and_guessing(client: httpx.AsyncClient) -> None:
    for path in ("/v1/things", "/v1/failure", "/v1/nothing"):
        headers = (await client.get(path)).headers
        assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_a_slug_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        declare("not-found", 404, "Again", meaning="-", cure="-")


def test_text_that_utf_8_cannot_carry_is_answered_all_the_same() -> None:
    assert json.loads(bytes(Problem("invalid-request", "\ud800").response().body))["detail"] == "\ud800"


def test_every_operation_describes_its_problems() -> None:
    document = open_app().openapi()
    for operation in (each for path in document["paths"].values() for each in path.values()):
        problems = [answer for status, answer in operation["responses"].items() if status[0] in "45"]
        assert problems
        for answer in problems:
            described = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
            assert list(described["content"]) == ["application/problem+json"]
