"""Ledger over REST, from a registration to an approved inspection, on real PostgreSQL and Kafka."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import httpx
import pytest

from services.training.tests.group import OFFICE, appointed, tell
from services.training.tests.story import LONG_AGO, hired, left, transferred
from shared.events.hr import Role
from shared.law.calendar import start_of_day
from shared.testing.house import House
from tests.ledger.group import (
    CHECKLIST,
    DIV_MANAGER,
    FOUND,
    HASH,
    INSPECTOR,
    NUMBERS,
    PPOM,
    PROMOTER,
    SLIP,
    STORAGE,
    STRANGER,
    patch,
    problem,
    registered,
)

pytestmark = pytest.mark.stack
MORNING = datetime(2016, 4, 1, 0, 0, tzinfo=UTC)


@pytest.fixture
async def calendar(house: House) -> AsyncIterator[House]:
    """A test that lets time pass puts it back."""
    yield house
    house.clock.set(MORNING, backwards=True)


# --- registered -------------------------------------------------------------------------------------------------------


async def test_a_slip_is_registered_and_its_inspection_scheduled(house: House) -> None:
    answer = await registered(house, "A1")
    assert (answer.headers["ETag"], answer.headers["Location"]) == ('"1"', "/v1/slips/A1")
    assert (answer.json()["state"], answer.json()["company_id"]) == ("active", "C01")
    assert answer.json()["details"]["custodians"] == [
        {"person_id": INSPECTOR, "role": "PI_MANAGER", "since": "2016-04-01"}
    ]
    inspection = (await house.get(INSPECTOR, "/v1/slips/A1/inspections/REG-1")).json()
    assert (inspection["state"], inspection["due_date"]) == ("scheduled", "2017-04-01")
    assert inspection["assignees"] == [INSPECTOR]


async def test_an_id_is_made_up_where_none_is_given(house: House) -> None:
    answer = await house.post(PROMOTER, "/v1/slips", SLIP)
    assert (await house.get(PROMOTER, answer.headers["Location"])).json() == answer.json()


@pytest.mark.parametrize("lack", [{"storage": None}, {"custodians": []}, {"priority": "NORMAL"}])
async def test_a_slip_of_national_id_numbers_lacks_nothing(house: House, lack: dict[str, Any]) -> None:
    await house.settled()
    before = await house.written()
    answer = await house.post(PROMOTER, "/v1/slips", NUMBERS | lack)
    assert problem(answer) == (409, "number-slip-incomplete")
    assert await house.written() == before


@pytest.mark.parametrize(
    ("change", "slug", "pointer"),
    [
        ({"org_unit_id": "C01-D99"}, "slip-unit-unknown", "/org_unit_id"),
        ({"storage": STORAGE | {"storing_unit": "C01-D99"}}, "slip-unit-unknown", "/storage/storing_unit"),
        ({"custodians": [{"person_id": "P0", "role": "PI_MANAGER"}]}, "custodian-unknown", "/custodians/0/person_id"),
        ({"title": "Number 123456789018"}, "national-id-number", None),
        ({"priority": "URGENT"}, "invalid-request", "/priority"),
        ({"items": []}, "invalid-request", "/items"),
    ],
)
async def test_what_is_not_known_or_not_allowed_is_not_registered(
    house: House, change: dict[str, Any], slug: str, pointer: str | None
) -> None:
    before = await house.written()
    answer = await house.post(PROMOTER, "/v1/slips", SLIP | change)
    assert problem(answer) == (422, slug)
    assert pointer is None or answer.json()["errors"][0]["pointer"] == pointer
    assert await house.written() == before


async def test_a_division_registers_its_own_only(house: House) -> None:
    assert problem(await house.post(PROMOTER, "/v1/slips", SLIP | {"org_unit_id": "C01-D08"}))[0] == 404
    assert problem(await house.post(PPOM, "/v1/slips", SLIP)) == (403, "forbidden")
    assert (await house.post(PROMOTER, "/v1/slips", SLIP | {"org_unit_id": "C01-D07-S1"})).status_code == 201


# --- amended ----------------------------------------------------------------------------------------------------------


async def test_of_two_who_amend_one_slip_the_second_reads_again(house: House) -> None:
    await registered(house, "B1")
    body = {"title": "The club", "reason": "shorter"}
    first = await patch(house, PROMOTER, "B1", body, If_Match='"1"')
    assert (first.status_code, first.json()["details"]["title"]) == (200, "The club")
    second = await patch(house, INSPECTOR, "B1", body | {"title": "Club"}, If_Match='"1"')
    assert problem(second) == (412, "stale-version")
    assert (await patch(house, INSPECTOR, "B1", body | {"title": "Club"}, If_Match='"2"')).status_code == 200
    assert problem(await patch(house, PROMOTER, "B1", body)) == (428, "version-required")


async def test_of_two_who_amend_one_slip_at_the_same_time_one_is_heard(house: House) -> None:
    for number in range(5):
        slip_id = f"BB{number}"
        await registered(house, slip_id)
        answers = await asyncio.gather(
            *(
                patch(house, person, slip_id, {"title": f"Of {person}", "reason": "shorter"}, If_Match='"1"')
                for person in (PROMOTER, INSPECTOR)
            )
        )
        heard, refused = sorted(answers, key=lambda answer: answer.status_code)
        assert (heard.status_code, problem(refused)) == (200, (412, "stale-version"))
        assert await house.told(f"slip/{slip_id}") == ["SlipRegistered", "SlipAmended"]
        assert (await house.get(PROMOTER, f"/v1/slips/{slip_id}")).json() == heard.json()


async def test_a_priority_is_lowered_by_the_promotion_office_only(house: House) -> None:
    await registered(house, "B2", SLIP | {"priority": "HIGH"})
    lower = {"priority": "NORMAL", "reason": "no accounts left"}
    assert problem(await house.post(INSPECTOR, "/v1/slips/B2/priority", lower)) == (409, "approval-needed")
    assert problem(await house.post(DIV_MANAGER, "/v1/slips/B2/priority", lower)) == (403, "forbidden")
    assert (await house.post(PPOM, "/v1/slips/B2/priority", lower)).json()["details"]["priority"] == "NORMAL"
    await house.settled()
    shown = (await house.get(INSPECTOR, "/v1/slips/B2/inspections/REG-1")).json()
    assert (shown["due_date"], shown["priority"]) == ("2017-04-01", "NORMAL")
    told = (await house.get(PPOM, "/v1/slips/B2/history")).json()["items"]
    assert [(each["type"], each["actor"]) for each in told] == [
        ("ledger.SlipRegistered.v1", f"person/{PROMOTER}"),
        ("ledger.SlipPriorityChanged.v1", f"person/{PPOM}"),
    ]
    assert told[1]["data"]["approved_by"] == PPOM


async def test_what_happened_earlier_is_entered_with_its_day_and_reason(house: House) -> None:
    await registered(house, "B3")
    body = {"storage": STORAGE, "time": "2016-02-01T09:00:00+09:00"}
    assert problem(await house.post(INSPECTOR, "/v1/slips/B3/storage", body)) == (409, "late-entry")
    future = body | {"time": "2016-04-02T09:00:00+09:00"}
    assert problem(await house.post(INSPECTOR, "/v1/slips/B3/storage", future)) == (409, "entry-in-the-future")
    assert (await house.post(INSPECTOR, "/v1/slips/B3/storage", body | {"late_reason": "on paper"})).status_code == 200
    told = (await house.get(INSPECTOR, "/v1/slips/B3/history")).json()["items"][1]
    assert (told["time"], told["recordedtime"]) == ("2016-02-01T00:00:00Z", "2016-04-01T00:00:00Z")
    assert told["data"]["backdated"] is True


# --- transferred ------------------------------------------------------------------------------------------------------

HEAD, NEIGHBOUR = "HEAD", "NEIGHBOUR"
"""Who manages both units, and who manages the other one."""
TO_THE_NEIGHBOUR = {"to_unit": "C01-D08"}


@pytest.fixture(scope="module")
async def neighbours(house: House) -> House:
    for person, units in ((HEAD, ("C01-D07", "C01-D08")), (NEIGHBOUR, ("C01-D08",))):
        tell(house, hired(LONG_AGO, "C01-D08", person=person))
        tell(house, *(appointed(f"person/{person}", Role.DIV_MANAGER, org_unit_id=unit) for unit in units))
    await house.settled()
    return house


async def _transfer(house: House, principal: str, slip_id: str, body: dict[str, Any], **headers: str) -> httpx.Response:
    return await house.post(principal, f"/v1/slips/{slip_id}/transfer", body, **headers)


async def test_who_manages_both_units_hands_a_slip_over(neighbours: House) -> None:
    house = neighbours
    await registered(house, "T1")
    answer = await _transfer(house, HEAD, "T1", TO_THE_NEIGHBOUR, If_Match='"1"')
    assert (answer.status_code, answer.headers["ETag"], answer.json()["org_unit_id"]) == (200, '"2"', "C01-D08")
    told = (await house.get(HEAD, "/v1/slips/T1/history")).json()["items"][1]
    assert (told["type"], told["actor"]) == ("ledger.SlipTransferred.v1", f"person/{HEAD}")
    moved = {"from_unit": "C01-D07", "to_unit": "C01-D08", "company_id": "C01", "cause": "AGREEMENT"}
    assert told["data"].items() >= moved.items()
    await house.settled()
    (line,) = (each for each in await _register(house, NEIGHBOUR) if each["slip_id"] == "T1")
    assert (line["company_id"], line["org_unit_id"]) == ("C01", "C01-D08")
    assert "T1" not in {each["slip_id"] for each in await _register(house, PROMOTER)}
    assert problem(await house.get(PROMOTER, "/v1/slips/T1"))[0] == 404


@pytest.mark.parametrize(("principal", "status"), [(INSPECTOR, 403), (PPOM, 403), (DIV_MANAGER, 404), (NEIGHBOUR, 404)])
async def test_who_does_not_manage_both_units_transfers_nothing(neighbours: House, principal: str, status: int) -> None:
    """Who may do it in one of them only is not told of the other."""
    house, slip_id = neighbours, f"T2-{principal}"
    await registered(house, slip_id)
    before = await house.written()
    assert problem(await _transfer(house, principal, slip_id, TO_THE_NEIGHBOUR))[0] == status
    assert await house.written() == before


async def test_a_transfer_to_where_it_is_tells_nothing(neighbours: House) -> None:
    house = neighbours
    await registered(house, "T3")
    answer = await _transfer(house, HEAD, "T3", {"to_unit": "C01-D07"})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    assert await house.told("slip/T3") == ["SlipRegistered"]


async def test_a_transfer_names_a_unit_that_exists_and_is_decided_now(neighbours: House) -> None:
    """Two managers agree when it is sent: a transfer is never entered late."""
    house = neighbours
    await registered(house, "T4")
    before = await house.written()
    answer = await _transfer(house, HEAD, "T4", {"to_unit": "C01-D99"})
    assert problem(answer) == (422, "slip-unit-unknown")
    assert answer.json()["errors"][0]["pointer"] == "/to_unit"
    late = {"time": "2016-02-01T09:00:00+09:00", "late_reason": "on paper"}
    answer = await _transfer(house, HEAD, "T4", TO_THE_NEIGHBOUR | late)
    assert problem(answer) == (422, "invalid-request")
    assert {each["pointer"] for each in answer.json()["errors"]} == {"/time", "/late_reason"}
    assert await house.written() == before


async def test_a_transfer_that_was_decided_on_another_version_is_decided_again(neighbours: House) -> None:
    house = neighbours
    await registered(house, "T5")
    amendment = {"title": "The club", "reason": "shorter"}
    assert (await patch(house, PROMOTER, "T5", amendment, If_Match='"1"')).status_code == 200
    assert problem(await _transfer(house, HEAD, "T5", TO_THE_NEIGHBOUR, If_Match='"1"')) == (412, "stale-version")
    assert await house.told("slip/T5") == ["SlipRegistered", "SlipAmended"]
    assert (await _transfer(house, HEAD, "T5", TO_THE_NEIGHBOUR, If_Match='"2"')).headers["ETag"] == '"3"'


async def _register(house: House, principal: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await house.get(principal, "/v1/slips", params={"limit": 200})).json()["items"]
    return items


# --- inspected --------------------------------------------------------------------------------------------------------


async def test_a_year_of_an_inspection(calendar: House) -> None:
    house = calendar
    await registered(house, "C1")
    one = "/v1/slips/C1/inspections/REG-1"
    assert problem(await house.post(INSPECTOR, f"{one}/start", CHECKLIST)) == (409, "inspection-not-due")
    house.clock.set(start_of_day(date(2017, 3, 3)))
    await house.settled()
    assert await house.told("inspection/C1/REG-1") == ["InspectionScheduled", "InspectionDue"]
    house.clock.set(start_of_day(date(2017, 4, 3)))
    await house.settled()
    assert (await house.told("inspection/C1/REG-1"))[2:] == ["InspectionOverdue"]
    assert (await house.post(INSPECTOR, f"{one}/start", CHECKLIST)).json()["state"] == "in-progress"
    assert (await house.post(INSPECTOR, f"{one}/submission", FOUND)).json()["state"] == "submitted"
    assert problem(await house.post(INSPECTOR, f"{one}/approval", {})) == (403, "forbidden")
    done = await house.post(DIV_MANAGER, f"{one}/approval", {})
    assert (done.json()["state"], done.json()["result"], done.json()["next_due"]) == (
        "completed",
        "CONFORM",
        "2018-04-03",
    )
    await house.settled()
    following = (await house.get(INSPECTOR, "/v1/slips/C1/inspections/REG-2")).json()
    assert (following["basis_date"], following["due_date"]) == ("2017-04-03", "2018-04-03")
    query = "SELECT convert_from(body, 'UTF8')::jsonb ->> 'time' AS time FROM event WHERE stream = $1 ORDER BY version"
    times = (await house.fetch(query, "inspection/C1/REG-1"))[:3]
    assert [row["time"] for row in times][1:] == ["2017-03-01T15:05:00Z", "2017-04-01T15:05:00Z"]
    row = (await house.get(INSPECTOR, "/v1/slips", params={"limit": 200})).json()["items"]
    line = next(each for each in row if each["slip_id"] == "C1")
    assert (line["last_inspected"], line["next_due"], line["days_left"]) == ("2017-04-03", "2018-04-03", 365)


async def test_nobody_approves_his_own_inspection_and_high_priority_needs_two(calendar: House) -> None:
    house = calendar
    custodians = [{"person_id": each, "role": "PI_MANAGER"} for each in (INSPECTOR, DIV_MANAGER)]
    await registered(house, "C2", NUMBERS | {"custodians": custodians})
    house.clock.set(start_of_day(date(2016, 9, 5)))
    await house.settled()
    one = "/v1/slips/C2/inspections/REG-1"
    await house.post(DIV_MANAGER, f"{one}/start", CHECKLIST)
    await house.post(DIV_MANAGER, f"{one}/submission", FOUND)
    assert problem(await house.post(DIV_MANAGER, f"{one}/approval", {})) == (409, "own-inspection")
    again = {"reason": "somebody else must inspect"}
    assert (await house.post(PROMOTER, f"{one}/return", again)).json()["state"] == "returned"
    await house.post(INSPECTOR, f"{one}/submission", FOUND)
    assert (await house.post(DIV_MANAGER, f"{one}/approval", {})).json()["state"] == "submitted"
    assert (await house.post(PROMOTER, f"{one}/approval", {"role": "PROMOTER"})).json()["state"] == "completed"


async def test_a_disposed_slip_is_not_inspected(calendar: House) -> None:
    house = calendar
    await registered(house, "C3")
    house.clock.set(start_of_day(date(2017, 3, 5)))
    await house.settled()
    disposal = {"method": "SHREDDED", "evidence_hash": HASH}
    assert problem(await house.post(INSPECTOR, "/v1/slips/C3/disposal", disposal)) == (409, "disposal-not-requested")
    await house.post(INSPECTOR, "/v1/slips/C3/disposal-request", {"reason": "no longer needed"})
    assert (await house.post(INSPECTOR, "/v1/slips/C3/disposal", disposal)).json()["state"] == "disposed"
    answer = await house.post(INSPECTOR, "/v1/slips/C3/inspections/REG-1/start", CHECKLIST)
    assert problem(answer) == (409, "slip-over")
    await house.settled()
    assert (await house.told("inspection/C3/REG-1"))[-1] == "InspectionCancelled"


# --- people and lists -------------------------------------------------------------------------------------------------


async def test_who_leaves_or_moves_away_leaves_his_charge(calendar: House) -> None:
    house = calendar
    for person in ("GOER", "MOVER"):
        tell(house, hired(LONG_AGO, "C01-D07", person=person))
    await house.settled()
    custodians = [{"person_id": each, "role": "PI_STAFF"} for each in ("GOER", "MOVER", INSPECTOR)]
    await registered(house, "D1", SLIP | {"custodians": custodians})
    tell(house, left(date(2016, 4, 1), person="GOER"), transferred(date(2016, 7, 1), "C02-D07", person="MOVER"))
    await house.settled()
    assert await house.told("slip/D1") == ["SlipRegistered", "SlipCustodianVacated"]
    house.clock.set(start_of_day(date(2016, 7, 1)))
    await house.settled()
    assert await house.told("slip/D1") == ["SlipRegistered", *["SlipCustodianVacated"] * 2]
    assert problem(await house.get("MOVER", "/v1/slips/D1"))[0] == 404


async def test_a_custodian_without_a_role_sees_his_slip_and_no_other(house: House) -> None:
    await registered(house, "D2", SLIP | {"custodians": [{"person_id": STRANGER, "role": "PI_STAFF"}]})
    await registered(house, "D3")
    assert [each["slip_id"] for each in (await house.get(STRANGER, "/v1/slips")).json()["items"]] == ["D2"]
    assert (await house.get(STRANGER, "/v1/slips/D2")).status_code == 200
    assert problem(await house.get(STRANGER, "/v1/slips/D3"))[0] == 404
    submission = await house.post(STRANGER, "/v1/slips/D2/inspections/REG-1/submission", FOUND)
    assert problem(submission) == (403, "forbidden")


async def test_lists_go_on_page_by_page_and_show_ones_own_write(house: House) -> None:
    tokens = [(await house.post(PROMOTER, "/v1/slips", SLIP | {"slip_id": f"E{n}"})).headers for n in range(3)]
    waiting = {"Wait-For": tokens[-1]["Consistency-Token"]}
    page = (await house.get(PROMOTER, "/v1/slips", params={"limit": 1}, headers=waiting)).json()
    seen = [page["items"][0]["slip_id"]]
    while page["next_cursor"]:
        more = {"limit": 1, "cursor": page["next_cursor"]}
        page = (await house.get(PROMOTER, "/v1/slips", params=more)).json()
        seen += [each["slip_id"] for each in page["items"]]
    assert {"E0", "E1", "E2"} <= set(seen)
    assert all(before < after for before, after in pairwise(seen))
    await house.settled()
    page = (await house.get(PROMOTER, "/v1/inspections", params={"limit": 1})).json()
    due = [page["items"][0]]
    while page["next_cursor"]:
        page = (await house.get(PROMOTER, "/v1/inspections", params={"limit": 1, "cursor": page["next_cursor"]})).json()
        due += page["items"]
    assert {each["slip_id"] for each in due} >= set(seen)
    assert [each["due_date"] for each in due] == sorted(each["due_date"] for each in due)


async def test_inspections_are_found_by_state_day_and_unit(house: House) -> None:
    await registered(house, "F1", NUMBERS)
    asked = {"state": "scheduled", "due_before": "2016-10-02", "unit": "C01-D07", "slip_id": "F1"}
    assert len((await house.get(PROMOTER, "/v1/inspections", params=asked)).json()["items"]) == 1
    for change in ({"due_before": "2016-10-01"}, {"state": "due"}, {"unit": "C01-D08"}, {"overdue": "true"}):
        assert (await house.get(PROMOTER, "/v1/inspections", params=asked | change)).json()["items"] == []


async def test_it_is_always_clear_where_national_id_numbers_are(house: House) -> None:
    await registered(house, "F2", NUMBERS)
    items = (await house.get(OFFICE, "/v1/number-locations", params={"limit": 200})).json()["items"]
    (line,) = (each for each in items if each["slip_id"] == "F2")
    assert (line["storing_unit"], line["place"], line["since"]) == ("C01-D07", "Archive room 2", "2016-04-01")
    assert line["persons_in_charge"] == [INSPECTOR]
    assert (await house.get(STRANGER, "/v1/number-locations")).json()["items"] == []


# --- rebuilt ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["organisation", "slip_register", "inspection_calendar"])
async def test_a_view_built_anew_equals_the_live_one_and_causes_nothing(house: House, view: str) -> None:
    await registered(house, f"G-{view.replace('_', '-')}")
    before, written = await house.rows(view), await house.written()
    answer = await house.post(OFFICE, f"/v1/views/{view}/rebuild")
    assert (answer.status_code, answer.json()) == (200, {"view": view, "rows": len(before.splitlines())})
    assert await house.rows(view) == before
    assert await house.written() == written | {"idempotency": written["idempotency"] + 1}


async def test_nothing_of_all_this_was_parked(house: House) -> None:
    assert await house.parked() == {}
