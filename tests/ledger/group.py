"""A small group of companies with everybody who has to do with slips, as HR tells it."""

import uuid
from typing import Any, Final

import httpx

from services.training.tests.group import OFFICE, PLACES, appointed, tell
from services.training.tests.story import LONG_AGO, hired
from shared.events.hr import Role
from shared.testing.house import House

INSPECTOR, DIV_MANAGER, PROMOTER, PPOM, STRANGER = "INSPECTOR", "DIVMAN", "PROMOTER", "PPOM", "STRANGER"
SEATS: Final = {
    INSPECTOR: Role.PI_MANAGER,
    DIV_MANAGER: Role.DIV_MANAGER,
    PROMOTER: Role.PROMOTER,
}
"""All of division C01-D07."""
SLIP: Final[dict[str, Any]] = {
    "org_unit_id": "C01-D07",
    "slip_no": "D07-001",
    "title": "Applications for the customer club",
    "pi_type": "CUSTOMER",
    "items": ["postal address"],
    "count_band": "UP_TO_1000",
    "acquisition_method": "paper form",
    "purpose_of_use": "sending the magazine",
    "custodians": [{"person_id": INSPECTOR, "role": "PI_MANAGER"}],
}
STORAGE: Final = {"storing_unit": "C01-D07", "place": "Archive room 2", "medium": "PAPER"}
NUMBERS: Final = SLIP | {"specific_pi": True, "priority": "HIGH", "storage": STORAGE}
CHECKLIST: Final = {"checklist_id": "CHECK", "checklist_version": 1}
FOUND: Final[dict[str, Any]] = {
    "answers": [{"item": "access-list", "result": "OK"}],
    "slip_version_reviewed": 1,
    "still_valid": True,
}
HASH: Final = "a" * 64


async def open_group(house: House) -> None:
    tell(house, *PLACES, appointed(OFFICE, Role.INTERNAL_SYSTEM))
    for person, role in SEATS.items():
        tell(house, hired(LONG_AGO, "C01-D07", person=person))
        tell(house, appointed(f"person/{person}", role, org_unit_id="C01-D07"))
    tell(house, hired(LONG_AGO, "C01-D08", person=PPOM), appointed(f"person/{PPOM}", Role.PPOM, company_id="C01"))
    tell(house, hired(LONG_AGO, "C01-D08", person=STRANGER))
    await house.settled()


async def registered(house: House, slip_id: str, body: dict[str, Any] = SLIP) -> httpx.Response:
    answer = await house.post(PROMOTER, "/v1/slips", body | {"slip_id": slip_id})
    assert answer.status_code == 201, answer.text
    await house.settled()
    return answer


async def patch(house: House, principal: str, slip_id: str, body: Any, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()} | {"Idempotency-Key": str(uuid.uuid4())}
    return await house.ask("PATCH", f"/v1/slips/{slip_id}", house.token(principal), json=body, headers=named)


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")
