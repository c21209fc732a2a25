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
COURSE: Final[dict[str, Any]] = {
    "course_id": "SECURITY",
    "version": 1,
    "course_kind": "ANNUAL_ONLINE",
    "languages": ["ja", "en"],
    "content_hash": "d" * 64,
    "pass_mark": 80,
}
INTRODUCTION: Final[dict[str, Any]] = COURSE | {"course_id": "INTRODUCTION", "course_kind": "NEW_HIRE"}
HANDBOOK: Final[dict[str, Any]] = {
    "document_id": "HANDBOOK",
    "version": 1,
    "document_kind": "HANDBOOK",
    "effective_from": "2016-04-01",
    "content_hash": "d" * 64,
}
TRAINING_PLAN: Final[dict[str, Any]] = {
    "campaign_id": "TRAINING-FY2017",
    "fy": "FY2017",
    "course_id": "SECURITY",
    "course_version": 1,
    "opens_on": "2016-04-01",
    "due_date": "2016-04-30",
}
ATTEMPT: Final[dict[str, Any]] = {"score": 80, "answers_hash": "e" * 64, "seconds": 1800}
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


async def open_training(house: House) -> None:
    """The year's course and its campaign, the introduction of new hires, and the handbook."""
    for path, body in (
        ("/v1/courses", COURSE),
        ("/v1/courses", INTRODUCTION),
        ("/v1/rule-documents", HANDBOOK),
        ("/v1/training-campaigns", TRAINING_PLAN),
    ):
        answer = await house.post(MANAGER, path, body)
        assert answer.status_code == 201, answer.text
    await house.settled()


async def assignment_of(house: House, person: str, course_id: str = "SECURITY") -> str:
    """The id of somebody's assignment, as the office sees it."""
    page = (await house.get(OFFICE, "/v1/assignments", params={"person_id": person, "course_id": course_id})).json()
    assert len(page["items"]) == 1, page
    return str(page["items"][0]["assignment_id"])


async def pledge_of(house: House, person: str) -> str:
    """The id of somebody's pledge, as the office sees it."""
    page = (await house.get(OFFICE, "/v1/pledges", params={"person_id": person})).json()
    assert len(page["items"]) == 1, page
    return str(page["items"][0]["pledge_id"])
