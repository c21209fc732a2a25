"""kill -9 of PostgreSQL under load: what was acknowledged is there, what was asked twice happened once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from daicho.embedded.databases import create_database
from daicho.embedded.parts import local_postgres
from daicho.embedded.postgres import LocalPostgres
from shared.runtime.database import CONNECTION_LOST, open_pool
from shared.runtime.reacting.timers import Timers
from shared.runtime.writing.origin import Given, Origin
from shared.testing.house import eventually
from tests.integration.conftest import House, migrate
from tests.integration.tally import Count
from tests.integration.test_commands import request

pytestmark = pytest.mark.stack
Running = Callable[[Any], asyncio.Task[Any]]
WRITERS, ROUNDS = 6, 2


@pytest.fixture
async def own_postgres(tmp_path: Path) -> AsyncIterator[LocalPostgres]:
    postgres = local_postgres(tmp_path, None, durable=False)
    postgres.prepare()
    postgres.launch()
    postgres.wait_ready()
    yield postgres
    postgres.kill()


class Writer:
    """Counts his own tally by one, each time until he is answered, and remembers how often he was."""

    def __init__(self, house: House, name: str) -> None:
        self.house, self.name = house, name
        self.asked = self.answered = self.refused = 0

    async def write(self) -> None:
        while True:
            self.asked += 1
            await eventually(lambda: self._answered(f"{self.name}-{self.asked}"), within=60)
            self.answered += 1

    async def _answered(self, key: str) -> bool:
        try:
            given = Given(Count(tally=self.name), Origin("P1"))
            await self.house.commands.execute(self.house.pool, given, request(key))
        except CONNECTION_LOST:
            self.refused += 1
            return False
        return True


async def test_nothing_acknowledged_is_lost_and_everything_goes_on(
    house: House, running: Running, own_postgres: LocalPostgres
) -> None:
    dsn = create_database(own_postgres.address, "tally")
    migrate(dsn)
    house = replace(house, dsn=dsn, pool=await open_pool(dsn, size=10))
    background = [
        running(house.relay().run()),
        running(house.totals().feed(house.feed_settings(), house.prefix).run()),
        running(Timers(house.pool, house.commands, house.clock).run()),
    ]
    writers = [Writer(house, f"w{number}") for number in range(WRITERS)]
    tasks = [running(writer.write()) for writer in writers]
    for _ in range(ROUNDS):
        await _all(writers, "answered")
        own_postgres.kill()
        await _all(writers, "refused")
        own_postgres.launch()
        own_postgres.wait_ready()
    await _all(writers, "answered")
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)

    rows = await house.fetch("SELECT stream, count(*) AS events, max(version) AS last FROM event GROUP BY stream")
    stored = {row["stream"].removeprefix("tally/"): row["events"] for row in rows}
    for writer in writers:
        assert writer.answered <= stored[writer.name] <= writer.asked
    assert all(row["events"] == row["last"] for row in rows)
    await house.relayed()
    await house.totals_reach({name: (events, events) for name, events in stored.items()}, within=40)
    assert not [task for task in background if task.done()]
    house.pool.terminate()


async def _all(writers: list[Writer], what: str) -> None:
    """Each writer once more."""
    before = [getattr(writer, what) for writer in writers]

    async def progressed() -> bool:
        return all(getattr(writer, what) > count for writer, count in zip(writers, before, strict=True))

    await eventually(progressed, within=40)
