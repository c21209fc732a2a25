"""Training over REST, from an HR message to a signed pledge, on real PostgreSQL and Kafka."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import date, timedelta
from itertools import pairwise

import httpx
import pytest

from daicho.embedded.parts import Parts
from services.training.tests.group import (
    MANAGER,
    OFFICE,
    PLAN,
    SIGNATURE,
    appointed,
    open_group,
    pledge_of,
    tell,
)
from services.training.tests.house import House, open_house
from services.training.tests.story import LONG_AGO, assigned, hired, left, on_leave, transferred, unit
from shared.events.hr import Role
from shared.testing.stack import Templates

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
async def house(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(parts, templates, tmp_path_factory.mktemp("training")) as opened:
        await open_group(opened)
        yield opened


async def somebody(house: House, name: str, org_unit_id: str = "C01-D07") -> str:
    """Hire a person and wait until he is asked; the id of his pledge."""
    tell(house, hired(LONG_AGO, org_unit_id, person=name))
    await house.settled()
    return await pledge_of(house, name)


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


# --- from a hire to a signature ---------------------------------------------------------------------------------------


async def test_who_is_hired_is_asked_to_pledge(house: House) -> None:
    pledge = await somebody(house, "A1")
    answer = await house.get("A1", f"/v1/pledges/{pledge}")
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["person_id"], shown["state"], shown["due_date"]) == ("A1", "requested", "2016-04-30")
    assert (shown["company_id"], shown["org_unit_id"], shown["fy"]) == ("C01", "C01-D07", "FY2017")


async def test_a_pledge_is_signed_by_the_person_himself(house: House) -> None:
    pledge = await somebody(house, "A2")
    answer = await house.post("A2", f"/v1/pledges/{pledge}/signature", SIGNATURE)
    assert (answer.status_code, answer.json()["state"]) == (200, "signed")
    assert answer.json()["signed_at"] == "2016-04-01T00:00:00Z"
    assert await house.told(f"pledge/{pledge}") == ["PledgeRequested", "PledgeSigned"]


async def test_a_pledge_is_declined_by_the_person_himself(house: House) -> None:
    pledge = await somebody(house, "A3")
    answer = await house.post("A3", f"/v1/pledges/{pledge}/refusal")
    assert (answer.status_code, answer.json()["state"]) == (200, "declined")
    assert problem(await house.post("A3", f"/v1/pledges/{pledge}/signature", SIGNATURE)) == (409, "pledge-not-open")


async def test_the_events_name_who_did_it_and_why_it_came_to_be(house: House) -> None:
    hire = house.hr.tell("person/A4", hired(LONG_AGO, person="A4"))
    await house.settled()
    pledge = await pledge_of(house, "A4")
    await house.post("A4", f"/v1/pledges/{pledge}/signature", SIGNATURE)
    bodies = await house.fetch(
        "SELECT convert_from(body, 'UTF8')::jsonb AS body FROM event WHERE stream = $1 ORDER BY version",
        f"pledge/{pledge}",
    )
    asked, signed = (row["body"] for row in bodies)
    assert (asked["actor"], asked["causationid"]) == ("system/training", hire)
    assert (signed["actor"], signed["orgunitid"]) == ("person/A4", "C01-D07")
    assert "causationid" not in signed


async def test_a_suppliers_worker_told_before_his_unit_is_asked_when_the_unit_is_told(house: House) -> None:
    tell(house, assigned(LONG_AGO, "C01-D09", person="A5"))
    await house.settled()
    assert (await house.get(OFFICE, "/v1/pledges", params={"person_id": "A5"})).json()["items"] == []
    tell(house, unit("C01-D09"))
    await house.settled()
    await pledge_of(house, "A5")


async def test_a_program_can_not_pledge(house: House) -> None:
    pledge = await somebody(house, "A6")
    assert problem(await house.post(OFFICE, f"/v1/pledges/{pledge}/signature", SIGNATURE)) == (403, "forbidden")


@pytest.mark.parametrize(
    ("change", "expected"), [({"template_hash": "0" * 64}, "template-changed"), ({"pages_viewed": 3}, "not-read")]
)
async def test_what_was_not_read_can_not_be_signed(house: House, change: dict[str, object], expected: str) -> None:
    pledge = await somebody(house, f"A7-{expected}")
    before = await house.written()
    answer = await house.post(f"A7-{expected}", f"/v1/pledges/{pledge}/signature", SIGNATURE | change)
    assert problem(answer) == (409, expected)
    assert await house.written() == before


async def test_every_refusal_of_this_service_has_a_page_that_explains_it(house: House) -> None:
    for slug in (
        "not-the-signer", "template-changed", "not-read", "pledge-not-open", "campaign-exists", "campaign-unplanned",
        "campaign-outside-year", "campaign-past", "date-outside-year",
    ):  # fmt: skip
        page = await house.ask("GET", f"/problems/{slug}", None)
        assert page.status_code == 200, slug
        assert page.json()["cure"]


# --- whom one sees ----------------------------------------------------------------------------------------------------


async def test_a_transfer_takes_effect_at_once_for_the_promoter(house: House) -> None:
    for promoter, place in (("B-P7", "C01-D07"), ("B-P8", "C01-D08")):
        tell(house, hired(LONG_AGO, place, person=promoter))
        tell(house, appointed(f"person/{promoter}", Role.PROMOTER, org_unit_id=place))
    pledge = await somebody(house, "B1")
    seen = [(await house.get(promoter, f"/v1/pledges/{pledge}")).status_code for promoter in ("B-P7", "B-P8")]
    assert seen == [200, 404]
    tell(house, transferred(date(2016, 4, 1), "C01-D08", person="B1"))
    await house.settled()
    seen = [(await house.get(promoter, f"/v1/pledges/{pledge}")).status_code for promoter in ("B-P7", "B-P8")]
    assert seen == [404, 200]


async def test_a_promoter_who_is_transferred_sees_his_old_unit_no_more(house: House) -> None:
    tell(house, hired(LONG_AGO, "C01-D07", person="B-P9"))
    tell(house, appointed("person/B-P9", Role.PROMOTER, org_unit_id="C01-D07"))
    pledge = await somebody(house, "B2")
    assert (await house.get("B-P9", f"/v1/pledges/{pledge}")).status_code == 200
    tell(house, transferred(date(2016, 4, 1), "C02-D07", person="B-P9"))
    await house.settled()
    assert (await house.get("B-P9", f"/v1/pledges/{pledge}")).status_code == 404
    assert (await house.get("B-P9", f"/v1/pledges/{await pledge_of(house, 'B-P9')}")).status_code == 200


async def test_who_sees_a_pledge_may_not_sign_it_and_who_does_not_learns_nothing(house: House) -> None:
    pledge = await somebody(house, "B3")
    before = await house.written()
    path = f"/v1/pledges/{pledge}/signature"
    assert problem(await house.post(MANAGER, path, SIGNATURE)) == (403, "forbidden")
    assert problem(await house.post("B1", path, SIGNATURE)) == (404, "not-found")
    unknown = await house.post("B1", f"/v1/pledges/{uuid.uuid4()}/signature", SIGNATURE)
    hidden = await house.post("B1", path, SIGNATURE)
    assert hidden.json() | {"traceid": ""} == unknown.json() | {"traceid": "", "detail": hidden.json()["detail"]}
    assert await house.written() == before


# --- repeats ----------------------------------------------------------------------------------------------------------


async def test_a_repeated_request_gets_the_same_answer_and_does_nothing(house: House) -> None:
    pledge = await somebody(house, "C1")
    path, key = f"/v1/pledges/{pledge}/signature", str(uuid.uuid4())
    first = await house.post("C1", path, SIGNATURE, key=key)
    house.clock.advance(timedelta(minutes=1))
    again = await house.post("C1", path, SIGNATURE, key=key)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (again.headers["ETag"], again.headers["Consistency-Token"]) == ('"2"', f"pledge/{pledge}:2")
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (False, "true")
    assert await house.told(f"pledge/{pledge}") == ["PledgeRequested", "PledgeSigned"]


async def test_a_key_is_good_for_one_request_only(house: House) -> None:
    pledge = await somebody(house, "C2")
    path, key = f"/v1/pledges/{pledge}/signature", str(uuid.uuid4())
    await house.post("C2", path, SIGNATURE, key=key)
    await house.settled()
    before = await house.written()
    other = await house.post("C2", path, SIGNATURE | {"method": "MFA"}, key=key)
    assert problem(other) == (422, "idempotency-key-reused")
    assert problem(await house.post("C2", f"/v1/pledges/{pledge}/refusal", key=key)) == (422, "idempotency-key-reused")
    assert await house.written() == before


async def test_a_key_belongs_to_whoever_used_it(house: House) -> None:
    first, second, key = await somebody(house, "C3"), await somebody(house, "C4"), str(uuid.uuid4())
    for person, pledge in (("C3", first), ("C4", second)):
        answer = await house.post(person, f"/v1/pledges/{pledge}/signature", SIGNATURE, key=key)
        assert (answer.status_code, answer.json()["person_id"]) == (200, person)


async def test_fifty_equal_requests_at_once_are_one_event_and_one_answer(house: House) -> None:
    pledge, key = await somebody(house, "C5"), str(uuid.uuid4())
    path = f"/v1/pledges/{pledge}/signature"
    answers = await asyncio.gather(*(house.post("C5", path, SIGNATURE, key=key) for _ in range(50)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert await house.told(f"pledge/{pledge}") == ["PledgeRequested", "PledgeSigned"]


async def test_signing_again_under_a_new_key_changes_nothing(house: House) -> None:
    pledge = await somebody(house, "C6")
    path = f"/v1/pledges/{pledge}/signature"
    first = await house.post("C6", path, SIGNATURE)
    house.clock.advance(timedelta(minutes=1))
    second = await house.post("C6", path, SIGNATURE)
    assert (second.status_code, second.json()) == (200, first.json())
    assert await house.told(f"pledge/{pledge}") == ["PledgeRequested", "PledgeSigned"]


# --- versions ---------------------------------------------------------------------------------------------------------


async def test_a_decision_on_an_old_version_is_refused(house: House) -> None:
    pledge = await somebody(house, "D1")
    before = await house.written()
    answer = await house.post("D1", f"/v1/pledges/{pledge}/signature", SIGNATURE, If_Match='"7"')
    assert problem(answer) == (412, "stale-version")
    assert await house.written() == before


async def test_of_two_decisions_on_one_version_one_wins(house: House) -> None:
    pledge = await somebody(house, "D2")
    version = (await house.get("D2", f"/v1/pledges/{pledge}")).headers["ETag"]
    signed, declined = await asyncio.gather(
        house.post("D2", f"/v1/pledges/{pledge}/signature", SIGNATURE, If_Match=version),
        house.post("D2", f"/v1/pledges/{pledge}/refusal", If_Match=version),
    )
    assert sorted([signed.status_code, declined.status_code]) == [200, 412]
    assert len(await house.told(f"pledge/{pledge}")) == 2


async def test_what_the_caller_holds_already_is_not_sent_again(house: House) -> None:
    pledge = await somebody(house, "D3")
    first = await house.get("D3", f"/v1/pledges/{pledge}")
    assert first.headers["ETag"] == '"1"'
    held = await house.get("D3", f"/v1/pledges/{pledge}", headers={"If-None-Match": first.headers["ETag"]})
    assert (held.status_code, held.content, held.headers["ETag"]) == (304, b"", '"1"')
    await house.post("D3", f"/v1/pledges/{pledge}/signature", SIGNATURE)
    anew = await house.get("D3", f"/v1/pledges/{pledge}", headers={"If-None-Match": '"1"'})
    assert (anew.status_code, anew.headers["ETag"]) == (200, '"2"')


async def test_who_holds_a_version_still_needs_leave_to_see_it(house: House) -> None:
    pledge = await somebody(house, "D4")
    answer = await house.get("B1", f"/v1/pledges/{pledge}", headers={"If-None-Match": '"1"'})
    assert answer.status_code == 404


# --- lists ------------------------------------------------------------------------------------------------------------


async def test_a_list_can_wait_for_ones_own_write(house: House) -> None:
    pledge = await somebody(house, "E1")
    signed = await house.post("E1", f"/v1/pledges/{pledge}/signature", SIGNATURE)
    token = signed.headers["Consistency-Token"]
    listed = await house.get("E1", "/v1/pledges", headers={"Wait-For": token})
    assert [item["state"] for item in listed.json()["items"]] == ["signed"]
    assert "Stale" not in listed.headers


async def test_a_list_that_can_not_catch_up_says_so(house: House) -> None:
    pledge = await somebody(house, "E2")
    listed = await house.get("E2", "/v1/pledges", headers={"Wait-For": f"pledge/{pledge}:99"})
    assert (listed.status_code, listed.headers["Stale"]) == (200, "true")
    assert [item["state"] for item in listed.json()["items"]] == ["requested"]


@pytest.mark.parametrize("limit", [1, 4, 200])
async def test_following_the_cursors_shows_everything_once(house: House, limit: int) -> None:
    tell(house, *(hired(LONG_AGO, "C01-D07-S1", person=f"E3-{number}") for number in range(9)))
    tell(house, hired(LONG_AGO, "C01-D07-S1", person="E3-P"))
    tell(house, appointed("person/E3-P", Role.PROMOTER, org_unit_id="C01-D07-S1"))
    await house.settled()
    pages = await _walk(house, "E3-P", f"/v1/pledges?limit={limit}")
    walked = [item["pledge_id"] for page in pages for item in page]
    assert all(before < after for before, after in pairwise(walked))
    people = {item["person_id"] for page in pages for item in page}
    assert people == {"E3-P", *(f"E3-{number}" for number in range(9))}
    assert {len(page) for page in pages[:-1]} <= {limit}
    assert all(pages)


async def _walk(house: House, principal: str, path: str) -> list[list[dict[str, str]]]:
    pages, following = [], path
    while following:
        answer = await house.get(principal, following)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json()["items"])
        following = answer.links["next"]["url"] if "next" in answer.links else ""
        assert bool(answer.json()["next_cursor"]) == bool(following)
    return pages


async def test_a_list_is_narrowed_by_person_state_and_year(house: House) -> None:
    pledge = await somebody(house, "E4")
    await house.post("E4", f"/v1/pledges/{pledge}/signature", SIGNATURE)
    await house.settled()
    found = {"person_id": "E4", "state": "signed", "fy": "FY2017"}
    for other in ({}, {"state": "declined"}, {"fy": "FY2018"}, {"person_id": "E1"}):
        items = (await house.get("E4", "/v1/pledges", params=found | other)).json()["items"]
        assert [item["pledge_id"] for item in items] == ([] if other else [pledge])


async def test_duties_are_what_is_still_to_be_signed(house: House) -> None:
    pledge = await somebody(house, "E5")
    assert [duty["pledge_id"] for duty in await _duties(house, "E5")] == [pledge]
    signed = await house.post("E5", f"/v1/pledges/{pledge}/signature", SIGNATURE)
    assert signed.status_code == 200
    await house.settled()
    assert await _duties(house, "E5") == []


async def _duties(house: House, person: str) -> list[dict[str, str]]:
    answer = await house.get(person, f"/v1/people/{person}/duties")
    assert answer.status_code == 200
    items: list[dict[str, str]] = answer.json()["items"]
    return items


async def test_completion_counts_by_unit_who_was_asked_and_who_signed(house: House) -> None:
    tell(house, unit("C01-D11"), *(hired(LONG_AGO, "C01-D11", person=f"E6-{each}") for each in range(3)))
    tell(house, on_leave(date(2016, 4, 1)).model_copy(update={"person_id": "E6-2"}))
    tell(house, hired(LONG_AGO, "C01-D08", person="E6-P"))
    tell(house, appointed("person/E6-P", Role.PIPA, company_id="C01"), assigned(LONG_AGO, "C01-D11", person="E6-W"))
    await house.settled()
    await house.post("E6-0", f"/v1/pledges/{await pledge_of(house, 'E6-0')}/signature", SIGNATURE)
    await house.settled()
    rows = (await house.get("E6-P", "/v1/completion", params={"fy": "FY2017"})).json()["items"]
    mine = [(row["company_id"], row["asked"], row["signed"]) for row in rows if row["org_unit_id"] == "C01-D11"]
    assert mine == [("C01", 2, 1), (None, 1, 0)]
    assert {row["company_id"] for row in rows} <= {"C01", None}


# --- campaigns --------------------------------------------------------------------------------------------------------


async def test_a_planned_campaign_is_shown_to_everybody(house: House) -> None:
    plan = PLAN | {"campaign_id": "LATER", "template_id": "LATER", "opens_on": "2016-09-01", "due_date": "2016-09-30"}
    planned = await house.post(MANAGER, "/v1/pledge-campaigns", plan)
    assert (planned.status_code, planned.headers["Location"]) == (201, "/v1/pledge-campaigns/LATER")
    token = planned.headers["Consistency-Token"]
    listed = await house.get("A1", "/v1/pledge-campaigns", headers={"Wait-For": token})
    shown = {item["campaign_id"]: item["open"] for item in listed.json()["items"]}
    assert shown == {"PLEDGE-FY2017": True, "LATER": False}


async def test_only_the_promotion_office_plans(house: House) -> None:
    await somebody(house, "F1")
    assert problem(await house.post("F1", "/v1/pledge-campaigns", PLAN)) == (403, "forbidden")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"campaign_id": "PLEDGE-FY2017", "template_version": 9}, "campaign-exists"),
        ({"campaign_id": "F2", "due_date": "2017-04-01"}, "campaign-outside-year"),
        ({"campaign_id": "F3", "fy": "FY2016", "opens_on": "2016-03-01", "due_date": "2016-03-31"}, "campaign-past"),
    ],
)
async def test_a_campaign_that_can_not_be_is_refused(house: House, change: dict[str, object], expected: str) -> None:
    before = await house.written()
    assert problem(await house.post(MANAGER, "/v1/pledge-campaigns", PLAN | change)) == (409, expected)
    assert await house.written() == before


async def test_a_target_country_brings_its_people_into_scope(house: House) -> None:
    tell(house, hired(LONG_AGO, "C04-D07", person="F4"))
    await house.settled()
    assert (await house.get("F4", "/v1/pledges")).json()["items"] == []
    body = {"fy": "FY2017", "country": "US", "from_date": "2016-04-01"}
    answer = await house.post(MANAGER, "/v1/pledge-target-countries", body)
    assert (answer.status_code, answer.json()) == (201, body)
    await house.settled()
    await pledge_of(house, "F4")


# --- time goes on -----------------------------------------------------------------------------------------------------


async def test_as_the_days_pass_who_did_not_sign_is_overdue_and_who_left_is_not_asked(house: House) -> None:
    """The last test of the module: from here on it is May."""
    late, gone = await somebody(house, "Z1"), await somebody(house, "Z2")
    tell(house, left(date(2016, 4, 20), person="Z2"))
    await house.settled()
    house.clock.set(house.clock.now().replace(month=4, day=20))
    await house.settled()
    assert await house.told(f"pledge/{gone}") == ["PledgeRequested", "PledgeWithdrawn"]
    house.clock.set(house.clock.now().replace(month=5, day=1))
    await house.settled()
    assert await house.told(f"pledge/{late}") == ["PledgeRequested", "PledgeOverdue"]
    assert (await house.get("Z1", f"/v1/pledges/{late}")).json()["state"] == "overdue"
    assert [duty["state"] for duty in await _duties(house, "Z1")] == ["overdue"]
