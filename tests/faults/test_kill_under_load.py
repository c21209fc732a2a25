"""kill -9 of every process in turn, while people sign and the HR system hires.

What a client was promised, by its own log, is there exactly once; the event tables, Kafka and the archive hold the
same bytes; the views and the compliance answers agree with them.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from confluent_kafka import Producer

from daicho.demo.endpoints import find_stack
from daicho.demo.quiet import watch
from daicho.embedded.parts import start_parts
from daicho.embedded.process import wait_until
from daicho.endpoints import FILE
from daicho.stack import Plan, Stack
from shared.runtime.clock import DrivenClock
from tests.faults.load import TEMPLATE, hire, token

pytestmark = [pytest.mark.system, pytest.mark.stack, pytest.mark.timeout(420)]

PEOPLE = 180
LOAD_SECONDS = 30.0
VICTIMS = ("training", "audit", "ledger", "incidents", "notifier", "postgres", "kafka", "training")


@dataclass(frozen=True)
class Played:
    """What came of the load: the client's log, every event table's rows and every Kafka record, stack still up."""

    stack: Stack
    log: list[dict[str, Any]]
    stored: dict[tuple[str, int], bytes]
    published: list[Any]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    directory = tmp_path_factory.mktemp("kill")
    DrivenClock(directory / "clock.json").set(datetime(2016, 5, 2, 1, tzinfo=UTC))
    with start_parts(directory, say=lambda _: None) as opened:
        stack = Stack.start(directory, plan=Plan(for_tests=True), say=lambda _: None, opened=opened)
        try:
            asyncio.run(_populate(stack))
            _kill_in_turn(stack, directory)
            asyncio.run(_settled(directory))
            yield Played(
                stack=stack,
                log=[json.loads(line) for line in (directory / "client.log").read_text().splitlines()],
                stored=asyncio.run(_stored(stack)),
                published=asyncio.run(_published(stack, [f"{name}.events" for name in stack.databases])),
            )
        finally:
            stack.stop()


def test_every_process_was_killed_while_the_client_was_at_work(played: Played) -> None:
    assert played.log[-1]["kind"] == "end"
    acknowledged = [line for line in played.log if line["kind"] == "ack"]
    assert sum("pledge" in line for line in acknowledged) == PEOPLE + 1
    assert sum("hire" in line for line in acknowledged) > 50


def test_every_acknowledged_signature_is_recorded_exactly_once(played: Played) -> None:
    promised = [line["pledge"] for line in played.log if line["kind"] == "ack" and "pledge" in line]
    assert {line["status"] for line in played.log if line["kind"] == "ack" and "pledge" in line} == {200}
    signed = Counter(stream.removeprefix("pledge/") for stream in _streams(played, "training.PledgeSigned.v1"))
    assert signed == Counter(promised)


def test_every_acknowledged_hire_is_asked_for_a_pledge_exactly_once(played: Played) -> None:
    promised = {line["hire"] for line in played.log if line["kind"] == "ack" and "hire" in line}
    asked = Counter(
        json.loads(body)["data"]["person_id"]
        for body in played.stored.values()
        if b'"type":"training.PledgeRequested.v1"' in body
    )
    assert promised <= asked.keys()
    assert set(asked.values()) == {1}


def test_kafka_holds_the_bytes_of_the_event_tables_in_the_order_of_their_versions(played: Played) -> None:
    first: dict[tuple[str, int], bytes] = {}
    last: dict[str, int] = {}
    for record in played.published:
        document = json.loads(record.value)
        place = (document["subject"], document["streamversion"])
        if place not in first:
            assert document["streamversion"] == last.get(document["subject"], 0) + 1
            last[document["subject"]] = document["streamversion"]
            first[place] = record.value
        assert first[place] == record.value
    assert first == played.stored


def test_the_archive_holds_every_record_of_kafka(played: Played) -> None:
    archived = asyncio.run(_archived(played.stack))
    here = {(record.topic, record.partition, record.offset): record.value for record in played.published}
    assert {place: value for place, value in archived.items() if place[0] != "hr.events"} == here


def test_the_view_of_pledges_agrees_with_the_events(played: Played) -> None:
    rows = asyncio.run(_rows(played.stack, "training", "SELECT pledge_id FROM pledges WHERE state = 'signed'"))
    signed = _streams(played, "training.PledgeSigned.v1")
    assert sorted(row["pledge_id"] for row in rows) == sorted(stream.removeprefix("pledge/") for stream in signed)


def test_nothing_is_parked_and_nothing_is_held(played: Played) -> None:
    for service in played.stack.databases:
        assert asyncio.run(_rows(played.stack, service, "SELECT * FROM parked")) == []
        assert asyncio.run(_rows(played.stack, service, "SELECT * FROM due WHERE failures > 3")) == []


async def _populate(stack: Stack) -> None:
    """A company, an office and some people in post; a campaign that asks all of them; quiet."""
    _tell_hr(stack)
    await _settled(stack.directory)
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        headers = {
            "Authorization": f"Bearer {await token(client, stack.endpoints(), 'P-OFFICE')}",
            "Idempotency-Key": str(uuid4()),
        }
        campaign = {
            "campaign_id": "PLEDGE-FY2017",
            "fy": "FY2017",
            "template_id": "BASIC-RULES",
            "template_version": 1,
            "template_hash": TEMPLATE,
            "opens_on": "2016-04-01",
            "due_date": "2016-06-30",
        }
        url = f"{stack.endpoints()['training']}/v1/pledge-campaigns"
        answer = await client.post(url, json=campaign, headers=headers)
        assert answer.status_code == 201, answer.text
    await _settled(stack.directory)


def _tell_hr(stack: Stack) -> None:
    producer = Producer({"bootstrap.servers": stack.parts.kafka})
    for subject, value in _organisation():
        producer.produce("hr.events", key=subject, value=value)
    for number in range(PEOPLE):
        producer.produce("hr.events", key=f"person/P{number:04}", value=hire(f"P{number:04}", str(uuid4())))
    producer.flush(30)


def _organisation() -> Iterator[tuple[str, bytes]]:
    office = hire("P-OFFICE", str(uuid4())).replace(b"2016-05-01", b"2010-04-01")
    yield "person/P-OFFICE", office
    for kind, subject, data in (
        (
            "CompanyJoinedGroup",
            "company/C01",
            {"company_id": "C01", "name": "本社", "name_en": "HQ", "country": "JP", "domestic": True},
        ),
        (
            "OrgUnitCreated",
            "unit/C01-D01",
            {"org_unit_id": "C01-D01", "company_id": "C01", "kind": "division", "name": "営業", "name_en": "Sales"},
        ),
        (
            "RoleAppointed",
            "person/P-OFFICE",
            {"person_id": "P-OFFICE", "role": "PIP_OFFICE", "scope": {}, "appointed_by": "P0"},
        ),
    ):
        document = {
            "specversion": "1.0",
            "id": str(uuid4()),
            "source": "/hr",
            "type": f"hr.{kind}.v1",
            "subject": subject,
            "time": "2010-04-01T00:00:00+09:00",
            "recordedtime": "2010-03-01T00:00:00Z",
            "data": {**data, "effective_date": "2010-04-01"},
        }
        yield subject, json.dumps(document).encode()


def _kill_in_turn(stack: Stack, directory: Path) -> None:
    """One victim after the other, with the next one only when the last is back."""
    argv = [sys.executable, "-m", "tests.faults.load", str(directory / FILE), str(directory / "client.log")]
    client = subprocess.Popen([*argv, str(LOAD_SECONDS)])
    try:
        for number, victim in enumerate(VICTIMS, 1):
            _wait_for_acks(directory / "client.log", 5 * number)
            _kill_and_restart(stack, victim)
        assert client.wait(timeout=240) == 0
    finally:
        client.kill()
        client.wait()


def _wait_for_acks(log: Path, at_least: int) -> None:
    """Nobody is killed before the client has got this many answers."""
    assert wait_until(lambda: log.exists() and log.read_text().count('"ack"') >= at_least, seconds=60)


def _kill_and_restart(stack: Stack, victim: str) -> None:
    server = {"postgres": stack.postgres, "kafka": stack.kafka}.get(victim)
    process: Any = server or stack.services[victim]
    process.kill()
    time.sleep(0.3)
    process.restart()


async def _settled(directory: Path) -> None:
    async with watch(find_stack(directory)) as watching:
        await watching.until_quiet()


async def _rows(stack: Stack, service: str, query: str) -> list[Any]:
    connection = await asyncpg.connect(stack.databases[service])
    try:
        return await connection.fetch(query)
    finally:
        await connection.close()


async def _stored(stack: Stack) -> dict[tuple[str, int], bytes]:
    rows = [
        row for name in stack.databases for row in await _rows(stack, name, "SELECT stream, version, body FROM event")
    ]
    return {(row["stream"], row["version"]): row["body"] for row in rows}


async def _archived(stack: Stack) -> dict[tuple[str, int, int], bytes]:
    rows = await _rows(stack, "audit", 'SELECT topic, partition, "offset", value FROM leaf')
    return {(row["topic"], row["partition"], row["offset"]): row["value"] for row in rows}


async def _published(stack: Stack, topics: list[str]) -> list[Any]:
    """Everything on our own topics, by a plain reader."""
    consumer = AIOKafkaConsumer(bootstrap_servers=stack.parts.kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for topic in topics for number in range(12)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        records: list[Any] = []
        while any([await consumer.position(each) < ends[each] for each in partitions]):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                records += batch
        return sorted(records, key=lambda record: (record.topic, record.partition, record.offset))
    finally:
        await consumer.stop()


def _streams(played: Played, event_type: str) -> list[str]:
    mark = f'"type":"{event_type}"'.encode()
    return [stream for (stream, _), body in played.stored.items() if mark in body]
