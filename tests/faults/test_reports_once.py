"""Supervisor and contact point are informed exactly once of a report that is sent fifty times to a dying service."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
import uvicorn

from daicho.embedded.parts import Parts
from daicho.embedded.ports import free_port
from services.incidents.app import SERVICE
from services.incidents.tests.house import REPORT, open_group
from shared.runtime.dev_issuer import DevIssuer, TokenRequest, issuer_app
from shared.testing.house import Town, eventually, open_town
from shared.testing.stack import Templates
from tests.faults.replicas import Replica, fetch, reaches, replicas

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]
AT_ONCE, AGAIN = 50, 10
MOMENTS = ("committed", "answered", "sent")
"""At which the service is killed, in turn: the report is recorded, somebody was answered, or it is just on its way."""
INFORMED = ("IncidentReported", "SupervisorInformed", "ContactPointInformed")


@pytest.fixture
async def town(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """With an issuer that other processes can reach."""
    async with open_town(parts, templates, tmp_path_factory.mktemp("incidents")) as opened:
        address = f"http://127.0.0.1:{free_port()}"
        issuer = DevIssuer(address, opened.folder / "keys", "daicho")
        async with _serving(issuer, int(address.rpartition(":")[2])):
            yield replace(opened, issuer=issuer)


@asynccontextmanager
async def _serving(issuer: DevIssuer, port: int) -> AsyncIterator[None]:
    server = uvicorn.Server(uvicorn.Config(issuer_app(issuer), port=port, log_config=None))
    running = asyncio.create_task(server.serve())

    async def up() -> bool:
        return server.started

    await eventually(up)
    yield
    server.should_exit = True
    await running


@pytest.mark.parametrize("reports", [pytest.param(3, id="short"), pytest.param(25, id="long", marks=pytest.mark.long)])
async def test_of_fifty_equal_reports_and_a_kill_one_has_an_effect(town: Town, reports: int) -> None:
    port = free_port()
    with (
        town.database(SERVICE) as dsn,
        replicas(town, "incidents", dsn, [port], DAICHO_OIDC_ISSUER=town.issuer.issuer) as (process,),
    ):
        await _group(town, dsn)
        token = town.issuer.token(TokenRequest(sub="REPORTER"))
        limits = httpx.Limits(max_connections=AT_ONCE)
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {token}"},
            limits=limits,
            trust_env=False,
            timeout=30,
        ) as client:
            await eventually(lambda: _up(client))
            answers = [await _reported(client, process, dsn, number) for number in range(reports)]
        rows = await fetch(dsn, "SELECT stream, type FROM event WHERE stream LIKE 'incident/%'")
    assert [len(each) for each in answers] == [1] * reports, "every answer to one report is the same"
    told = Counter((row["stream"], row["type"].split(".")[1]) for row in rows)
    incidents = {f"incident/{each}" for found in answers for each in found}
    assert told == {(incident, kind): 1 for incident in incidents for kind in INFORMED}


async def _group(town: Town, dsn: str) -> None:
    """Told by HR, and known to the service."""
    await open_group(_Teller(town, dsn))  # type: ignore[arg-type]


class _Teller:
    """As much of a house as telling HR's news needs."""

    def __init__(self, town: Town, dsn: str) -> None:
        self.hr = town.hr
        self._dsn = dsn

    async def settled(self) -> None:
        self.hr.flush()
        await reaches(self._dsn, "SELECT count(*) FROM inbox WHERE subscription = 'organisation'", self.hr.sent)


async def _reported(client: httpx.AsyncClient, process: Replica, dsn: str, number: int) -> set[str]:
    """The ids that were answered: the service is killed in the midst of it, and who got no answer sends again."""
    before = int((await fetch(dsn, "SELECT count(*) FROM event"))[0][0])
    on_its_way = asyncio.Event()
    sent = [asyncio.create_task(_post(client, number, on_its_way)) for _ in range(AT_ONCE)]
    match MOMENTS[number % len(MOMENTS)]:
        case "sent":
            await on_its_way.wait()
        case "committed":
            await reaches(dsn, "SELECT count(*) FROM event", before + 1)
        case "answered":
            await asyncio.wait(sent, return_when=asyncio.FIRST_COMPLETED)
    process.killed()
    answered = await asyncio.gather(*sent)
    await eventually(lambda: _up(client), within=60)
    again = await asyncio.gather(*(_post(client, number, on_its_way) for _ in range(AGAIN)))
    assert None not in again
    return {each for each in (*answered, *again) if each is not None}


async def _post(client: httpx.AsyncClient, number: int, on_its_way: asyncio.Event) -> str | None:
    """The id of the incident; None where the service died before it answered, or others were at it just then."""
    headers = {"Idempotency-Key": f"report-{number}"}

    async def follow(step: str, _: dict[str, Any]) -> None:
        if step == "http11.send_request_body.complete":
            on_its_way.set()

    while True:
        try:
            answer = await client.post("/v1/incidents", json=REPORT, headers=headers, extensions={"trace": follow})
        except httpx.TransportError:
            return None
        if answer.status_code != 409:
            assert answer.status_code == 201, answer.text
            return str(answer.json()["incident_id"])


async def _up(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/livez")).status_code == 200
    except httpx.TransportError:
        return False
