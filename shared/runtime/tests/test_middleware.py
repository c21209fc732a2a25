from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY
from starlette.responses import StreamingResponse

from shared.runtime.http.middleware import BrokenOff, Edge
from shared.runtime.tests.sample import calling, open_app
from shared.runtime.watching.metrics import router as metrics


def _requests(method: str, route: str, status: int) -> float:
    labels = {"method": method, "route": route, "status": str(status)}
    return REGISTRY.get_sample_value("daicho_http_requests_total", labels) or 0.0


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", "/v1/things/P7F3K2", "/v1/things/{thing_id}", 200),
        ("GET", "/v1/failure", "/v1/failure", 500),
        ("DELETE", "/v1/things/P7F3K2", "/v1/things/{thing_id}", 405),
        ("GET", "/v1/P7F3K2", "none", 404),
        ("GET", "/problems/not-found", "/problems/{slug}", 200),
    ],
)
async def test_requests_are_counted_by_template(method: str, path: str, route: str, status: int) -> None:
    before = _requests(method, route, status)
    async with calling(open_app()) as client:
        await client.request(method, path)
    assert _requests(method, route, status) == before + 1


async def test_a_made_up_method_makes_no_new_series() -> None:
    async with calling(open_app()) as client:
        await client.request("P7F3K2", "/v1/things")
    assert _requests("other", "/v1/things", 405) >= 1


async def test_prometheus_reads_the_numbers_and_no_ids() -> None:
    app = open_app()
    app.include_router(metrics)
    async with calling(app) as client:
        await client.get("/v1/things/P7F3K2")
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "daicho_http_request_seconds_bucket" in answer.text
    assert "P7F3K2" not in answer.text


async def test_an_answer_that_fails_half_way_is_broken_off_without_the_reason() -> None:
    app = FastAPI()
    app.add_middleware(Edge)

    @app.get("/stream")
    async def stream() -> Any:
        async def parts() -> AsyncIterator[bytes]:
            yield b"a"
            raise RuntimeError("Sato Hanako")

        return StreamingResponse(parts())

    async with calling(app) as client:
        with pytest.raises(BrokenOff) as broken:
            await client.get("/stream")
    assert broken.value.__cause__ is None
    assert broken.value.__suppress_context__


async def test_the_numbers_include_the_time_an_answer_took() -> None:
    labels = {"method": "GET", "route": "/v1/things"}
    before = REGISTRY.get_sample_value("daicho_http_request_seconds_count", labels) or 0.0
    async with calling(open_app()) as client:
        answer: httpx.Response = await client.get("/v1/things")
    assert answer.status_code == 200
    assert REGISTRY.get_sample_value("daicho_http_request_seconds_count", labels) == before + 1
