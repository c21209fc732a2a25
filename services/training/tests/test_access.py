"""The access table cell by cell: who holds which role where, and what he may see and do of whom."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import pytest

from daicho.embedded.parts import Parts
from services.training.tests.group import (
    ATTEMPT,
    COURSE,
    HANDBOOK,
    OFFICE,
    SIGNATURE,
    TRAINING_PLAN,
    appointed,
    open_group,
    open_training,
    tell,
)
from services.training.tests.house import House, open_house
from services.training.tests.story import LONG_AGO, assigned, hired, left, transferred
from shared.events.base import DomainEvent
from shared.events.hr import PiType, Role
from shared.testing.stack import Templates

pytestmark = pytest.mark.stack

UNIT, BELOW, ELSEWHERE, OTHER_COMPANY = "T-UNIT", "T-BELOW", "T-ELSEWHERE", "T-OTHER"
WORKER, GOING, WENT, GONE = "T-WORKER", "T-GOING", "T-WENT", "T-GONE"
TARGETS: Final[dict[str, list[DomainEvent]]] = {
    UNIT: [hired(LONG_AGO, "C01-D07", person=UNIT)],
    BELOW: [hired(LONG_AGO, "C01-D07-S1", person=BELOW)],
    ELSEWHERE: [hired(LONG_AGO, "C01-D08", person=ELSEWHERE)],
    OTHER_COMPANY: [hired(LONG_AGO, "C02-D07", person=OTHER_COMPANY)],
    WORKER: [assigned(LONG_AGO, "C01-D08", person=WORKER)],
    GOING: [hired(LONG_AGO, "C01-D08", person=GOING), transferred(date(2016, 10, 1), "C02-D07", person=GOING)],
    WENT: [hired(LONG_AGO, "C01-D07", person=WENT), transferred(date(2015, 10, 1), "C02-D07", person=WENT)],
    GONE: [hired(LONG_AGO, "C01-D08", person=GONE), left(date(2016, 4, 2), person=GONE)],
}
"""Of whom there are pledges: WENT changed company last year, GOING does in October, GONE leaves on the second day."""

NOTHING: Final[frozenset[str]] = frozenset()
TRAINEES = frozenset(TARGETS) - {WORKER}
"""Suppliers' workers are assigned no course."""
IN_UNIT = frozenset({UNIT, BELOW})
IN_COMPANY = frozenset({UNIT, BELOW, ELSEWHERE, WORKER, GOING, GONE})
EVERYTHING = frozenset(TARGETS)


@dataclass(frozen=True)
class Seat:
    """A role with its scope, whose pledges it shows, and what else it is good for."""

    role: Role | None
    scope: tuple[tuple[str, str], ...]
    reads: frozenset[str]
    plans: bool = False
    operates: bool = False
    begins: date = LONG_AGO
    until: date | None = None

    @property
    def principal(self) -> str:
        place = "-".join(value for _, value in self.scope) or "GROUP"
        when = f"-{self.begins:%y%m%d}" if self.begins != LONG_AGO else ""
        name = f"{self.role or 'EMPLOYEE'}-{place}{when}{'-ENDED' if self.until else ''}"
        return f"client/{name}" if self.role is Role.INTERNAL_SYSTEM else name

    def __str__(self) -> str:
        return self.principal


IN_D07, IN_C01, IN_GROUP = (("org_unit_id", "C01-D07"),), (("company_id", "C01"),), ()
SEATS: Final = (
    Seat(None, (), NOTHING),
    *(Seat(role, IN_D07, IN_UNIT) for role in (Role.PROMOTER, Role.DIV_MANAGER)),
    *(Seat(role, IN_C01, IN_COMPANY) for role in (Role.PROMOTER, Role.DIV_MANAGER)),
    *(Seat(role, IN_D07, IN_COMPANY) for role in (Role.PIPA, Role.CHIEF_AUDITOR, Role.AUDITOR)),
    *(Seat(role, IN_C01, IN_COMPANY) for role in (Role.PIPA, Role.CHIEF_AUDITOR, Role.AUDITOR)),
    *(Seat(role, IN_GROUP, EVERYTHING) for role in (Role.PIPA, Role.CHIEF_AUDITOR, Role.AUDITOR, Role.PROMOTER)),
    Seat(Role.PPOM, IN_C01, IN_COMPANY),
    Seat(Role.PPOM, IN_GROUP, EVERYTHING, plans=True),
    Seat(Role.PIP_OFFICE, IN_C01, IN_COMPANY),
    Seat(Role.PIP_OFFICE, IN_GROUP, EVERYTHING, plans=True, operates=True),
    Seat(Role.CISO_OFFICE, IN_GROUP, EVERYTHING, operates=True),
    Seat(Role.INTERNAL_SYSTEM, IN_GROUP, EVERYTHING, operates=True),
    Seat(Role.PROMOTER, (*IN_D07, ("pi_type", PiType.CUSTOMER)), IN_UNIT),
    Seat(Role.PIPA, IN_C01, NOTHING, until=date(2016, 4, 1)),
    Seat(Role.PIPA, IN_C01, NOTHING, begins=date(2016, 4, 2)),
    *(
        Seat(role, IN_GROUP, NOTHING)
        for role in (
            Role.PI_MANAGER, Role.PI_STAFF, Role.CONTACT_POINT, Role.LEGAL_MANAGER, Role.PROJECT_MANAGER,
            Role.CONTRACTOR_REP, Role.EXT_AUDITOR, Role.HR_SYSTEM, Role.TIMER,
        )
    ),
)  # fmt: skip
seats = pytest.mark.parametrize("seat", SEATS, ids=str)
PLAN_NOTHING: Final = {"fy": "FY2017", "country": "SG", "from_date": "2015-01-01"}
"""Who may plan is told that the day is wrong."""


@pytest.fixture(scope="module")
async def house(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(parts, templates, tmp_path_factory.mktemp("training")) as opened:
        await open_group(opened)
        await open_training(opened)
        tell(opened, *(event for events in TARGETS.values() for event in events))
        for seat in SEATS:
            _fill(opened, seat)
        await opened.settled()
        yield opened


@pytest.fixture(scope="module")
async def pledges(house: House) -> dict[str, str]:
    """From each person to his pledge."""
    page = (await house.get(OFFICE, "/v1/pledges", params={"limit": 200})).json()
    assert page["next_cursor"] is None
    return {item["person_id"]: item["pledge_id"] for item in page["items"]}


@pytest.fixture(scope="module")
async def assignments(house: House) -> dict[str, str]:
    """From each person to his course of the year."""
    page = (await house.get(OFFICE, "/v1/assignments", params={"limit": 200, "course_id": "SECURITY"})).json()
    assert page["next_cursor"] is None
    return {item["person_id"]: item["assignment_id"] for item in page["items"]}


def _seen(seat: Seat, *, otherwise: int) -> dict[str, int]:
    return {target: 200 if target in seat.reads else otherwise for target in TARGETS}


def _fill(house: House, seat: Seat) -> None:
    kind = "client" if seat.principal.startswith("client/") else "person"
    principal = f"{kind}/{seat.principal.removeprefix('client/')}"
    if kind == "person":
        tell(house, hired(LONG_AGO, "C01-D07", person=seat.principal))
    if seat.role is not None:
        tell(house, appointed(principal, seat.role, seat.begins, seat.until, **dict(seat.scope)))


@seats
async def test_a_pledge_is_seen_by_whom_the_table_says(house: House, pledges: dict[str, str], seat: Seat) -> None:
    found = {target: await house.get(seat.principal, f"/v1/pledges/{pledges[target]}") for target in TARGETS}
    assert {target: answer.status_code for target, answer in found.items()} == _seen(seat, otherwise=404)


@seats
async def test_a_list_shows_exactly_what_single_answers_show(house: House, seat: Seat) -> None:
    page = (await house.get(seat.principal, "/v1/pledges", params={"limit": 200})).json()
    assert {item["person_id"] for item in page["items"]} & set(TARGETS) == seat.reads


@seats
async def test_the_duties_of_a_person_are_seen_by_whom_the_table_says(house: House, seat: Seat) -> None:
    found = {target: await house.get(seat.principal, f"/v1/people/{target}/duties") for target in TARGETS}
    assert {target: answer.status_code for target, answer in found.items()} == _seen(seat, otherwise=404)


@seats
@pytest.mark.parametrize("deed", ["signature", "refusal"])
async def test_nobody_signs_or_declines_for_somebody_else(
    house: House, pledges: dict[str, str], seat: Seat, deed: str
) -> None:
    """403 for what he sees, 404 for what he does not; a program is told at once that it can not sign."""
    body = SIGNATURE if deed == "signature" else None
    paths = {target: f"/v1/pledges/{pledges[target]}/{deed}" for target in TARGETS}
    found = {target: await house.post(seat.principal, path, body) for target, path in paths.items()}
    expected = {target: 403 if target in seat.reads else 404 for target in TARGETS}
    assert {target: answer.status_code for target, answer in found.items()} == expected


@seats
async def test_ones_own_pledge_can_be_signed_from_any_seat(house: House, pledges: dict[str, str], seat: Seat) -> None:
    if seat.principal not in pledges:
        assert seat.role is Role.INTERNAL_SYSTEM, "only a program has none"
        return
    path = f"/v1/pledges/{pledges[seat.principal]}/signature"
    answer = await house.post(seat.principal, path, SIGNATURE | {"template_hash": "0" * 64})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/template-changed")


@seats
async def test_an_assignment_is_seen_by_whom_the_table_says(
    house: House, assignments: dict[str, str], seat: Seat
) -> None:
    paths = {target: f"/v1/assignments/{assignments[target]}" for target in TRAINEES}
    found = {target: await house.get(seat.principal, path) for target, path in paths.items()}
    expected = {target: 200 if target in seat.reads else 404 for target in TRAINEES}
    assert {target: answer.status_code for target, answer in found.items()} == expected


@seats
async def test_a_list_of_assignments_shows_exactly_what_single_answers_show(house: House, seat: Seat) -> None:
    page = (await house.get(seat.principal, "/v1/assignments", params={"limit": 200})).json()
    assert {item["person_id"] for item in page["items"]} & set(TARGETS) == seat.reads & TRAINEES


@seats
async def test_handbooks_are_seen_by_whom_the_table_says_and_confirmed_by_nobody_else(house: House, seat: Seat) -> None:
    paths = {target: f"/v1/handbooks/{target}" for target in TARGETS}
    seen = {target: (await house.get(seat.principal, path)).status_code for target, path in paths.items()}
    assert seen == _seen(seat, otherwise=404)
    body = {"document_id": "HANDBOOK", "version": 1}
    confirmed = {
        target: (await house.post(seat.principal, f"{path}/acknowledgement", body)).status_code
        for target, path in paths.items()
    }
    assert confirmed == {target: 403 if target in seat.reads else 404 for target in TARGETS}


@seats
async def test_tests_are_recorded_by_the_learning_platform_alone(
    house: House, assignments: dict[str, str], seat: Seat
) -> None:
    """Who may is told that the test is of tomorrow; nobody may for himself."""
    tomorrow = ATTEMPT | {"time": "2016-04-02T12:00:00+09:00"}
    paths = {target: f"/v1/assignments/{assignments[target]}/attempts" for target in TRAINEES}
    found = {target: (await house.post(seat.principal, path, tomorrow)).status_code for target, path in paths.items()}
    may = 409 if seat.role is Role.INTERNAL_SYSTEM else 403
    assert found == {target: may if target in seat.reads else 404 for target in TRAINEES}
    if own := assignments.get(seat.principal):
        answer = await house.post(seat.principal, f"/v1/assignments/{own}/attempts", tomorrow)
        assert answer.status_code == 403


@seats
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/courses/NOWHERE/retirement", None),
        ("/v1/courses", COURSE | {"version": 9}),
        ("/v1/rule-documents", HANDBOOK | {"version": 9}),
        ("/v1/training-campaigns", TRAINING_PLAN | {"course_id": "INTRODUCTION"}),
    ],
)
async def test_courses_are_published_and_planned_by_the_promotion_office(
    house: House, seat: Seat, path: str, body: dict[str, object] | None
) -> None:
    """Who may is told what is wrong with it."""
    answer = await house.post(seat.principal, path, body)
    assert answer.status_code == (409 if seat.plans else 403)


@seats
@pytest.mark.parametrize("path", ["/v1/courses", "/v1/rule-documents", "/v1/training-campaigns"])
async def test_courses_are_seen_by_everybody_in_post(house: House, seat: Seat, path: str) -> None:
    assert len((await house.get(seat.principal, path)).json()["items"]) > 0


@seats
async def test_completion_counts_only_whom_the_seat_sees(house: House, seat: Seat) -> None:
    asked = {"fy": "FY2017", "course_kind": "ANNUAL_ONLINE"}
    items = (await house.get(seat.principal, "/v1/course-completion", params=asked)).json()["items"]
    companies = {item["company_id"] for item in items}
    if seat.reads == EVERYTHING:
        assert companies == {"C01", "C02"}
    elif seat.reads:
        assert companies == {"C01"}
    else:
        assert sum(item["assigned"] for item in items) <= 1, "his own"


@seats
async def test_campaigns_are_planned_by_the_promotion_office(house: House, seat: Seat) -> None:
    answer = await house.post(seat.principal, "/v1/pledge-target-countries", PLAN_NOTHING)
    assert answer.status_code == (409 if seat.plans else 403)


@seats
async def test_campaigns_are_seen_by_everybody_in_post(house: House, seat: Seat) -> None:
    assert (await house.get(seat.principal, "/v1/pledge-campaigns")).status_code == 200


@seats
async def test_operators_see_what_is_parked_and_nobody_else_knows_of_it(house: House, seat: Seat) -> None:
    assert (await house.get(seat.principal, "/v1/parked")).status_code == (200 if seat.operates else 404)
    answer = await house.post(seat.principal, "/v1/parked/person/P0/retry")
    assert answer.status_code == 404
    assert ("parked" in answer.json()["detail"]) == seat.operates


@pytest.mark.parametrize(
    "path",
    [
        "/v1/pledges",
        "/v1/pledge-campaigns",
        "/v1/people/T-UNIT/duties",
        "/v1/parked",
        "/v1/assignments",
        "/v1/courses",
        "/v1/rule-documents",
        "/v1/training-campaigns",
        "/v1/handbooks/T-UNIT",
    ],
)
async def test_who_is_nobody_here_sees_nothing(house: House, path: str) -> None:
    answer = await house.get("STRANGER", path)
    assert answer.status_code == 404 or answer.json() == {"items": [], "next_cursor": None}


async def test_who_left_no_longer_sees_his_own_pledge(house: House, pledges: dict[str, str]) -> None:
    pledge = pledges[GONE]
    assert (await house.get(GONE, f"/v1/pledges/{pledge}")).status_code == 200
    house.clock.set(house.clock.now().replace(day=2))
    try:
        assert (await house.get(GONE, f"/v1/pledges/{pledge}")).status_code == 404
    finally:
        house.clock.set(house.clock.now().replace(day=1), backwards=True)


async def test_nothing_of_all_this_has_changed_anything(house: House) -> None:
    done = "type LIKE ANY(ARRAY['training.PledgeSigned%', 'training.Knowledge%', 'training.HandbookAcknowledged%'])"
    assert await house.value(f"SELECT count(*) FROM event WHERE {done}") == 0
    assert (await house.get(OFFICE, "/v1/pledges", params={"state": "declined"})).json()["items"] == []
