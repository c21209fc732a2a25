"""A view can be thrown away: built anew from the first record it is the same, and nothing happens because of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from daicho.embedded.parts import Parts
from services.training.tests.group import ATTEMPT, OFFICE, SIGNATURE, assignment_of, open_group, open_training, tell
from services.training.tests.house import House, open_house
from services.training.tests.story import LONG_AGO, hired, recorded
from services.training.tests.test_api import problem, somebody
from services.training.tests.test_operations import parked, spoiled
from services.training.tests.words import NOON, REQUESTED, WITHDRAWN
from shared.events.codec import Recorded, encode
from shared.events.topics import TRAINING
from shared.runtime.database import transaction
from shared.testing.house import eventually
from shared.testing.stack import Templates

pytestmark = pytest.mark.stack
HOLD_THE_SWITCH = "SELECT FROM subscription_offset WHERE subscription = 'organisation' AND partition = 0 FOR UPDATE"
LET_GO = "SELECT why FROM discarded WHERE subscription = 'organisation' AND stream = $1"
VIEWS = (
    *("organisation", "pledges", "campaigns", "target_countries"),
    *("assignments", "courses", "training_campaigns", "rule_documents"),
)


@pytest.fixture(scope="module")
async def house(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(parts, templates, tmp_path_factory.mktemp("training")) as opened:
        await open_group(opened)
        await open_training(opened)
        opened.hr.publish("person/SPOILED", spoiled("SPOILED"))
        await opened.post(
            "PPOM1", "/v1/pledge-target-countries", {"fy": "FY2017", "country": "US", "from_date": "2016-07-01"}
        )
        await opened.settled()
        yield opened


@pytest.mark.parametrize("view", VIEWS)
async def test_a_view_built_anew_equals_the_live_one_and_causes_nothing(house: House, view: str) -> None:
    signer = f"H-{view}"
    pledge = await somebody(house, signer)
    await house.post(signer, f"/v1/pledges/{pledge}/signature", SIGNATURE)
    await house.post(OFFICE, f"/v1/assignments/{await assignment_of(house, signer)}/attempts", ATTEMPT)
    await house.settled()
    before, written = await house.rows(view), await house.written()
    answer = await house.post(OFFICE, f"/v1/views/{view}/rebuild")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"view": view, "rows": len(before.splitlines())}
    assert before
    assert await house.rows(view) == before
    assert await house.written() == written | {"idempotency": written["idempotency"] + 1}


async def test_a_view_goes_on_after_it_was_built_anew(house: House) -> None:
    pledge = await somebody(house, "H1")
    assert (await house.post(OFFICE, "/v1/views/pledges/rebuild")).status_code == 200
    signed = await house.post("H1", f"/v1/pledges/{pledge}/signature", SIGNATURE)
    listed = await house.get("H1", "/v1/pledges", headers={"Wait-For": signed.headers["Consistency-Token"]})
    assert [item["state"] for item in listed.json()["items"]] == ["signed"]
    assert await house.told(f"pledge/{pledge}") == ["PledgeRequested", "PledgeSigned"]


async def test_a_list_is_never_empty_while_its_view_is_built_anew(house: House) -> None:
    await somebody(house, "H2")
    rebuilding = asyncio.create_task(house.post(OFFICE, "/v1/views/pledges/rebuild"))
    seen = set()
    while not rebuilding.done():
        seen.add(len((await house.get("H2", "/v1/pledges")).json()["items"]))
    assert (await rebuilding).status_code == 200
    assert seen == {1}


async def test_what_was_let_go_of_stays_let_go_of_when_a_view_is_built_anew(house: House) -> None:
    house.hr.publish("person/H3", spoiled("H3"))
    tell(house, hired(LONG_AGO, person="H3"))
    await house.settled()
    await house.post(OFFICE, "/v1/parked/person/H3/discard", {"reason": "sent twice by mistake"})
    await house.settled()
    before = await house.rows("organisation")
    assert (await house.post(OFFICE, "/v1/views/organisation/rebuild")).status_code == 200
    assert await parked(house, "person/H3") == {}
    assert await house.rows("organisation") == before


async def test_what_was_given_up_is_not_waited_for_again_when_a_view_is_built_anew(house: House) -> None:
    """Its second version never came: the restore of a backup may have left that."""
    stream, why = "pledge/L1", {"reason": "no backup has it"}
    for version, event in ((1, REQUESTED), (3, WITHDRAWN)):
        told = encode(Recorded(f"l1-{version}", "/training", stream, version, NOON, NOON, event))
        house.hr.producer.produce(house.prefix + TRAINING.name, key=stream, value=told)
    await house.settled()
    assert (await parked(house, stream))["pledges"]["reason"] == "version-gap"
    assert (await house.post(OFFICE, f"/v1/parked/{stream}/discard", why)).json()["still_parked"] == 0
    assert (await house.post(OFFICE, "/v1/views/pledges/rebuild")).status_code == 200
    assert await parked(house, stream) == {}
    assert await house.value("SELECT state FROM pledges WHERE pledge_id = 'L1'") == "withdrawn"


async def test_what_is_let_go_of_while_a_view_is_built_anew_stays_let_go_of(house: House) -> None:
    stream, why = "person/H4", {"reason": "sent twice by mistake"}
    house.hr.publish(stream, spoiled("H4"), partition=1)
    house.hr.publish(stream, encode(recorded(hired(LONG_AGO, person="H4"), 4_000)), partition=1)
    await house.settled()
    async with transaction(house.running.pool) as connection:
        await connection.execute(HOLD_THE_SWITCH)
        rebuilding = asyncio.create_task(house.post(OFFICE, "/v1/views/organisation/rebuild"))
        await eventually(lambda: _next_has_parked(house, stream))
        assert (await house.post(OFFICE, f"/v1/parked/{stream}/discard", why)).status_code == 200
    assert (await rebuilding).status_code == 200
    await house.settled()
    assert await parked(house, stream) == {}
    assert await house.value(LET_GO, stream) == why["reason"]
    assert await house.value("SELECT kind FROM organisation WHERE subject = $1", stream) == "person"


async def _next_has_parked(house: House, stream: str) -> bool:
    query = "SELECT count(*) FROM parked WHERE subscription = 'organisation__next' AND stream = $1"
    return bool(await house.value(query, stream) == 2)


async def test_a_view_that_is_not_there_can_not_be_built(house: House) -> None:
    assert problem(await house.post(OFFICE, "/v1/views/known_campaigns/rebuild")) == (404, "not-found")
