"""A command over REST: a pledge is signed, beside the least that a web service must do to write two rows."""

import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from uuid import UUID

import asyncpg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from fastapi import FastAPI
from pydantic import BaseModel

from benchmarks.contest import Contest, Contestant, timed
from benchmarks.goals import Times
from benchmarks.place import Office, Place, open_office, post
from services.training.app import SERVICE
from services.training.domain.pledge_commands import RequestPledge
from services.training.schema import ORGANISATION
from shared.events.codec import Recorded
from shared.events.hr import CompanyJoinedGroup, EmployeeHired, HrEvent, OrgUnitCreated, PersonKind, UnitKind
from shared.runtime.database import transaction
from shared.runtime.reading.views import ViewHandler
from shared.runtime.service import Running
from shared.runtime.writing.origin import Given, Origin
from shared.testing.house import MORNING

REQUESTS: Final = 200
HASH: Final = sha256(b"the Basic Rules").hexdigest()
SINCE: Final = date(2012, 4, 1)
SIGNATURE: Final = {
    "template_hash": HASH,
    "language": "ja",
    "consent_text_hash": HASH,
    "method": "SSO",
    "pages_viewed": 4,
    "page_count": 4,
}
TABLES: Final = """
CREATE TABLE pg2_event (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream text NOT NULL, version int NOT NULL,
  body bytea NOT NULL, UNIQUE (stream, version));
CREATE TABLE pg2_outbox (position bigint PRIMARY KEY);
"""
BODY: Final = b"x" * 520


@asynccontextmanager
async def contests(place: Place) -> AsyncIterator[tuple[Contest, ...]]:
    async with (
        place.town() as town,
        open_office(town, SERVICE) as office,
        two_rows(office.running.settings.database_url) as pg2,
    ):
        with closing(application(office.running.settings.database_url)) as saving:
            library = _library(saving)
            goals = (Times(pg2.name, "cpu", 1 / 1.5), Times(library.name, "cpu", 2.0))
            yield (Contest("command", await _signing(office), (pg2, library), goals),)


@dataclass
class Signing:
    """People who are asked again for each round, before it is measured, and sign one by one."""

    app: FastAPI
    running: Running
    badges: Mapping[str, Mapping[str, str]]
    number: int = 0

    async def ask(self) -> None:
        self.number += 1
        given = [Given(asked(person, self.number), Origin("system/bench")) for person in self.badges]
        async with transaction(self.running.pool) as connection:
            await self.running.commands.dispatch(connection, given)

    async def sign(self, person: str) -> None:
        headers = {**self.badges[person], "idempotency-key": str(uuid.uuid4())}
        status = await post(self.app, f"/v1/pledges/{person}-{self.number}/signature", SIGNATURE, headers)
        if status != 200:
            raise AssertionError(f"{person} was refused with {status}")

    async def all_sign(self) -> int:
        for person in self.badges:
            await self.sign(person)
        return len(self.badges)


async def _signing(office: Office) -> Contestant:
    people = [f"P{number:04}" for number in range(REQUESTS)]
    await _organise(office, people)
    badges = {person: {"authorization": f"Bearer {office.token(person)}"} for person in people}
    signing = Signing(office.app, office.running, badges)
    return Contestant("sign a pledge", signing.all_sign, signing.ask)


def asked(person: str, number: int) -> RequestPledge:
    return RequestPledge(
        pledge_id=f"{person}-{number}",
        person_id=person,
        person_kind=PersonKind.EMPLOYEE,
        campaign_id="K",
        template_id="BASIC-RULES",
        template_version=1,
        template_hash=HASH,
        period_fy="FY2017",
        period_start=date(2016, 4, 1),
        period_end=date(2017, 3, 31),
        due_date=date(2016, 5, 31),
    )


async def _organise(office: Office, people: list[str]) -> None:
    batch = [
        Recorded(f"e{number}", "/hr", stream, None, MORNING, MORNING, told)
        for number, (stream, told) in enumerate(group(people))
    ]
    async with transaction(office.running.pool) as connection:
        await ViewHandler(ORGANISATION.at("")).handle(connection, batch)


def group(people: list[str]) -> Iterator[tuple[str, HrEvent]]:
    """One company, a division, a department in it, and everybody there."""
    yield (
        "company/C1",
        CompanyJoinedGroup(company_id="C1", name="C1", country="JP", domestic=True, effective_date=SINCE),
    )
    for unit, parent, kind in (("D1", None, UnitKind.DIVISION), ("D1-1", "D1", UnitKind.DEPARTMENT)):
        yield (
            f"unit/{unit}",
            OrgUnitCreated(
                org_unit_id=unit, company_id="C1", parent_id=parent, kind=kind, name=unit, effective_date=SINCE
            ),
        )
    for person in people:
        yield (
            f"person/{person}",
            EmployeeHired(
                person_id=person,
                person_kind=PersonKind.EMPLOYEE,
                employer_company_id="C1",
                org_unit_id="D1-1",
                effective_date=SINCE,
            ),
        )


class _Body(BaseModel):
    stream: str
    version: int


@asynccontextmanager
async def two_rows(dsn: str) -> AsyncIterator[Contestant]:
    """A handler that knows nobody, decides nothing and remembers no key."""
    async with asyncpg.create_pool(dsn, min_size=1, max_size=4) as pool:
        await pool.execute(TABLES)
        app = FastAPI()

        @app.post("/events", status_code=201)
        async def write(body: _Body) -> dict[str, Any]:
            async with pool.acquire() as connection, connection.transaction():
                position = await connection.fetchval(
                    "INSERT INTO pg2_event (stream, version, body) VALUES ($1, $2, $3) RETURNING position",
                    body.stream,
                    body.version,
                    BODY,
                )
                await connection.execute("INSERT INTO pg2_outbox (position) VALUES ($1)", position)
            return {"position": position}

        async def once() -> None:
            if await post(app, "/events", {"stream": str(uuid.uuid4()), "version": 1}, {}) != 201:
                raise AssertionError("the reference failed")

        yield Contestant("pg2", lambda: timed(once, REQUESTS))


class _Pledge(Aggregate):
    @event("Requested")
    def __init__(self, person: str) -> None:
        self.person = person


def _library(saving: Application[UUID]) -> Contestant:
    """The `eventsourcing` library on the same database: a new aggregate is saved, nothing else."""

    async def work() -> int:
        for _ in range(REQUESTS):
            _save(saving)
        return REQUESTS

    return Contestant("eventsourcing save", work)


def _save(application: Application[UUID]) -> None:
    application.save(_Pledge("P0001"))


def application(dsn: str) -> Application[UUID]:
    address = urlsplit(dsn)
    return Application(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": address.path.lstrip("/"),
            "POSTGRES_HOST": address.hostname or "",
            "POSTGRES_PORT": str(address.port),
            "POSTGRES_USER": address.username or "",
            "POSTGRES_PASSWORD": unquote(address.password or ""),
        }
    )
