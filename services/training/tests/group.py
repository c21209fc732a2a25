"""A small group of companies as HR tells it to a running service."""

from datetime import date
from typing import Any, Final

from services.training.tests.house import House
from services.training.tests.story import LONG_AGO, company, hired, recorded, unit
from shared.events.base import DomainEvent
from shared.events.hr import Role, RoleAppointed, RoleScope

TEXT: Final = "a" * 64
OPENING: Final = date(2016, 4, 1)
PLAN: Final[dict[str, Any]] = {
    "campaign_id": "PLEDGE-FY2017",
    "fy": "FY2017",
    "template_id": "BASIC-RULES",
    "template_version": 1,
    "template_hash": TEXT,
    "opens_on": "2016-04-01",
    "due_date": "2016-04-30",
}
SIGNATURE: Final[dict[str, Any]] = {
    "template_hash": TEXT,
    "language": "ja",
    "consent_text_hash": "c" * 64,
    "method": "SSO",
    "pages_viewed": 4,
    "page_count": 4,
}
OFFICE: Final = "client/office"
"""An internal system that sees everything."""
MANAGER: Final = "PPOM1"
"""The promotion office's manager, who plans campaigns."""
PLACES: Final[tuple[DomainEvent, ...]] = (
    *(company(each) for each in ("C01", "C02", "C04")),
    unit("C01-D07"),
    unit("C01-D07-S1", "C01-D07"),
    unit("C01-D08"),
    unit("C02-D07"),
    unit("C04-D07"),
)


def appointed(principal: str, role: Role, day: date = LONG_AGO, until: date | None = None, **scope: str) -> DomainEvent:
    """`principal` is `person/<id>` or `client/<id>`; without a scope the role is held for the group."""
    kind, _, name = principal.partition("/")
    holder = {"client_id": name} if kind == "client" else {"person_id": name}
    return RoleAppointed(
        **holder, role=role, scope=RoleScope.model_validate(scope, strict=False), effective_date=day, until=until
    )


def tell(house: House, *events: DomainEvent) -> None:
    for event in events:
        house.hr.tell(recorded(event).stream, event)


async def open_group(house: House) -> None:
    """Companies, units, an office and a manager; and a campaign that is open."""
    tell(house, *PLACES, hired(LONG_AGO, "C01-D08", person=MANAGER))
    tell(house, appointed(OFFICE, Role.INTERNAL_SYSTEM), appointed(f"person/{MANAGER}", Role.PPOM))
    await house.settled()
    planned = await house.post(MANAGER, "/v1/pledge-campaigns", PLAN)
    assert planned.status_code == 201, planned.text
    await house.settled()


async def pledge_of(house: House, person: str) -> str:
    """The id of somebody's pledge, as the office sees it."""
    page = (await house.get(OFFICE, "/v1/pledges", params={"person_id": person})).json()
    assert len(page["items"]) == 1, page
    return str(page["items"][0]["pledge_id"])
