"""Notices and tasks over REST, and who sees them."""

from datetime import date
from typing import Any, Final

import pytest

from services.notifier.tests.house import SEATS, SYSTEM, Post, hire
from services.notifier.tests.words import inspection_cancelled, inspection_due, pledge_requested
from shared.events.hr import Role

pytestmark = pytest.mark.stack
EVERYBODY: Final = {"WORKER", "NEIGHBOUR", "ABROAD"}
SEES: Final = {
    "WORKER": {"WORKER"},
    "NEIGHBOUR": {"NEIGHBOUR"},
    "MANAGER": {"WORKER"},
    "PROMOTER": {"WORKER"},
    "OTHER-MANAGER": {"NEIGHBOUR"},
    "PPOM": {"WORKER", "NEIGHBOUR"},
    "PIPA": {"WORKER", "NEIGHBOUR"},
    "OFFICE": {"WORKER", "NEIGHBOUR"},
    "OTHER-OFFICE": {"ABROAD"},
    "GROUP-OFFICE": EVERYBODY,
    "CISO": EVERYBODY,
    "CONTACT-POINT": set(),
    SYSTEM: EVERYBODY,
}
"""Whose notices and tasks each seat sees."""


@pytest.fixture(scope="module")
async def told(shared_post: Post) -> Post:
    post = shared_post
    for person, unit in (("WORKER", "C01-D07-S1"), ("NEIGHBOUR", "C01-D08"), ("ABROAD", "C02-D01")):
        hire(post, person, unit)
    await post.settled()
    for person, unit in (("WORKER", "C01-D07-S1"), ("NEIGHBOUR", "C01-D08"), ("ABROAD", "C02-D01")):
        post.tell("training", f"pledge/L-{person}", pledge_requested(person, unit=unit))
    await post.settled()
    return post


async def items(post: Post, who: str, path: str, **params: str) -> list[dict[str, Any]]:
    answer = await post.house.get(who, path, params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def notice_of(post: Post, person: str) -> str:
    return str((await items(post, SYSTEM, "/v1/notifications", person=person))[0]["notification_id"])


@pytest.mark.parametrize("who", SEES)
async def test_a_list_shows_the_notices_that_the_table_says(told: Post, who: str) -> None:
    assert {item["person_id"] for item in await items(told, who, "/v1/notifications")} & EVERYBODY == SEES[who]


@pytest.mark.parametrize("who", SEES)
async def test_a_single_notice_is_seen_by_whom_the_table_says(told: Post, who: str) -> None:
    found = {}
    for person in EVERYBODY:
        found[person] = (await told.house.get(who, f"/v1/notifications/{await notice_of(told, person)}")).status_code
    assert found == {person: 200 if person in SEES[who] else 404 for person in EVERYBODY}


@pytest.mark.parametrize("who", SEES)
async def test_tasks_are_seen_by_whom_the_table_says(told: Post, who: str) -> None:
    found = {person: (await told.house.get(who, f"/v1/tasks?person={person}")).status_code for person in EVERYBODY}
    assert found == {person: 200 if person in SEES[who] else 404 for person in EVERYBODY}


@pytest.mark.parametrize("who", [each for each in SEES if each not in EVERYBODY])
async def test_nobody_takes_note_for_somebody_else(told: Post, who: str) -> None:
    answer = await told.house.post(who, f"/v1/notifications/{await notice_of(told, 'WORKER')}/acknowledgement")
    seen = "WORKER" in SEES[who] or who == SYSTEM
    assert answer.status_code == (403 if seen else 404)


async def test_the_recipient_takes_note_once_and_a_second_time_changes_nothing(told: Post) -> None:
    path = f"/v1/notifications/{await notice_of(told, 'ABROAD')}"
    first = await told.house.post("ABROAD", f"{path}/acknowledgement")
    again = await told.house.post("ABROAD", f"{path}/acknowledgement")
    assert (first.status_code, first.json()["acknowledged"]) == (200, True)
    assert again.headers["ETag"] == first.headers["ETag"]
    listed = await told.house.get(
        "ABROAD", "/v1/notifications", headers={"Wait-For": first.headers["Consistency-Token"]}
    )
    assert listed.json()["items"][0]["acknowledged_at"] is not None


async def test_what_one_is_asked_and_in_charge_of_is_ones_task_what_is_due_first_first(told: Post) -> None:
    hire(told, "BUSY")
    await told.settled()
    told.tell("training", "pledge/L-BUSY", pledge_requested("BUSY", due=date(2016, 5, 20)))
    told.tell("ledger", "inspection/S9/REG-1", inspection_due("S9", "BUSY", due=date(2016, 5, 10)))
    await told.settled()
    tasks = await items(told, "BUSY", "/v1/tasks")
    assert [(task["task"], task["due_date"]) for task in tasks] == [
        ("inspect", "2016-05-10"),
        ("sign-pledge", "2016-05-20"),
    ]
    told.tell("ledger", "inspection/S9/REG-1", inspection_cancelled("S9"))
    await told.settled()
    assert [task["task"] for task in await items(told, "BUSY", "/v1/tasks")] == ["sign-pledge"]


async def test_an_inspection_that_nobody_is_in_charge_of_is_the_managers_task(told: Post) -> None:
    told.tell("ledger", "inspection/S8/REG-1", inspection_due("S8", due=date(2016, 5, 10)))
    await told.settled()
    assert [task["matter"] for task in await items(told, "MANAGER", "/v1/tasks")] == ["inspection/S8/REG-1"]
    assert await items(told, "OTHER-MANAGER", "/v1/tasks") == []


async def test_tasks_come_in_pages_without_gap_or_repeat(told: Post) -> None:
    hire(told, "PAGED")
    await told.settled()
    for number in range(5):
        told.tell("ledger", f"inspection/T{number}/REG-1", inspection_due(f"T{number}", "PAGED"))
    await told.settled()
    seen, path = [], "/v1/tasks?limit=2"
    while path:
        answer = await told.house.get("PAGED", path)
        seen += [item["matter"] for item in answer.json()["items"]]
        cursor = answer.json()["next_cursor"]
        path = f"/v1/tasks?limit=2&cursor={cursor}" if cursor else ""
    assert seen == [f"inspection/T{number}/REG-1" for number in range(5)]


async def test_a_program_is_told_that_it_has_no_tasks(told: Post) -> None:
    assert (await told.house.get(SYSTEM, "/v1/tasks")).status_code == 403


async def test_a_notice_that_is_not_there_is_not_found(told: Post) -> None:
    assert (await told.house.get(SYSTEM, "/v1/notifications/nothing")).status_code == 404


def test_every_seat_of_the_group_is_in_the_table() -> None:
    assert set(SEATS) <= set(SEES)
    assert {role for role, _ in SEATS.values()} >= {Role.PIPA, Role.PPOM}
