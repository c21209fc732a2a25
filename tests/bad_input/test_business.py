"""What the business refuses over REST: the answer says what, where and why, its page the cure, and nothing is kept."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
import pytest

from daicho.embedded.parts import Parts
from services.incidents.app import SERVICE as INCIDENTS
from services.incidents.tests import house as incidents_house
from services.incidents.tests.house import ASSESSMENT, REPORT, reported, take
from services.ledger.app import SERVICE as LEDGER
from shared.law.calendar import start_of_day
from shared.testing.house import House, open_house
from shared.testing.stack import Templates
from tests.ledger.group import (
    CHECKLIST,
    DIV_MANAGER,
    FOUND,
    HASH,
    INSPECTOR,
    NUMBERS,
    PROMOTER,
    SLIP,
    open_group,
    patch,
    registered,
)

pytestmark = pytest.mark.stack
Ask = Callable[[House], Awaitable[Callable[[], Awaitable[httpx.Response]]]]
"""Prepares everything, and gives the request that must be refused."""


@dataclass(frozen=True)
class Refused:
    ask: Ask
    status: int
    slug: str
    says: str
    """The field or the rule that the answer names."""
    cure: str
    """What the page says to do."""

    def __str__(self) -> str:
        return self.ask.__name__


@pytest.fixture(scope="module")
async def ledger(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(LEDGER, parts, templates, tmp_path_factory.mktemp("ledger")) as opened:
        await open_group(opened)
        yield opened


@pytest.fixture(scope="module")
async def incidents(
    parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    async with open_house(INCIDENTS, parts, templates, tmp_path_factory.mktemp("incidents")) as opened:
        await incidents_house.open_group(opened)
        yield opened


async def assert_refused(house: House, refused: Refused) -> None:
    request = await refused.ask(house)
    await house.settled()
    before = await house.written()
    answer = await request()
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (refused.status, f"/problems/{refused.slug}"), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["title"]
    assert refused.says in f"{problem.get('detail', '')} {problem.get('errors', '')}"
    page = (await house.ask("GET", problem["type"], None)).json()
    assert refused.cure in page["cure"]
    assert await house.written() == before


# --- ledger -----------------------------------------------------------------------------------------------------------


async def numbers_without_a_storing_unit(house: House) -> Any:
    return lambda: house.post(PROMOTER, "/v1/slips", NUMBERS | {"storage": None})


async def numbers_without_a_person_in_charge(house: House) -> Any:
    return lambda: house.post(PROMOTER, "/v1/slips", NUMBERS | {"custodians": []})


async def numbers_that_lose_their_only_manager(house: House) -> Any:
    await registered(house, "N1", NUMBERS)
    return lambda: house.post(DIV_MANAGER, "/v1/slips/N1/custodian-releases", {"person_id": INSPECTOR})


async def ones_own_inspection(house: House) -> Any:
    both = [{"person_id": each, "role": "PI_MANAGER"} for each in (INSPECTOR, DIV_MANAGER)]
    await registered(house, "N2", SLIP | {"custodians": both})
    house.clock.set(start_of_day(date(2017, 3, 5)))
    await house.settled()
    await house.post(DIV_MANAGER, "/v1/slips/N2/inspections/REG-1/start", CHECKLIST)
    await house.post(DIV_MANAGER, "/v1/slips/N2/inspections/REG-1/submission", FOUND)
    return lambda: house.post(DIV_MANAGER, "/v1/slips/N2/inspections/REG-1/approval", {})


async def an_inspection_of_a_slip_that_is_disposed_of(house: House) -> Any:
    await registered(house, "N3")
    await house.post(INSPECTOR, "/v1/slips/N3/disposal-request", {"reason": "no longer needed"})
    await house.post(INSPECTOR, "/v1/slips/N3/disposal", {"method": "SHREDDED", "evidence_hash": HASH})
    return lambda: house.post(INSPECTOR, "/v1/slips/N3/inspections/REG-1/start", CHECKLIST)


async def an_amendment_of_what_was_amended_meanwhile(house: House) -> Any:
    await registered(house, "N4")
    first = await patch(house, PROMOTER, "N4", {"title": "The club", "reason": "shorter"}, If_Match='"1"')
    assert first.status_code == 200, first.text
    return lambda: patch(house, INSPECTOR, "N4", {"title": "Club", "reason": "shorter"}, If_Match='"1"')


async def a_priority_lowered_without_approval(house: House) -> Any:
    await registered(house, "N5", SLIP | {"priority": "HIGH"})
    lower = {"priority": "NORMAL", "reason": "no accounts left"}
    return lambda: house.post(INSPECTOR, "/v1/slips/N5/priority", lower)


OF_LEDGER = [
    Refused(numbers_without_a_storing_unit, 409, "number-slip-incomplete", "`storage`", "`storage`"),
    Refused(numbers_without_a_person_in_charge, 409, "number-slip-incomplete", "`custodians`", "PI_MANAGER"),
    Refused(numbers_that_lose_their_only_manager, 409, "last-manager", "another manager", "Assign another one"),
    Refused(ones_own_inspection, 409, "own-inspection", "submitted", "somebody else approve"),
    Refused(an_inspection_of_a_slip_that_is_disposed_of, 409, "slip-over", "disposed of", "Register a new slip"),
    Refused(an_amendment_of_what_was_amended_meanwhile, 412, "stale-version", "If-Match", "Read the resource again"),
    Refused(a_priority_lowered_without_approval, 409, "approval-needed", "promotion office", "who approves send"),
]


@pytest.mark.parametrize("refused", OF_LEDGER, ids=str)
async def test_ledger_says_what_where_and_why_and_how_to_mend_it(ledger: House, refused: Refused) -> None:
    await assert_refused(ledger, refused)


# --- incidents --------------------------------------------------------------------------------------------------------


async def _assessed(house: House) -> tuple[str, str]:
    """An incident and its obligation."""
    incident = await reported(house)
    await take(house, "CONTACT", incident, "acknowledgement", {"capacity": "CONTACT_POINT"})
    shown = await take(house, "OFFICE", incident, "assessment", ASSESSMENT)
    return incident, str(shown["obligations"][0]["obligation_id"])


async def a_filing_before_the_confirmation(house: House) -> Any:
    incident, obligation = await _assessed(house)
    filing = {"obligation_id": obligation, "stage": "FINAL"}
    return lambda: house.post("OFFICE", f"/v1/incidents/{incident}/filings", filing)


async def an_awareness_after_the_report(house: House) -> Any:
    body = REPORT | {"aware_at": "2016-04-01T09:00:01+09:00"}
    return lambda: house.post("REPORTER", "/v1/incidents", body)


async def an_awareness_corrected_to_after_the_report(house: House) -> Any:
    incident, _ = await _assessed(house)
    later = {"aware_at": "2016-04-01T09:00:01+09:00", "justification": "The help desk said so."}
    return lambda: house.post("PPOM", f"/v1/incidents/{incident}/awareness", later)


async def fewer_persons_than_were_filed(house: House) -> Any:
    incident, obligation = await _assessed(house)
    await take(house, "PPOM", incident, "confirmation")
    await take(house, "OFFICE", incident, "filings", {"obligation_id": obligation, "stage": "BOTH"})
    fewer = {"affected": {"most": 899}, "confirmed": True}
    return lambda: house.post("OFFICE", f"/v1/incidents/{incident}/affected", fewer)


OF_INCIDENTS = [
    Refused(a_filing_before_the_confirmation, 409, "not-confirmed", "not confirmed", "Confirm it first"),
    Refused(an_awareness_after_the_report, 409, "aware-after-report", "`aware_at`", "first department knew"),
    Refused(an_awareness_corrected_to_after_the_report, 409, "aware-after-report", "`aware_at`", "department knew"),
    Refused(fewer_persons_than_were_filed, 409, "below-filed", "`reason`", "`reason`"),
]


@pytest.mark.parametrize("refused", OF_INCIDENTS, ids=str)
async def test_incidents_say_what_where_and_why_and_how_to_mend_it(incidents: House, refused: Refused) -> None:
    await assert_refused(incidents, refused)
