"""An inspection is due exactly once for each slip and cycle, whoever is killed and however the clock jumps."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from daicho.embedded.parts import Parts
from services.ledger.app import SERVICE
from services.ledger.domain.inspection_commands import ApproveInspection, StartInspection, SubmitInspection
from services.ledger.tests.words import DETAILS, OK, REGISTER, changed
from shared.decider import Command
from shared.events.ledger import ApproverRole
from shared.events.topics import LEDGER
from shared.law.calendar import business_date, start_of_day
from shared.runtime.database import Pool, borrow, open_pool, transaction
from shared.runtime.writing.commands import Commands
from shared.runtime.writing.origin import Given, Origin
from shared.testing.house import Town, eventually, open_town
from shared.testing.stack import Templates
from tests.faults.replicas import Replica, dice, reaches, replicas

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]
PROCESSES = 2
TOLD = "SELECT count(*) FROM event WHERE type = 'ledger.{}.v1'"
LOOKS = """
SELECT pid, query_start FROM pg_stat_activity
 WHERE datname = current_database() AND query LIKE 'SELECT min(at) FROM due%' AND query_start > $1
"""
"""Who asked since when which timer is the next."""


@dataclass
class Ledger:
    """A ledger of two processes, one database and one calendar."""

    town: Town
    dsn: str
    pool: Pool
    processes: list[Replica]

    async def give(self, *commands: Command) -> None:
        ledger = Commands("ledger", SERVICE.aggregates, self.town.clock)
        async with transaction(self.pool) as connection:
            await ledger.dispatch(connection, [Given(each, Origin("person/P1")) for each in commands])

    async def register(self, slips: int) -> None:
        now = self.town.clock.now()
        register = changed(REGISTER, details=changed(DETAILS, custodians=()), time=now, now=now)
        await self.give(*(changed(register, slip_id=f"S{number}") for number in range(slips)))

    async def complete(self, slips: int, cycle: int) -> None:
        await self.give(*(each for number in range(slips) for each in self._done(f"S{number}", f"REG-{cycle}")))

    def _done(self, slip: str, cycle: str) -> Iterator[Command]:
        now = self.town.clock.now()
        of: dict[str, Any] = {"slip_id": slip, "cycle": cycle, "slip_in_force": True}
        yield StartInspection(**of, checklist_id="CHECK", checklist_version=1, started_by="P1", time=now, now=now)
        yield SubmitInspection(
            **of,
            answers=(OK,),
            slip_version_reviewed=1,
            slip_version=1,
            still_valid=True,
            submitted_by="P1",
            time=now,
            now=now,
        )
        yield ApproveInspection(**of, approved_by="DM1", role=ApproverRole.DIV_MANAGER, on=business_date(now))


@pytest.fixture
async def town(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with open_town(parts, templates, tmp_path_factory.mktemp("ledger")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("slips", "cycles", "kills"),
    [pytest.param(40, 2, 2, id="short"), pytest.param(300, 8, 6, id="long", marks=pytest.mark.long)],
)
async def test_each_slip_is_due_once_in_each_cycle(town: Town, slips: int, cycles: int, kills: int) -> None:
    by_chance = dice(20160401)
    with town.database(SERVICE) as dsn, replicas(town, "ledger", dsn, [0] * PROCESSES) as processes:
        pool = await open_pool(dsn, size=2, statement_seconds=30)
        ledger = Ledger(town, dsn, pool, processes)
        await ledger.register(slips)
        for cycle in range(1, cycles + 1):
            await reaches(dsn, TOLD.format("InspectionScheduled"), slips * cycle)
            await _jump_and_kill(ledger, by_chance, (slips * (cycle - 1), slips * cycle), kills)
            await ledger.complete(slips, cycle)
        await reaches(dsn, "SELECT (NOT EXISTS (SELECT FROM outbox))::int", 1)
        pool.terminate()
    told = await _told(town)
    due = Counter(subject for subject, kinds in told.items() for kind in kinds if kind == "ledger.InspectionDue.v1")
    assert due == {f"inspection/S{slip}/REG-{cycle}": 1 for slip in range(slips) for cycle in range(1, cycles + 1)}


async def _jump_and_kill(ledger: Ledger, by_chance: Random, dues: tuple[int, int], kills: int) -> None:
    """Over the opening of the window, or over the due day as well; back, and forth again; one process after the other.

    Only one of them fires, and nobody says which.
    """
    before, after = dues
    clock, days = ledger.town.clock, by_chance.choice((340, 372, 420))
    there = start_of_day(business_date(clock.now()) + timedelta(days=days))
    await _back_and_forth(ledger, by_chance)
    clock.set(there)
    for kill in range(kills):
        await reaches(ledger.dsn, TOLD.format("InspectionDue"), by_chance.randint(before + 1, after))
        ledger.processes[kill % PROCESSES].killed()
        await _back_and_forth(ledger, by_chance)
    await reaches(ledger.dsn, TOLD.format("InspectionDue"), after)


async def _back_and_forth(ledger: Ledger, by_chance: Random) -> None:
    clock, here = ledger.town.clock, ledger.town.clock.now()
    clock.set(here - timedelta(days=by_chance.randint(1, 30)), backwards=True)
    await _looked(ledger.pool)
    clock.set(here)


async def _looked(pool: Pool, times: int = 6) -> None:
    """Until somebody has asked for the next timer so often since now: what he sees by the clock, he has seen."""
    async with borrow(pool) as connection:
        now = await connection.fetchval("SELECT clock_timestamp()")
        looks = set[tuple[Any, ...]]()

        async def enough() -> bool:
            looks.update(tuple(row) for row in await connection.fetch(LOOKS, now))
            return len(looks) >= times

        await eventually(enough)


async def _told(town: Town) -> dict[str, list[str]]:
    """By stream, the kinds of events on Kafka, in the order of their versions; what was published twice is the same."""
    consumer = AIOKafkaConsumer(bootstrap_servers=town.parts.kafka)
    await consumer.start()
    found: dict[str, dict[int, bytes]] = {}
    try:
        places = [TopicPartition(town.prefix + LEDGER.name, number) for number in range(LEDGER.partitions)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        while any([await consumer.position(place) < ends[place] for place in places]):
            for record in [each for batch in (await consumer.getmany(timeout_ms=200)).values() for each in batch]:
                document = orjson.loads(record.value)
                versions = found.setdefault(document["subject"], {})
                assert document["streamversion"] in (len(versions) + 1, *versions)
                assert versions.setdefault(document["streamversion"], record.value) == record.value
    finally:
        await consumer.stop()
    return {subject: [orjson.loads(value)["type"] for value in each.values()] for subject, each in found.items()}
