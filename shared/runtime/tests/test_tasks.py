import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY

from shared.runtime.http.problems import install_problems
from shared.runtime.tasks import Tasks
from shared.runtime.tests.sample import calling
from shared.runtime.watching.health import Health, NotReady, health_router


async def _for_ever() -> None:
    await asyncio.Event().wait()


async def _at_once() -> None:
    raise ValueError("null value")


async def _return() -> None:
    return


def _restarts(task: str) -> float:
    return REGISTRY.get_sample_value("daicho_task_restarts_total", {"task": task}) or 0.0


async def _until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not reached():  # noqa: ASYNC110 - the supervisor tells nobody
            await asyncio.sleep(0.005)


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    tasks = Tasks(backoff=(0.001,), most_failures=3)
    yield tasks
    await tasks.stop()


@pytest.fixture
async def health(tasks: Tasks) -> Health:
    return Health(tasks)


@pytest.fixture
async def client(health: Health) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(health_router(health))
    install_problems(app)
    async with calling(app) as client:
        yield client


async def test_a_task_that_dies_is_begun_again_and_counted(tasks: Tasks) -> None:
    starts = []

    async def work() -> None:
        starts.append(1)
        await (_at_once() if len(starts) == 1 else _for_ever())

    before = _restarts("mended")
    tasks.start("mended", work)
    await _until(lambda: len(starts) == 2)
    assert _restarts("mended") == before + 1
    assert tasks.dead == []


@pytest.mark.parametrize("work", [_at_once, _return])
async def test_a_consumer_that_stays_dead_fails_liveness(
    tasks: Tasks, client: httpx.AsyncClient, work: Callable[[], Awaitable[None]]
) -> None:
    before = _restarts("consumer")
    tasks.start("other", _for_ever)
    assert (await client.get("/livez")).status_code == 200
    tasks.start("consumer", work)
    await _until(lambda: tasks.dead == ["consumer"])
    answer = await client.get("/livez")
    assert (answer.status_code, answer.json()["tasks"]) == (503, ["consumer"])
    assert _restarts("consumer") == before + 2
    assert REGISTRY.get_sample_value("daicho_task_dead", {"task": "consumer"}) == 1


async def test_a_task_that_somebody_cancels_fails_liveness(tasks: Tasks) -> None:
    async def cancelled() -> None:
        raise asyncio.CancelledError

    tasks.start("cancelled", cancelled)
    await _until(lambda: tasks.dead == ["cancelled"])


async def test_a_name_is_used_once(tasks: Tasks) -> None:
    tasks.start("relay", _for_ever)
    with pytest.raises(ValueError, match="twice"):
        tasks.start("relay", _for_ever)


async def test_stopping_waits_for_the_tasks_to_clean_up(tasks: Tasks) -> None:
    cleaned = []

    async def work() -> None:
        try:
            await _for_ever()
        finally:
            await asyncio.sleep(0)
            cleaned.append(1)

    tasks.start("relay", work)
    await asyncio.sleep(0)
    assert (await tasks.stop(), cleaned) == ([], [1])


async def test_stopping_is_bounded(tasks: Tasks) -> None:
    let_go = asyncio.Event()

    async def stubborn() -> None:
        while not let_go.is_set():
            try:
                await let_go.wait()
            except asyncio.CancelledError:
                continue

    tasks.start("stubborn", stubborn)
    await asyncio.sleep(0)
    assert await tasks.stop(seconds=0.01) == ["stubborn"]
    let_go.set()


async def test_readiness_names_what_failed_and_the_age_of_each_finding(
    health: Health, client: httpx.AsyncClient
) -> None:
    async def well() -> None: ...

    async def missing() -> None:
        raise NotReady("3 migrations are missing")

    health.add("database", well)
    health.add("migrations", missing)
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    checks = answer.json()["checks"]
    assert checks["database"]["ok"]
    assert 0 <= checks["database"]["age_seconds"] < 5
    assert checks["migrations"]["reason"] == "3 migrations are missing"


async def test_a_ready_service_says_so(health: Health, client: httpx.AsyncClient) -> None:
    async def well() -> None: ...

    health.add("database", well)
    assert (await client.get("/readyz")).json()["checks"]["database"]["ok"]


async def test_a_check_that_hangs_or_breaks_is_a_finding(
    health: Health, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.runtime.watching.health.CHECK_SECONDS", 0.01)
    health.add("kafka", _for_ever)
    health.add("database", _at_once)
    checks = (await client.get("/readyz")).json()["checks"]
    assert checks["kafka"]["reason"] == "no answer within 0.01 s"
    assert checks["database"]["reason"] == "ValueError"


async def test_probes_are_no_load(health: Health, client: httpx.AsyncClient) -> None:
    asked = []

    async def count() -> None:
        asked.append(1)

    health.add("database", count)
    for _ in range(5):
        await client.get("/readyz")
    assert len(asked) == 1
