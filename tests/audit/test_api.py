"""The questions of an auditor, over HTTP."""

import asyncio
import json
from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.audit import compliance
from services.audit.domain.answers import answers
from services.audit.domain.readings import Period, tally
from services.audit.domain.rulebook import JUDGES
from services.audit.tests.company import DUE, YEAR, a_year
from services.audit.tests.story import DAY, judged
from shared.events.training import PledgeSigned
from shared.law.fiscal_year import fiscal_year_of
from shared.law.rule_pack import STANDARD
from shared.runtime.database import transaction
from tests.audit.house import House, until

pytestmark = pytest.mark.stack
AUDITOR = "P-AUDITOR"
PERIOD = {"from": "2016-04-01", "to": "2017-03-31"}


def expected(
    day: date, events: list[Any] | None = None, rule: str = "C09", period: Period | None = None, mode: str | None = None
) -> dict[str, tuple[int, int, int, int]]:
    counts = tally(judged(events or a_year()), period or Period(fiscal_year_of(day).start, day))
    found = answers(counts, [rule], STANDARD, day, mode)
    return {row.unit: (row.num, row.den, row.open, row.excused) for row in found}


def rows(answer: httpx.Response) -> dict[str, tuple[int, int, int, int]]:
    assert answer.status_code == 200, answer.text
    return {row["unit"]: (row["num"], row["den"], row["open"], row["excused"]) for row in answer.json()["items"]}


@pytest.mark.parametrize("day", [DUE - DAY, DUE, DUE + DAY, date(2016, 10, 31), date(2016, 11, 1), YEAR[1]])
async def test_the_table_on_a_day_is_what_the_rules_say(told: House, day: date) -> None:
    answer = await told.get(AUDITOR, "/v1/compliance", as_of=day.isoformat(), rule="C09")
    assert rows(answer) == expected(day)


@pytest.mark.parametrize(
    ("rule", "mode"),
    [
        ("C01", "rolling"),
        ("C01", "fiscal"),
        ("C02", "rolling"),
        ("C02", "fiscal"),
        ("C03", "fiscal"),
        ("C04", "rolling"),
        ("C19", "rolling"),
        ("C20", "rolling"),
        ("C22", "rolling"),
        ("C23", "rolling"),
    ],
)
@pytest.mark.parametrize(
    "asked",
    [{"as_of": "2016-11-15"}, {"as_of": "2017-03-31"}, PERIOD, {"from": "2016-08-20", "to": "2016-10-31"}],
    ids=["a-day", "the-last-day", "the-year", "some-weeks"],
)
async def test_every_reading_in_sql_is_the_one_in_python(
    told: House, rule: str, mode: str, asked: dict[str, str]
) -> None:
    day = date.fromisoformat(asked.get("to") or asked["as_of"])
    begins = date.fromisoformat(asked["from"]) if "from" in asked else fiscal_year_of(day).start
    period = Period(begins, day, whole="from" in asked)
    answer = await told.get(AUDITOR, "/v1/compliance", rule=rule, mode=mode, **asked)
    found = rows(answer)
    assert found == expected(day, rule=rule, period=period, mode=mode)
    assert any(map(any, found.values())), "nothing is compared"
    shown = {row["mode"] for row in answer.json()["items"]}
    assert shown == {mode if (rule, mode) in JUDGES else "rolling"}


async def test_the_exceptions_of_a_period_are_who_failed_in_it_each_once(told: House) -> None:
    for rule in ("C01", "C19"):
        for row in (await told.get(AUDITOR, "/v1/compliance", rule=rule, **PERIOD)).json()["items"]:
            items = (await told.get(AUDITOR, row["exceptions"] + "&limit=200")).json()["items"]
            assert len(items) == len({item["subject"] for item in items}) == row["den"] - row["num"]


async def test_a_missed_year_is_an_exception_in_fiscal_mode(told: House) -> None:
    (row,) = (await told.get(AUDITOR, "/v1/compliance", rule="C01", mode="fiscal", unit="group", **PERIOD)).json()[
        "items"
    ]
    items = (await told.get(AUDITOR, row["exceptions"])).json()["items"]
    assert {item["status"] for item in items} == {"MISSED"}
    assert {(item["due"], item["subject"].partition("#")[2]) for item in items} == {("2017-03-31", "FY2017")}
    assert len(items) == row["den"] - row["num"] > 0


async def test_rows_add_up(told: House) -> None:
    found = rows(await told.get(AUDITOR, "/v1/compliance", as_of="2016-09-30", rule="C09"))
    units = [figures for unit, figures in found.items() if "-" in unit]
    assert tuple(map(sum, zip(*units, strict=True))) == found["group"]


async def test_a_period_is_read_at_its_end(told: House) -> None:
    assert rows(await told.get(AUDITOR, "/v1/compliance", rule="C09", **PERIOD)) == expected(YEAR[1])


async def test_a_row_has_every_field_of_the_contract(told: House) -> None:
    answer = await told.get(AUDITOR, "/v1/compliance", unit="C1-D1", rule="C09", as_of="2016-06-01", mode="rolling")
    (row,) = answer.json()["items"]
    assert row.keys() == {
        *("rule", "unit", "num", "den", "value", "threshold", "pass"),
        *("open", "excused", "not_applicable", "mode", "exceptions"),
    }
    assert row["pass"] is False
    assert row["threshold"] == 1.0
    exceptions = await told.get(AUDITOR, row["exceptions"])
    assert len(exceptions.json()["items"]) == row["den"] - row["num"]


async def test_where_nobody_counts_nothing_is_passed(told: House) -> None:
    (row,) = (await told.get(AUDITOR, "/v1/compliance", unit="group", rule="C09", as_of="2011-01-01")).json()["items"]
    assert (row["den"], row["value"], row["pass"], row["not_applicable"]) == (0, None, None, True)


async def test_exceptions_come_in_pages_each_with_its_evidence(told: House) -> None:
    found, path, asked = [], "/v1/compliance/C09/exceptions", {"as_of": "2016-06-01", "limit": 2}
    while True:
        page = (await told.get(AUDITOR, path, **asked)).json()
        found += page["items"]
        if page["next_cursor"] is None:
            break
        asked["cursor"] = page["next_cursor"]
    bad = [each for each in judged(a_year()) if each.covers(date(2016, 6, 1)) and each.status == "MISSING"]
    assert [each["subject"] for each in found] == sorted(each.subject for each in bad)
    assert all(each["because"] for each in found)
    event = found[0]["because"][0]
    events = (await told.get(AUDITOR, "/v1/events", type=event["type"], subject=event["stream"])).json()["items"]
    assert event["id"] in {each["event"]["id"] for each in events}


@pytest.mark.parametrize(
    ("parameters", "slug"),
    [
        ({"as_of": "2017-06-02"}, "in-the-future"),
        ({"known_at": "2030-01-01T00:00:00Z"}, "in-the-future"),
        ({"unit": "C1-D99"}, "unknown-unit"),
        ({"rule": "C99"}, "unknown-rule"),
        ({"from": "2016-04-01"}, "period-reversed"),
        ({"from": "2016-04-02", "to": "2016-04-01"}, "period-reversed"),
        ({"as_of": "yesterday"}, "invalid-request"),
        ({"known_at": "2016-04-01T00:00:00"}, "invalid-request"),
        ({"units": "C1"}, "invalid-request"),
    ],
)
async def test_a_question_without_an_answer_is_refused(told: House, parameters: dict[str, str], slug: str) -> None:
    answer = await told.get(AUDITOR, "/v1/compliance", **parameters)
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{slug}")


async def test_everybody_sees_what_is_his_to_see(told: House) -> None:
    everything = rows(await told.get(AUDITOR, "/v1/compliance", rule="C09", as_of="2016-06-01"))
    company = rows(await told.get("P-PIPA", "/v1/compliance", rule="C09", as_of="2016-06-01"))
    unit = rows(await told.get("P-MANAGER", "/v1/compliance", rule="C09", as_of="2016-06-01"))
    assert company == {name: row for name, row in everything.items() if name.startswith("C2")}
    assert unit == {"C1-D1": everything["C1-D1"]}
    assert (await told.get("P-MANAGER", "/v1/compliance", unit="C1-D2")).status_code == 404
    assert (await told.get("P-NOBODY", "/v1/compliance")).status_code == 403
    assert (await told.get(None, "/v1/compliance")).status_code == 401
    assert (await told.get("P-MANAGER", "/v1/events")).status_code in {403, 404}


async def test_as_known_then_what_came_later_is_left_out(told: House) -> None:
    events = a_year()
    instant = [each for each in events if isinstance(each.event, PledgeSigned)][-8].recorded_at
    known = [each for each in events if each.recorded_at <= instant]
    asked = {"as_of": "2016-07-15", "known_at": instant.isoformat(), "rule": "C09"}
    answer = rows(await told.get(AUDITOR, "/v1/compliance", **asked))
    assert answer == expected(date(2016, 7, 15), known)
    assert answer != expected(date(2016, 7, 15))


async def test_a_question_that_takes_a_replay_is_answered_by_one(told: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compliance, "MOST_REJUDGED", 3)
    events = a_year()
    instant = events[len(events) // 2].recorded_at
    asked = {"as_of": "2016-07-15", "known_at": instant.isoformat(), "rule": "C09"}
    first = await told.get(AUDITOR, "/v1/compliance", **asked)
    assert (first.status_code, first.headers["location"][:12]) == (202, "/v1/replays/")

    async def answered() -> bool:
        return (await told.get(AUDITOR, "/v1/compliance", **asked)).status_code == 200

    await until(answered)
    known = [each for each in events if each.recorded_at <= instant]
    assert rows(await told.get(AUDITOR, "/v1/compliance", **asked)) == expected(date(2016, 7, 15), known)


async def test_a_question_whose_replay_was_stopped_is_worked_out_when_it_is_asked_again(
    told: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compliance, "MOST_REJUDGED", 3)
    asked = {"as_of": "2016-08-15", "known_at": a_year()[20].recorded_at.isoformat(), "rule": "C09"}
    first = await told.get(AUDITOR, "/v1/compliance", **asked)
    name = first.headers["location"].rpartition("/")[2]
    await told.value(f"UPDATE replay SET state = 'failed' WHERE replay_id = '{name}'")

    async def answered() -> bool:
        return (await told.get(AUDITOR, "/v1/compliance", **asked)).status_code == 200

    await until(answered)


@pytest.mark.parametrize("path", ["/v1/compliance", "/v1/compliance/digest", "/v1/compliance/C09/exceptions"])
async def test_what_is_asked_of_a_large_group_may_take_longer_than_other_questions(told: House, path: str) -> None:
    """Here it has to wait for a table, for longer than other requests wait for any."""
    async with transaction(told.running.pool) as connection:
        await connection.execute("LOCK TABLE interval IN ACCESS EXCLUSIVE MODE")
        asked = asyncio.create_task(told.get(AUDITOR, path, **PERIOD))
        await asyncio.sleep(2.5)
    assert (await asked).status_code == 200


async def test_a_replay_is_started_once_watched_and_comes_to_the_live_digest(told: House) -> None:
    key = str(uuid4())
    started = await told.post(AUDITOR, "/v1/replays", PERIOD, key)
    assert started.status_code == 202
    repeated = await told.post(AUDITOR, "/v1/replays", PERIOD, key)
    assert (repeated.headers["location"], repeated.headers["idempotency-replayed"]) == (
        started.headers["location"],
        "true",
    )
    other = await told.post(AUDITOR, "/v1/replays", PERIOD | {"source": "kafka"}, key)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")

    location = started.headers["location"]
    async with told.client(AUDITOR) as client:
        watched = (await client.get(f"{location}/events")).text
        numbers = [line.removeprefix("id: ") for line in watched.splitlines() if line.startswith("id: ")]
        rest = (await client.get(f"{location}/events", headers={"Last-Event-ID": numbers[0]})).text
    last = json.loads([line for line in watched.splitlines() if line.startswith("data: ")][-1].removeprefix("data: "))
    assert last["state"] == "done"
    assert f"id: {numbers[0]}\n" not in rest

    shown = (await told.get(AUDITOR, location)).json()
    live = (await told.get(AUDITOR, "/v1/compliance/digest", **PERIOD)).json()
    assert shown["digest"] == live["digest"] == last["digest"]
    assert live["pending"] == 0
    group = next(row for row in shown["result"]["answers"] if (row["rule"], row["unit"]) == ("C09", "group"))
    assert (group["num"], group["den"], group["open"], group["excused"]) == expected(YEAR[1])["group"]


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        ({"to": "2017-06-01"}, "period-not-ended"),
        ({"rule_pack": "no-such"}, "unknown-rule-pack"),
        ({"rule_pack": "gdpr-2018"}, "unknown-rule-pack"),
        ({"to": "2016-03-31"}, "period-reversed"),
        ({"source": "memory"}, "invalid-request"),
        ({"pack": "x"}, "invalid-request"),
    ],
)
async def test_a_replay_that_can_not_be_is_refused(told: House, change: dict[str, str], slug: str) -> None:
    answer = await told.post(AUDITOR, "/v1/replays", PERIOD | change)
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{slug}")


async def test_a_cancelled_replay_stays_cancelled(told: House) -> None:
    await told.stop()
    try:
        location = (await told.post(AUDITOR, "/v1/replays", PERIOD)).headers["location"]
        async with told.client(AUDITOR) as client:
            assert (await client.delete(location)).status_code == 204
            assert (await client.delete(location)).status_code == 204
    finally:
        told.start()
    done = (await told.post(AUDITOR, "/v1/replays", PERIOD)).headers["location"]

    async def over() -> bool:
        return bool((await told.get(AUDITOR, done)).json()["state"] == "done")

    await until(over)
    assert (await told.get(AUDITOR, location)).json()["state"] == "cancelled"


async def test_a_number_that_should_never_have_come_is_not_shown(house: House) -> None:
    number = "123456789018"
    value = f'{{"specversion":"1.0","id":"x","note":"no. {number}","{number}":{number}}}'.encode()
    await house.tell(a_year(people=1))
    await house.publish([("ledger.events", b"slip/S1", value), ("ledger.events", b"slip/S1", f"<{number}>".encode())])
    await house.settled()
    answer = await house.get(AUDITOR, "/v1/events", limit=200)
    items = [each for each in answer.json()["items"] if each["topic"] == "ledger.events"]
    assert len(items) == 2
    assert number not in answer.text
    assert items[1]["raw"] == "<[number removed]>"
