"""What many callers at once may rely on: one key, one effect; one version, one winner; a batch is all or nothing."""

import asyncio
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest

from shared.runtime.database import Connection, transaction
from shared.runtime.writing.commands import KeyReused, Request, VersionMismatch
from shared.runtime.writing.event_store import Answer, Claim, Conflict, EventTooLarge, NewEvent, append
from shared.runtime.writing.origin import Given, Origin
from shared.testing.house import eventually
from tests.integration.conftest import House
from tests.integration.tally import BEGINNING, Count, counted

pytestmark = pytest.mark.stack
CALLER = Origin("P1")


async def admit(connection: Connection, state: Any) -> None:
    """Everybody may."""


def answer(total: int, version: int) -> Answer:
    return Answer(201, f'{{"total":{total}}}'.encode(), {"ETag": f'"{version}"'})


def request(key: str | None = None, *, body: bytes = b"body", expected: int | None = None) -> Request[int]:
    claim = Claim("P1", key, sha256(body).digest()) if key else None
    return Request(claim, admit, answer, expected)


def one(tally: str = "a", by: int = 1) -> Given:
    return Given(Count(tally=tally, by=by), CALLER)


async def test_fifty_equal_requests_at_once_have_one_effect_and_one_answer(house: House) -> None:
    answers = await asyncio.gather(*(house.commands.execute(house.pool, one(), request("k")) for _ in range(50)))
    assert await house.value("SELECT count(*) FROM event") == 1
    assert {(each.status, each.body, each.headers["ETag"]) for each in answers} == {(201, b'{"total":1}', '"1"')}
    assert sum("Idempotency-Replayed" not in each.headers for each in answers) == 1


async def test_a_repeat_is_answered_as_the_first_time_though_the_state_has_changed(house: House) -> None:
    await house.commands.execute(house.pool, one(), request("k"))
    await house.count("a", by=10)
    repeat = await house.commands.execute(house.pool, one(), request("k"))
    assert repeat.body == b'{"total":1}'
    assert await house.value("SELECT count(*) FROM event") == 2


async def test_a_key_used_for_another_request_is_refused(house: House) -> None:
    await house.commands.execute(house.pool, one(), request("k"))
    with pytest.raises(KeyReused):
        await house.commands.execute(house.pool, one(by=2), request("k", body=b"other"))
    assert await house.value("SELECT count(*) FROM event") == 1


async def test_one_key_at_once_for_two_requests_serves_one_of_them(house: House) -> None:
    outcomes = await asyncio.gather(
        *(
            house.commands.execute(house.pool, one(tally), request("k", body=tally.encode()))
            for tally in ("a", "b", "c", "d")
        ),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["Answer", "KeyReused", "KeyReused", "KeyReused"]
    assert await house.value("SELECT count(*) FROM event") == 1


async def test_of_two_writers_who_saw_the_same_version_one_succeeds(house: House) -> None:
    await house.count("a")
    outcomes = await asyncio.gather(
        *(house.commands.execute(house.pool, one(by=by), request(expected=1)) for by in (2, 3)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in outcomes) == [Answer.__name__, VersionMismatch.__name__]
    assert await house.value("SELECT count(*) FROM event") == 2


async def test_writers_without_an_expectation_all_succeed_one_after_the_other(house: House) -> None:
    await asyncio.gather(*(house.commands.execute(house.pool, one(), request(f"k{n}")) for n in range(4)))
    rows = await house.fetch("SELECT version FROM event ORDER BY position")
    assert [row["version"] for row in rows] == [1, 2, 3, 4]


async def test_a_version_that_is_ahead_is_refused_with_its_idempotency_key_and_its_timers(house: House) -> None:
    body = counted("a", 7)
    ahead = NewEvent("tally/a", 7, uuid4(), "tally.Counted.v1", BEGINNING, body)
    async with transaction(house.pool) as connection:
        with pytest.raises(Conflict):
            await append(
                connection, [ahead], claim=Claim("P1", "k", b"hash"), answer=answer(1, 7), recorded_at=BEGINNING
            )
    for table in ("event", "outbox", "idempotency", "due"):
        assert await house.value(f"SELECT count(*) FROM {table}") == 0


async def test_an_event_too_large_for_kafka_is_not_stored(house: House) -> None:
    huge = Given(Count(tally="a", note="x" * 600_000), CALLER)
    with pytest.raises(EventTooLarge):
        await house.commands.execute(house.pool, huge, request("k"))
    assert await house.value("SELECT count(*) FROM event") == 0
    assert await house.value("SELECT count(*) FROM idempotency") == 0


async def test_a_rejected_command_in_a_batch_changes_nothing_and_stops_nobody(house: House) -> None:
    async with transaction(house.pool) as connection:
        await house.commands.dispatch(connection, [one(by=1), one(by=-5), one(by=2), one("b", by=-1), one("c")])
        assert await house.commands.state(connection, "tally/a") == (3, 2)
        assert await house.commands.state(connection, "tally/b") == (0, 0)
    assert await house.value("SELECT count(*) FROM outbox") == 3


async def test_of_two_batches_on_one_stream_one_conflicts_and_writes_nothing(house: House) -> None:
    async with transaction(house.pool) as first:
        await house.commands.dispatch(first, [one("b"), one("a")])
        second = asyncio.create_task(_dispatch(house, [one("c"), one("a", by=10)]))
        await _is_blocked(house)
    with pytest.raises(Conflict):
        await second
    assert await house.value("SELECT count(*) FROM event WHERE stream = 'tally/c'") == 0
    await _dispatch(house, [one("c"), one("a", by=10)])
    async with transaction(house.pool) as connection:
        assert await house.commands.state(connection, "tally/a") == (11, 2)


async def _dispatch(house: House, given: list[Given]) -> None:
    async with transaction(house.pool) as connection:
        await house.commands.dispatch(connection, given)


async def _is_blocked(house: House) -> None:
    async def waiting() -> bool:
        return bool(await house.value("SELECT count(*) FROM pg_locks WHERE NOT granted"))

    await eventually(waiting)


# --- what is written beside the events --------------------------------------------------------------------------------


def noting(what: str, *, fails: bool = False) -> Request[int]:
    async def note(connection: Connection) -> None:
        await connection.execute("INSERT INTO inbox (subscription, source, id) VALUES ('test', '/test', $1)", what)
        if fails:
            raise ZeroDivisionError

    return replace(request(what), also=note)


async def noted(house: House) -> list[str]:
    return [row["id"] for row in await house.fetch("SELECT id FROM inbox ORDER BY id")]


async def test_what_is_written_beside_the_events_is_written_with_them(house: House) -> None:
    await house.commands.execute(house.pool, one(), noting("k"))
    assert (await noted(house), await house.value("SELECT count(*) FROM event")) == (["k"], 1)


async def test_a_repeat_writes_nothing_beside(house: House) -> None:
    for _ in range(2):
        await house.commands.execute(house.pool, one(), noting("k"))
    assert await noted(house) == ["k"]


async def test_a_failure_beside_the_events_leaves_nothing_behind(house: House) -> None:
    with pytest.raises(ZeroDivisionError):
        await house.commands.execute(house.pool, one(), noting("k", fails=True))
    for table in ("event", "outbox", "idempotency", "due", "inbox"):
        assert await house.value(f"SELECT count(*) FROM {table}") == 0


async def test_who_was_too_late_decides_again_and_writes_beside_once(house: House) -> None:
    await asyncio.gather(*(house.commands.execute(house.pool, one(), noting(f"k{n}")) for n in range(4)))
    rows = await house.fetch("SELECT version FROM event ORDER BY position")
    assert [row["version"] for row in rows] == [1, 2, 3, 4]
    assert await noted(house) == ["k0", "k1", "k2", "k3"]
