"""What the operators do over REST with what could not be used: look, try again, let go."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from daicho.embedded.parts import Parts
from services.training.tests.group import OFFICE, open_group, pledge_of, tell
from services.training.tests.house import House, open_house
from services.training.tests.story import LONG_AGO, hired, recorded
from services.training.tests.test_api import problem, somebody
from shared.events.codec import encode
from shared.testing.stack import Templates

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
async def house(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(parts, templates, tmp_path_factory.mktemp("training")) as opened:
        await open_group(opened)
        yield opened


async def parked(house: House, stream: str) -> dict[str, dict[str, Any]]:
    """What the API shows of a stream, by subscription."""
    items = (await house.get(OFFICE, "/v1/parked", params={"limit": 200})).json()["items"]
    return {item["subscription"]: item for item in items if item["stream"] == stream}


def spoiled(person: str) -> bytes:
    """A hire without its unit."""
    document = orjson.loads(encode(recorded(hired(LONG_AGO, person=person), 900)))
    del document["data"]["org_unit_id"]
    return orjson.dumps(document)


async def test_what_can_not_be_read_waits_and_holds_back_what_comes_behind_it(house: House) -> None:
    house.hr.publish("person/G1", spoiled("G1"))
    tell(house, hired(LONG_AGO, person="G1"))
    await somebody(house, "G2")
    shown = await parked(house, "person/G1")
    assert set(shown) == {"organisation", "reactions"}
    assert (shown["reactions"]["reason"], shown["reactions"]["records"]) == ("invalid-data", 2)
    assert "/org_unit_id" in shown["reactions"]["detail"]


async def test_trying_again_without_a_mend_leaves_it_waiting(house: House) -> None:
    house.hr.publish("person/G3", spoiled("G3"))
    await house.settled()
    answer = await house.post(OFFICE, "/v1/parked/person/G3/retry")
    assert (answer.status_code, answer.json()) == (200, {"applied": 0, "discarded": 0, "still_parked": 2})


async def test_letting_go_of_what_can_not_be_read_lets_the_rest_through(house: House) -> None:
    house.hr.publish("person/G4", spoiled("G4"))
    tell(house, hired(LONG_AGO, person="G4"))
    await house.settled()
    answer = await house.post(OFFICE, "/v1/parked/person/G4/discard", {"reason": "sent twice by mistake"})
    assert (answer.status_code, answer.json()) == (200, {"applied": 2, "discarded": 2, "still_parked": 0})
    assert await parked(house, "person/G4") == {}
    await house.settled()
    await pledge_of(house, "G4")
    kept = await house.fetch("SELECT why, actor FROM discarded WHERE stream = 'person/G4'")
    assert {(row["why"], row["actor"]) for row in kept} == {("sent twice by mistake", "client/office")}


async def test_letting_go_twice_with_one_key_is_done_once(house: House) -> None:
    house.hr.publish("person/G5", spoiled("G5"))
    await house.settled()
    path, body = "/v1/parked/person/G5/discard", {"reason": "sent twice by mistake"}
    first, again = [await house.post(OFFICE, path, body, key="G5-discard") for _ in range(2)]
    assert (again.content, again.headers["Idempotency-Replayed"]) == (first.content, "true")


async def test_what_is_not_parked_can_not_be_let_go_of(house: House) -> None:
    assert problem(await house.post(OFFICE, "/v1/parked/person/NOBODY/retry")) == (404, "not-found")


async def test_a_record_without_a_key_is_parked_under_its_place_in_kafka(house: House) -> None:
    house.hr.publish(None, b"no event", partition=3)
    await house.settled()
    streams = [stream for stream in await house.parked() if stream.startswith(f"{house.prefix}hr.events/3/")]
    assert len(streams) == 1
    answer = await house.post(OFFICE, f"/v1/parked/{streams[0]}/discard", {"reason": "no event at all"})
    assert answer.json()["discarded"] == 2


async def test_the_list_of_what_is_parked_has_pages(house: House) -> None:
    for number in range(4):
        house.hr.publish(f"person/G6-{number}", spoiled(f"G6-{number}"))
    await house.settled()
    seen, cursor = [], None
    while True:
        page = (
            await house.get(OFFICE, "/v1/parked", params={"limit": 3} | ({"cursor": cursor} if cursor else {}))
        ).json()
        seen += [(item["subscription"], item["stream"]) for item in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert len(seen) == len(set(seen))
    assert {("reactions", f"person/G6-{number}") for number in range(4)} <= set(seen)


async def test_whoever_waits_is_listed_page_by_page(house: House) -> None:
    told = [house.hr.tell(f"person/G9-{n}", hired(LONG_AGO, "C01-D98", person=f"G9-{n}")) for n in range(3)]
    await house.settled()
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await house.get(OFFICE, "/v1/waiting", params={"limit": 1, **cursor})).json()
        seen += [item["event_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen))
    assert set(told) <= set(seen)


async def test_who_names_somebody_unknown_is_listed_as_waiting(house: House) -> None:
    told = house.hr.tell("person/G7", hired(LONG_AGO, "C01-D99", person="G7"))
    await house.settled()
    items = (await house.get(OFFICE, "/v1/waiting", params={"limit": 200})).json()["items"]
    assert [(item["event_id"], item["missing"]) for item in items if item["subject"] == "person/G7"] == [
        (told, ["unit/C01-D99"])
    ]
