"""A confirmed incident has every slip it concerns inspected out of turn: incidents, Kafka and ledger together."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest

from daicho.embedded.parts import Parts
from services.incidents.app import SERVICE as INCIDENTS
from services.incidents.tests.house import ASSESSMENT, REPORT, take
from services.ledger.app import SERVICE as LEDGER
from services.training.tests.group import appointed, tell
from services.training.tests.story import LONG_AGO, hired
from shared.events.hr import Role
from shared.law.calendar import start_of_day
from shared.testing.house import House, open_town
from shared.testing.stack import Templates
from tests.ledger.group import INSPECTOR, PPOM, open_group, registered

pytestmark = pytest.mark.stack
SEATS = {"CONTACT": Role.CONTACT_POINT, "HANDLER": Role.PIP_OFFICE, "OFFICER": Role.PIPA}
DUTY: dict[str, Any] = {"decided": "NOT_REQUIRED", "rationale": "The commission was told by telephone."}


@dataclass
class Group:
    incidents: House
    ledger: House

    async def settled(self) -> None:
        await self.incidents.settled()
        await self.ledger.settled()

    async def confirmed(self, *slip_ids: str) -> str:
        answer = await self.incidents.post(INSPECTOR, "/v1/incidents", REPORT)
        incident = str(answer.json()["incident_id"])
        await take(self.incidents, "CONTACT", incident, "acknowledgement", {"capacity": "CONTACT_POINT"})
        await take(self.incidents, "HANDLER", incident, "assessment", ASSESSMENT)
        await self.confirm(incident, *slip_ids)
        return incident

    async def confirm(self, incident: str, *slip_ids: str) -> None:
        await take(self.incidents, PPOM, incident, "confirmation", {"slip_ids": slip_ids})
        await self.settled()

    async def reopened(self, incident: str) -> None:
        """Answered, contained, closed, and opened once more."""
        shown = (await self.incidents.get("OFFICER", f"/v1/incidents/{incident}")).json()
        for each in shown["obligations"]:
            await take(
                self.incidents, "OFFICER", incident, "decisions", DUTY | {"obligation_id": each["obligation_id"]}
            )
        await take(self.incidents, "HANDLER", incident, "containment")
        await take(self.incidents, "OFFICER", incident, "closure")
        await take(self.incidents, "OFFICER", incident, "reopening", {"reason": "More was lost."})


@pytest.fixture(scope="module")
async def group(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Group]:
    async with (
        open_town(parts, templates, tmp_path_factory.mktemp("town")) as town,
        town.house(INCIDENTS) as incidents,
        town.house(LEDGER) as ledger,
    ):
        for person, role in SEATS.items():
            tell(ledger, hired(LONG_AGO, "C01-D08", person=person))
            tell(ledger, appointed(f"person/{person}", role, company_id="C01"))
        await open_group(ledger)
        both = Group(incidents, ledger)
        await both.settled()
        yield both


async def emergency(group: Group, slip: str, incident: str) -> list[dict[str, Any]]:
    query = "SELECT body FROM event WHERE stream = $1 ORDER BY version"
    rows = await group.ledger.fetch(query, f"inspection/{slip}/EMG-{incident}")
    return [orjson.loads(row["body"]) for row in rows]


async def test_each_slip_concerned_is_due_at_once_for_two_weeks_and_keeps_its_regular_turn(group: Group) -> None:
    for slip in ("E1", "E2"):
        await registered(group.ledger, slip)
    regular = (await group.ledger.get(INSPECTOR, "/v1/slips/E1/inspections/REG-1")).json()
    incident = await group.confirmed("E1", "E2")
    for slip in ("E1", "E2"):
        scheduled, due = await emergency(group, slip, incident)
        assert (scheduled["type"], due["type"]) == ("ledger.InspectionScheduled.v1", "ledger.InspectionDue.v1")
        assert (due["data"]["kind"], due["data"]["due_date"]) == ("EMERGENCY", "2016-04-15")
        assert (due["data"]["incident_id"], due["data"]["assignees"]) == (incident, [INSPECTOR])
    assert (await group.ledger.get(INSPECTOR, "/v1/slips/E1/inspections/REG-1")).json() == regular


async def test_what_is_confirmed_again_is_not_inspected_again_but_what_is_new_is(group: Group) -> None:
    for slip in ("E3", "E4"):
        await registered(group.ledger, slip)
    incident = await group.confirmed("E3")
    before = await emergency(group, "E3", incident)
    await group.reopened(incident)
    await group.confirm(incident, "E3", "E4")
    assert await emergency(group, "E3", incident) == before
    assert len(await emergency(group, "E4", incident)) == 2


async def test_a_slip_nobody_knows_holds_up_nothing_and_is_inspected_once_it_is_registered(group: Group) -> None:
    await registered(group.ledger, "E5")
    incident = await group.confirmed("E-LATER", "E5")
    assert len(await emergency(group, "E5", incident)) == 2
    assert (await emergency(group, "E-LATER", incident), await group.ledger.parked()) == ([], {})
    await registered(group.ledger, "E-LATER")
    assert await group.ledger.told(f"inspection/E-LATER/EMG-{incident}") == [
        "InspectionScheduled",
        "InspectionDue",
    ]


async def test_a_slip_that_is_over_is_not_inspected(group: Group) -> None:
    await registered(group.ledger, "E6")
    withdrawn = await group.ledger.post(PPOM, "/v1/slips/E6/withdrawal", {"reason": "registered twice"})
    assert withdrawn.status_code == 200, withdrawn.text
    await group.ledger.settled()
    assert await emergency(group, "E6", await group.confirmed("E6")) == []


async def test_what_is_not_inspected_in_time_is_overdue(group: Group) -> None:
    await registered(group.ledger, "E7")
    incident = await group.confirmed("E7")
    group.ledger.clock.set(start_of_day(date(2016, 4, 17)))
    await group.ledger.settled()
    assert (await group.ledger.told(f"inspection/E7/EMG-{incident}"))[-1] == "InspectionOverdue"
    group.ledger.clock.set(datetime(2016, 4, 1, 0, 0, tzinfo=UTC), backwards=True)
