"""Every timer fires exactly once, whoever fires it, whoever dies meanwhile, however the clock jumps."""

import sys
from collections.abc import Sequence
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from daicho.embedded.jars import CHECKOUT
from daicho.embedded.process import Child, spawn
from shared.events.codec import Recorded
from shared.runtime.clock import DrivenClock
from shared.runtime.database import Connection, transaction
from shared.runtime.reacting.reactions import Step, Task
from shared.runtime.reacting.timers import Timers
from shared.runtime.writing.event_store import Due, append
from shared.runtime.writing.origin import Given, Origin
from shared.testing.house import eventually
from tests.integration.conftest import House
from tests.integration.tally import BEGINNING, Count

pytestmark = pytest.mark.stack
TALLIES, DAYS, WORKERS = 300, 12, 3


def timers(house: House) -> Timers:
    return Timers(house.pool, house.commands, house.clock)


async def rung(house: House) -> int:
    return int(await house.value("SELECT count(*) FROM event WHERE type = 'tally.Alarmed.v1'"))


async def test_workers_killed_at_random_ring_every_alarm_once_at_its_own_time(house: House, tmp_path: Path) -> None:
    clock = DrivenClock(tmp_path / "clock.json")
    clock.set(BEGINNING - timedelta(days=1))
    async with transaction(house.pool) as connection:
        counts = [Count(tally=f"t{number}", note=f"ring:t{number}:{DAYS}") for number in range(TALLIES)]
        await house.commands.dispatch(connection, [Given(each, Origin("test")) for each in counts])
    workers = [_worker(house, tmp_path, number) for number in range(WORKERS)]
    for step, day in enumerate((0, 1, 4, 5, 8, DAYS)):  # days are skipped and caught up with
        before = await rung(house)
        clock.set(BEGINNING + timedelta(days=day))
        await eventually(lambda before=before: _more_than(house, before))  # type: ignore[misc]
        for killed in (step % WORKERS, (step + 1) % WORKERS):
            workers[killed].kill()
            workers[killed] = _worker(house, tmp_path, killed)
    await eventually(lambda: _nothing_due(house), within=60)
    for worker in workers:
        worker.kill()
    await _rang_daily(house)


async def test_a_clock_that_jumps_back_rings_nothing_again(house: House) -> None:
    await house.count("a", note="ring:a:5")
    for day in (3, 1, 4, 2, 9):
        house.clock.instant = BEGINNING + timedelta(days=day)
        while await timers(house).fire():
            pass
    rows = await house.fetch("SELECT convert_from(body, 'UTF8')::jsonb ->> 'time' AS time FROM event WHERE version > 1")
    assert len({row["time"] for row in rows}) == len(rows) == 5


async def test_a_timer_set_again_after_it_fired_rings_no_second_time_and_holds_nobody_up(house: House) -> None:
    house.clock.instant = BEGINNING + timedelta(days=2)
    await house.count("a", note="ring:a:1")
    await timers(house).fire()
    await house.count("a", note="ring:a:1")
    await house.count("b", note="ring:b:1")
    await timers(house).fire()
    assert await house.value("SELECT count(*) FROM due") == 0
    assert await rung(house) == 2


class Chore(Task):
    """A large task that comes to nothing."""

    large = True

    @property
    def stream(self) -> str:
        return "task/chore"


class Chores:
    def named(self, stored: dict[str, Any]) -> Task | None:
        return Chore() if stored["name"] == Chore.__name__ else None

    async def load(self, _connection: Connection, _batch: Sequence[Recorded], _tasks: Sequence[Task]) -> None: ...

    def perform(self, _task: Task, _known: None, _today: date) -> list[Step]:
        return []


@pytest.mark.parametrize(("moment", "taken"), [(60.0, [1, 2, 4, 8]), (0.0, [1, 1, 1, 1])])
async def test_large_tasks_are_taken_twice_as_many_at_a_time_as_were_done_in_a_moment(
    house: House, monkeypatch: pytest.MonkeyPatch, moment: float, taken: list[int]
) -> None:
    monkeypatch.setattr("shared.runtime.reacting.timers.MOMENT", moment)
    chore = {"name": Chore.__name__, "fields": "{}"}
    async with transaction(house.pool) as connection:
        await append(connection, [], due=[Due(f"chore-{number}", BEGINNING, chore) for number in range(20)])
    house.clock.instant = BEGINNING
    working = Timers(house.pool, house.commands, house.clock, [Chores()])
    assert [await working.fire() for _ in taken] == taken


async def test_a_timer_that_fails_is_held_with_its_reason_and_holds_up_nobody_else(house: House) -> None:
    await house.count("b", note="ring:b:1")
    async with transaction(house.pool) as connection:
        unknown = {"name": "Wonder", "fields": "{}"}
        await append(connection, [], due=[Due("tally/a#day-0#Wonder", BEGINNING - timedelta(days=1), unknown)])
    house.clock.instant = BEGINNING + timedelta(days=2)
    await timers(house).fire()
    (held,) = await house.fetch("SELECT * FROM due")
    assert held["id"] == "tally/a#day-0#Wonder"
    assert held["failures"] >= 1
    assert "Wonder" in held["failure"]
    assert await rung(house) == 1


def _worker(house: House, folder: Path, number: int) -> Child:
    program = [sys.executable, "-m", "tests.integration.timer_process", house.dsn, str(folder / "clock.json")]
    return spawn(program, log=folder / f"timers{number}.log", cwd=CHECKOUT)


async def _more_than(house: House, before: int) -> bool:
    return await rung(house) > before


async def _nothing_due(house: House) -> bool:
    return int(await house.value("SELECT count(*) FROM due")) == 0


async def _rang_daily(house: House) -> None:
    rows = await house.fetch("SELECT stream, body FROM event WHERE type = 'tally.Alarmed.v1' ORDER BY position")
    times: dict[str, list[str]] = {}
    for row in rows:
        times.setdefault(row["stream"], []).append(orjson.loads(row["body"])["time"])
    daily = [
        (BEGINNING + timedelta(days=day)).astimezone(UTC).isoformat().replace("+00:00", "Z") for day in range(DAYS)
    ]
    assert times == {f"tally/t{number}": daily for number in range(TALLIES)}
