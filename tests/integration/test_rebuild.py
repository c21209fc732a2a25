"""Every view of every service can be thrown away: built anew it is the same, and nothing happens because of it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, Final

import pytest

from daicho.embedded.parts import Parts
from services.incidents.tests.house import ASSESSMENT, REPORT, take
from services.training.tests.group import MANAGER, OFFICE, PLAN, SIGNATURE, appointed, pledge_of, tell
from services.training.tests.story import LONG_AGO, hired
from shared.events.hr import Role
from shared.testing.house import House, open_town
from shared.testing.stack import Templates
from tests.contracts.corpus import services
from tests.ledger.group import INSPECTOR, NUMBERS, PPOM, PROMOTER, open_group

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]
Houses = dict[str, House]
VIEWS: Final = [(service.name, view.name) for service in services() for view in service.views]
SHOWN: Final = {
    *(("ledger", view) for view in ("organisation", "slip_register", "inspection_calendar")),
    *(("incidents", view) for view in ("organisation", "incident_board", "obligation_clock")),
    *(("training", view) for view in ("organisation", "pledges", "campaigns", "target_countries")),
    *(("audit", "organisation"), ("notifier", "organisation")),
}
"""The views that the story below tells something of. A new view is tried anyway; with a row in it, it belongs here."""


@pytest.fixture(scope="module")
async def houses(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Houses]:
    async with AsyncExitStack() as stack:
        town = await stack.enter_async_context(open_town(parts, templates, tmp_path_factory.mktemp("town")))
        opened = {each.name: await stack.enter_async_context(town.house(each)) for each in services()}
        await _story(opened)
        yield opened


async def _story(houses: Houses) -> None:
    """People, a campaign and a signature, a slip of numbers with its inspection, an incident that concerns it."""
    hr = houses["ledger"]
    tell(hr, hired(LONG_AGO, "C01-D08", person="HANDLER"), hired(LONG_AGO, "C01-D07", person="CONTACT"))
    tell(hr, appointed("person/HANDLER", Role.PIP_OFFICE), appointed("person/CONTACT", Role.CONTACT_POINT))
    tell(hr, hired(LONG_AGO, "C01-D08", person=MANAGER), appointed(f"person/{MANAGER}", Role.PPOM))
    await open_group(hr)
    await settled(houses)
    training, ledger, incidents = houses["training"], houses["ledger"], houses["incidents"]
    await _post(training, MANAGER, "/v1/pledge-campaigns", PLAN)
    await _post(
        training, MANAGER, "/v1/pledge-target-countries", {"fy": "FY2017", "country": "US", "from_date": "2016-07-01"}
    )
    await _post(ledger, PROMOTER, "/v1/slips", NUMBERS | {"slip_id": "R1"})
    answer = await _post(incidents, INSPECTOR, "/v1/incidents", REPORT)
    await take(incidents, "CONTACT", answer["incident_id"], "acknowledgement", {"capacity": "CONTACT_POINT"})
    await take(incidents, "HANDLER", answer["incident_id"], "assessment", ASSESSMENT)
    await take(incidents, PPOM, answer["incident_id"], "confirmation", {"slip_ids": ["R1"]})
    await settled(houses)
    pledge = await pledge_of(training, INSPECTOR)
    await _post(training, INSPECTOR, f"/v1/pledges/{pledge}/signature", SIGNATURE)
    await settled(houses)


async def _post(house: House, principal: str, path: str, body: Any) -> Any:
    answer = await house.post(principal, path, body)
    assert answer.is_success, answer.text
    return answer.json()


async def settled(houses: Houses) -> None:
    """Twice: what one service told in the first round, another may have answered."""
    for house in [*houses.values(), *houses.values()]:
        await house.settled()


async def caused(houses: Houses) -> dict[str, Any]:
    """Everything that was told, is still to be told or will be told in time, of every service."""
    tables = ("SELECT position FROM event ORDER BY 1", "SELECT position FROM outbox", "SELECT id FROM due ORDER BY 1")
    return {name: [await house.fetch(table) for table in tables] for name, house in houses.items()}


@pytest.mark.parametrize(("service", "view"), VIEWS)
async def test_a_view_built_anew_equals_the_live_one_and_causes_nothing(
    houses: Houses, service: str, view: str
) -> None:
    house = houses[service]
    before, told = await house.rows(view), await caused(houses)
    answer = await house.post(OFFICE, f"/v1/views/{view}/rebuild")
    assert (answer.status_code, answer.json()) == (200, {"view": view, "rows": len(before.splitlines())})
    assert await house.rows(view) == before
    await settled(houses)
    assert await house.rows(view) == before
    assert await caused(houses) == told


@pytest.mark.parametrize(("service", "view"), sorted(SHOWN))
async def test_the_story_tells_something_of_a_view(houses: Houses, service: str, view: str) -> None:
    assert await houses[service].rows(view)
