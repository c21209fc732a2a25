"""Courses over REST, from an HR message to a completed introduction, on real PostgreSQL and Kafka."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from daicho.embedded.parts import Parts
from services.training.tests.group import (
    ATTEMPT,
    COURSE,
    HANDBOOK,
    MANAGER,
    OFFICE,
    TRAINING_PLAN,
    assignment_of,
    open_group,
    open_training,
    tell,
)
from services.training.tests.house import House, open_house
from services.training.tests.story import LONG_AGO, hired, left, on_leave
from services.training.tests.test_api import problem
from shared.testing.stack import Templates

pytestmark = pytest.mark.stack
TODAY = date(2016, 4, 1)


@pytest.fixture(scope="module")
async def house(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(parts, templates, tmp_path_factory.mktemp("training")) as opened:
        await open_group(opened)
        await open_training(opened)
        yield opened


async def somebody(house: House, name: str, day: date = LONG_AGO, org_unit_id: str = "C01-D07") -> None:
    tell(house, hired(day, org_unit_id, person=name))
    await house.settled()


async def bodies_of(house: House, stream: str) -> list[dict[str, Any]]:
    rows = await house.fetch(
        "SELECT convert_from(body, 'UTF8')::jsonb AS body FROM event WHERE stream = $1 ORDER BY version", stream
    )
    return [row["body"] for row in rows]


async def duties_of(house: House, person: str) -> list[tuple[str, str]]:
    items = (await house.get(person, f"/v1/people/{person}/duties")).json()["items"]
    return [(item["kind"], item.get("course_id") or item["template_id"]) for item in items]


# --- from a hire to a completed introduction --------------------------------------------------------------------------


async def test_a_hire_is_introduced_fails_passes_and_is_counted(house: House) -> None:
    await somebody(house, "H1", TODAY)
    introduction = await assignment_of(house, "H1", "INTRODUCTION")
    assert sorted(await duties_of(house, "H1")) == [
        ("course", "INTRODUCTION"),
        ("course", "SECURITY"),
        ("pledge", "BASIC-RULES"),
    ]
    assert await house.told("handbook/H1") == ["HandbookDistributed"]

    path = f"/v1/assignments/{introduction}/attempts"
    failed = await house.post(OFFICE, path, ATTEMPT | {"score": 79})
    assert (failed.status_code, failed.json()["state"], failed.json()["attempts"]) == (200, "assigned", 1)
    passed = await house.post(OFFICE, path, ATTEMPT)
    assert (passed.json()["state"], passed.json()["score"]) == ("completed", 80)
    assert passed.json()["completed_at"] == "2016-04-01T00:00:00Z"
    assert await house.told(f"assignment/{introduction}") == [
        "TrainingAssigned",
        "KnowledgeTestGraded",
        "KnowledgeTestGraded",
        "TrainingCompleted",
    ]

    waiting = {"Wait-For": passed.headers["Consistency-Token"]}
    listed = await house.get("H1", "/v1/assignments", headers=waiting, params={"state": "completed"})
    assert [item["course_id"] for item in listed.json()["items"]] == ["INTRODUCTION"]
    assert ("course", "INTRODUCTION") not in await duties_of(house, "H1")
    counted = await house.get(OFFICE, "/v1/course-completion", params={"fy": "FY2017", "course_kind": "NEW_HIRE"})
    (unit,) = (item for item in counted.json()["items"] if item["org_unit_id"] == "C01-D07")
    assert unit["completed"] == 1 <= unit["assigned"]


async def test_what_single_answers_and_lists_show_is_the_same(house: House) -> None:
    await somebody(house, "H2", TODAY)
    listed = (await house.get("H2", "/v1/assignments")).json()["items"]
    single = [(await house.get("H2", f"/v1/assignments/{item['assignment_id']}")).json() for item in listed]
    assert listed == single
    assert [item["assignment_id"] for item in listed] == sorted(item["assignment_id"] for item in listed)


async def test_the_list_is_paged_and_filtered(house: House) -> None:
    await somebody(house, "H3", TODAY)
    first = (await house.get("H3", "/v1/assignments", params={"limit": 1})).json()
    second = (await house.get("H3", "/v1/assignments", params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert {item["course_id"] for page in (first, second) for item in page["items"]} == {"SECURITY", "INTRODUCTION"}
    assert second["next_cursor"] is None
    none = await house.get("H3", "/v1/assignments", params={"fy": "FY2018"})
    assert none.json()["items"] == []


async def test_the_events_name_who_did_it_and_when_it_happened(house: House) -> None:
    await somebody(house, "H4")
    assignment = await assignment_of(house, "H4")
    time = "2016-04-01T08:00:00+09:00"
    await house.post(OFFICE, f"/v1/assignments/{assignment}/attempts", ATTEMPT | {"time": time})
    assigned, graded, completed = await bodies_of(house, f"assignment/{assignment}")
    assert (assigned["actor"], graded["actor"], completed["actor"]) == ("system/training", OFFICE, OFFICE)
    assert graded["time"] == completed["time"] == "2016-03-31T23:00:00Z"
    assert (completed["orgunitid"], completed["data"]["completed_at"]) == ("C01-D07", "2016-03-31T23:00:00Z")


# --- who may not, and what is refused ---------------------------------------------------------------------------------


async def test_nobody_reports_his_own_score(house: House) -> None:
    await somebody(house, "R1")
    assignment = await assignment_of(house, "R1")
    for person, status in (("R1", 403), (MANAGER, 403), ("STRANGER", 404)):
        answer = await house.post(person, f"/v1/assignments/{assignment}/attempts", ATTEMPT)
        assert answer.status_code == status, person
    assert await house.told(f"assignment/{assignment}") == ["TrainingAssigned"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"time": "2016-03-31T23:59:59+09:00"}, "test-too-early"),
        ({"time": "2016-04-01T09:00:01+09:00"}, "entry-in-the-future"),
    ],
)
async def test_a_test_of_another_time_is_refused(house: House, change: dict[str, str], expected: str) -> None:
    name = f"R2-{expected}"
    await somebody(house, name)
    path = f"/v1/assignments/{await assignment_of(house, name)}/attempts"
    assert problem(await house.post(OFFICE, path, ATTEMPT | change)) == (409, expected)


@pytest.mark.parametrize(
    "change",
    [
        {"score": 101},
        {"score": -1},
        {"score": "80"},
        {"answers_hash": "x"},
        {"seconds": -1},
        {"passed": True},
        {"time": "2016-04-01T08:00:00"},
        {"time": "9999-12-31T23:59:59Z"},
        {"time": "0001-01-01T00:00:00+09:00"},
    ],
)
async def test_what_is_no_test_is_refused(house: House, change: dict[str, Any]) -> None:
    answer = await house.post(OFFICE, "/v1/assignments/A0/attempts", ATTEMPT | change)
    assert problem(answer) == (422, "invalid-request")


async def test_there_is_no_test_without_an_assignment(house: House) -> None:
    assert problem(await house.post(OFFICE, "/v1/assignments/A0/attempts", ATTEMPT)) == (404, "not-found")
    assert problem(await house.get(OFFICE, "/v1/assignments/A0")) == (404, "not-found")


async def test_who_left_is_withdrawn_and_takes_no_test(house: House) -> None:
    await somebody(house, "R3")
    assignment = await assignment_of(house, "R3")
    tell(house, left(TODAY, person="R3"))
    await house.settled()
    assert await house.told(f"assignment/{assignment}") == ["TrainingAssigned", "TrainingWithdrawn"]
    answer = await house.post(OFFICE, f"/v1/assignments/{assignment}/attempts", ATTEMPT)
    assert problem(answer) == (409, "assignment-not-open")


async def test_abroad_nobody_is_assigned_anything(house: House) -> None:
    await somebody(house, "R4", TODAY, "C04-D07")
    assert (await house.get(OFFICE, "/v1/assignments", params={"person_id": "R4"})).json()["items"] == []
    assert await house.told("handbook/R4") == []


# --- what the office publishes and plans ------------------------------------------------------------------------------


async def test_courses_are_published_in_versions_and_retired(house: House) -> None:
    course = COURSE | {"course_id": "PROMOTERS", "course_kind": "PROMOTER_GROUP"}
    assert (await house.post(MANAGER, "/v1/courses", course)).status_code == 201
    second = await house.post(MANAGER, "/v1/courses", course | {"version": 2, "pass_mark": 60})
    assert (second.status_code, second.json()["version"], second.json()["retired"]) == (201, 2, False)
    left_out = await house.post(MANAGER, "/v1/courses", course | {"version": 4})
    assert problem(left_out) == (409, "version-not-next")
    retired = await house.post(MANAGER, "/v1/courses/PROMOTERS/retirement")
    assert (retired.status_code, retired.json()["retired"]) == (200, True)
    listed = await house.get("H1", "/v1/courses", headers={"Wait-For": retired.headers["Consistency-Token"]})
    (shown,) = (item for item in listed.json()["items"] if item["course_id"] == "PROMOTERS")
    assert shown == retired.json()
    late = await house.post(MANAGER, "/v1/courses", course | {"version": 3})
    assert problem(late) == (409, "course-retired")


async def test_documents_are_published_in_versions(house: House) -> None:
    manual = HANDBOOK | {"document_id": "MANUAL", "document_kind": "MANUAL"}
    first = await house.post(MANAGER, "/v1/rule-documents", manual)
    assert (first.status_code, first.json()) == (201, manual)
    listed = await house.get(OFFICE, "/v1/rule-documents", headers={"Wait-For": first.headers["Consistency-Token"]})
    assert manual in listed.json()["items"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"course_id": "NOWHERE"}, (422, "course-unknown")),
        ({"course_version": 2}, (422, "course-unknown")),
        ({"course_id": "INTRODUCTION"}, (409, "course-not-yearly")),
        ({"due_date": "2016-05-01"}, (409, "campaign-exists")),
        ({"campaign_id": "T-NEW", "due_date": "2017-04-01"}, (409, "campaign-outside-year")),
    ],
)
async def test_a_campaign_is_of_a_published_course_and_of_its_year(
    house: House, change: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert problem(await house.post(MANAGER, "/v1/training-campaigns", TRAINING_PLAN | change)) == expected


async def test_a_campaign_that_opens_later_shows_and_is_not_open(house: House) -> None:
    plan = TRAINING_PLAN | {"campaign_id": "T-JULY", "opens_on": "2016-07-01", "due_date": "2016-07-31"}
    planned = await house.post(MANAGER, "/v1/training-campaigns", plan)
    assert (planned.status_code, planned.json()["open"], planned.json()["pass_mark"]) == (201, False, 80)
    waiting = {"Wait-For": planned.headers["Consistency-Token"]}
    listed = (await house.get("H1", "/v1/training-campaigns", headers=waiting)).json()["items"]
    assert [(item["campaign_id"], item["open"]) for item in listed] == [("TRAINING-FY2017", True), ("T-JULY", False)]


# --- handbooks --------------------------------------------------------------------------------------------------------


async def test_the_person_confirms_that_he_has_his_handbook(house: House) -> None:
    await somebody(house, "K1", TODAY)
    path, body = "/v1/handbooks/K1/acknowledgement", {"document_id": "HANDBOOK", "version": 1}
    for person, status in ((MANAGER, 403), (OFFICE, 403), ("STRANGER", 404)):
        assert (await house.post(person, path, body)).status_code == status, person
    assert problem(await house.post("K1", path, body | {"version": 2})) == (409, "handbook-not-distributed")
    confirmed = await house.post("K1", path, body)
    assert confirmed.json()["handbooks"] == [{"document_id": "HANDBOOK", "version": 1, "acknowledged": True}]
    assert (await house.get(MANAGER, "/v1/handbooks/K1")).json() == confirmed.json()
    assert await house.told("handbook/K1") == ["HandbookDistributed", "HandbookAcknowledged"]


# --- time passes ------------------------------------------------------------------------------------------------------


async def test_the_day_after_the_due_date_it_is_overdue_and_on_leave_it_waits(house: House) -> None:
    """The last of the module: the clock goes on, and does not come back."""
    await somebody(house, "Z1")
    await somebody(house, "P1")
    tell(house, on_leave(date(2016, 4, 20)))
    await house.settled()
    house.clock.set(house.clock.now().replace(month=5, day=2))
    await house.settled()
    late, away = await assignment_of(house, "Z1"), await assignment_of(house, "P1")
    assert await house.told(f"assignment/{late}") == ["TrainingAssigned", "TrainingOverdue"]
    assert await house.told(f"assignment/{away}") == ["TrainingAssigned", "TrainingSuspended"]
    path = f"/v1/assignments/{late}/attempts"
    long_ago = {"time": "2016-04-01T10:00:00+09:00"}
    assert problem(await house.post(OFFICE, path, ATTEMPT | long_ago)) == (409, "late-entry")
    told = await house.post(OFFICE, path, ATTEMPT | long_ago | {"late_reason": "the platform was cut off"})
    assert told.json()["state"] == "completed"
    *_, graded, _ = await bodies_of(house, f"assignment/{late}")
    assert (graded["data"]["backdated"], graded["data"]["late_reason"]) == (True, "the platform was cut off")
    counted = await house.get(OFFICE, "/v1/course-completion", params={"fy": "FY2017", "course_kind": "ANNUAL_ONLINE"})
    assert sum(item["overdue"] for item in counted.json()["items"]) > 0
