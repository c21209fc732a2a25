"""Incidents at work in this process, on a real database and a real Kafka of its own; and a small group around it."""

from contextlib import AbstractAsyncContextManager
from datetime import date
from pathlib import Path
from typing import Any, Final

from daicho.embedded.parts import Parts
from services.incidents.app import SERVICE
from shared.events.base import DomainEvent
from shared.events.hr import (
    CompanyJoinedGroup,
    EmployeeHired,
    OrgUnitCreated,
    PersonKind,
    Role,
    RoleAppointed,
    RoleScope,
    UnitKind,
)
from shared.testing import house
from shared.testing.house import House
from shared.testing.stack import Templates

LONG_AGO: Final = date(2010, 4, 1)
SYSTEM: Final = "client/dashboard"
NARRATIVE: Final = "Mail to a wrong address; Hanako Sample noticed it."
SEATS: Final[dict[str, tuple[Role, dict[str, str]]]] = {
    "MANAGER": (Role.DIV_MANAGER, {"org_unit_id": "C01-D07"}),
    "OTHER-MANAGER": (Role.DIV_MANAGER, {"org_unit_id": "C01-D08"}),
    "CONTACT": (Role.CONTACT_POINT, {}),
    "PPOM": (Role.PPOM, {"company_id": "C01"}),
    "OFFICE": (Role.PIP_OFFICE, {"company_id": "C01"}),
    "OTHER-OFFICE": (Role.PIP_OFFICE, {"company_id": "C02"}),
    "PIPA": (Role.PIPA, {"company_id": "C01"}),
    "AUDITOR": (Role.AUDITOR, {"company_id": "C01"}),
}
REPORT: Final[dict[str, Any]] = {
    "kind": "LEAK",
    "narrative": NARRATIVE,
    "discovered_at": "2016-04-01T08:30:00+09:00",
    "aware_at": "2016-04-01T08:30:00+09:00",
    "affected": {"most": 900},
}
ASSESSMENT: Final[dict[str, Any]] = {
    "severity": "MEDIUM",
    "rights_risk": "POSSIBLE",
    "flags": {"sensitive": True},
    "rationale": "Health data was readable.",
}


def open_house(parts: Parts, templates: Templates, folder: Path) -> AbstractAsyncContextManager[House]:
    return house.open_house(SERVICE, parts, templates, folder)


async def open_group(house: House) -> None:
    """Two companies, three units one of which is below another, a reporter in it, and everybody who handles."""
    for company in ("C01", "C02"):
        event = CompanyJoinedGroup(
            company_id=company, name=company, country="JP", domestic=True, effective_date=LONG_AGO
        )
        house.hr.tell(f"company/{company}", event)
    for unit, parent in (("C01-D07", None), ("C01-D07-S1", "C01-D07"), ("C01-D08", None), ("C02-D01", None)):
        house.hr.tell(f"unit/{unit}", _unit(unit, parent))
    for person in ("REPORTER", "COLLEAGUE", *SEATS):
        house.hr.tell(f"person/{person}", _hired(person))
    for person, (role, scope) in SEATS.items():
        house.hr.tell(f"person/{person}", _appointed({"person_id": person}, role, scope))
    house.hr.tell(SYSTEM, _appointed({"client_id": "dashboard"}, Role.INTERNAL_SYSTEM, {}))
    await house.settled()


def _unit(unit: str, parent: str | None) -> OrgUnitCreated:
    return OrgUnitCreated(
        org_unit_id=unit,
        company_id=unit[:3],
        parent_id=parent,
        kind=UnitKind.DIVISION,
        name=unit,
        effective_date=LONG_AGO,
    )


def _hired(person: str) -> EmployeeHired:
    unit = SEATS.get(person, (None, {}))[1].get("org_unit_id", "C01-D07-S1")
    return EmployeeHired(
        person_id=person,
        person_kind=PersonKind.EMPLOYEE,
        employer_company_id="C01",
        org_unit_id=unit,
        effective_date=LONG_AGO,
    )


def _appointed(holder: dict[str, str], role: Role, scope: dict[str, str]) -> DomainEvent:
    return RoleAppointed(
        **holder,  # type: ignore[arg-type]
        role=role,
        scope=RoleScope(**scope),  # type: ignore[arg-type]
        effective_date=LONG_AGO,
    )


async def reported(house: House, **changes: Any) -> str:
    """The id of a fresh report."""
    answer = await house.post("REPORTER", "/v1/incidents", REPORT | changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["incident_id"])


async def take(house: House, who: str, incident: str, step: str, body: Any = None) -> dict[str, Any]:
    """Take a step that must succeed; the incident afterwards."""
    answer = await house.post(who, f"/v1/incidents/{incident}/{step}", body if body is not None else {})
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown
