"""Live, a replay of the archive and a replay of Kafka say the same, byte for byte."""

import asyncio
from datetime import date
from functools import partial

import pytest

from services.audit import intervals, judging
from services.audit.domain.canonical import ResultDigest, digest_of
from services.audit.domain.interval import clipped, result_order
from services.audit.domain.subjects import subjects_of, surrounds
from services.audit.replay.order import ReplayOrder
from services.audit.replay.worker import ReplayWorker
from services.audit.tests.company import YEAR, a_year
from services.audit.tests.ledger_story import Ledger
from services.audit.tests.story import DAY, Story, judged
from shared.events.codec import encode
from shared.events.hr import Role
from shared.law.rule_pack import rule_pack
from shared.runtime.database import transaction
from tests.audit.house import House, until

pytestmark = pytest.mark.stack


async def live_digest(house: House) -> str:
    digest = ResultDigest()
    async with transaction(house.running.pool) as connection:
        async for row in intervals.live_result(connection, YEAR[0], YEAR[1] + DAY):
            digest.add([row])
    return digest.hexdigest()


async def asked_about(house: House) -> frozenset[tuple[str, str]]:
    """Who is judged anew with whom, as it is written."""
    return frozenset((row["subject"], row["asked"]) for row in await house.fetch("SELECT * FROM dependency"))


async def asked_now(house: House) -> frozenset[tuple[str, str]]:
    """Who asks about whom when all are judged, with nothing written."""
    subjects = [row["subject"] for row in await house.fetch("SELECT DISTINCT subject FROM subject_history")]
    async with transaction(house.running.pool) as connection:
        verdicts = await judging.judge(connection, subjects, rule_pack())
    return frozenset((subject, asked) for subject, each in verdicts.folded.items() for asked in each.asked)


async def test_live_archive_and_kafka_agree_by_digest(house: House) -> None:
    events = a_year()
    await house.tell(events)
    await house.settled()
    pure = [each for each in (clipped(each, YEAR[0], YEAR[1] + DAY) for each in judged(events)) if each]
    expected = digest_of(sorted(pure, key=result_order))
    assert await live_digest(house) == expected
    for source in ("archive", "kafka"):
        _, result = await house.replayed(ReplayOrder(*YEAR, source=source))
        assert result["digest"] == expected, source
        assert result["events"] == len(events)


async def test_what_surrounds_everybody_may_come_last_and_everything_twice(house: House) -> None:
    """People are judged before anybody told of their companies, units, countries and the campaign."""
    events = a_year(people=25, seed=3)
    around = [each for each in events if any(map(surrounds, subjects_of(each.stream.encode(), encode(each))))]
    people = [each for each in events if each not in around]
    hr = [each for each in people if each.source == "/hr"]
    await house.tell([*reversed(hr[:60]), *people])
    await house.settled()
    assert await house.value("SELECT count(*) FROM interval WHERE rule IN ('C09', 'C19')") == 0
    await house.tell([*reversed(around), *around])
    await house.settled()
    pure = [each for each in (clipped(each, YEAR[0], YEAR[1] + DAY) for each in judged(events)) if each]
    assert await live_digest(house) == digest_of(sorted(pure, key=result_order))
    assert await asked_about(house) == await asked_now(house) != frozenset()


async def test_who_no_longer_asks_about_a_unit_is_no_longer_judged_anew_with_it(house: House) -> None:
    story = Story()
    story.joined("C1", YEAR[0])
    story.created("D1")
    story.created("D2")
    story.hired("P1")
    await house.tell(story.events)
    await house.settled()
    assert ("person/P1", "unit/D1") in await asked_about(house)
    corrected = story.moved("P1", YEAR[0], "D2")
    await house.tell([corrected])
    await house.settled()
    asked = await asked_about(house)
    assert asked == await asked_now(house)
    assert {about for who, about in asked if who == "person/P1"} >= {"unit/D2"}
    assert ("person/P1", "unit/D1") not in asked


async def test_a_replay_in_several_passes_says_the_same(house: House) -> None:
    await house.tell(a_year())
    await house.settled()
    await house.stop()
    house.tasks.append(asyncio.create_task(ReplayWorker(house.running, most_held=40).run()))
    _, result = await house.replayed(ReplayOrder(*YEAR))
    assert result["passes"] > 3
    assert result["digest"] == await live_digest(house)


async def test_as_known_at_an_instant_what_came_later_is_left_out(house: House) -> None:
    events = a_year()
    half = events[len(events) // 2].recorded_at
    await house.tell(events)
    await house.settled()
    _, result = await house.replayed(ReplayOrder(*YEAR, known_at=half))
    known = [each for each in events if each.recorded_at <= half]
    pure = [each for each in (clipped(each, YEAR[0], YEAR[1] + DAY) for each in judged(known)) if each]
    assert result["digest"] == digest_of(sorted(pure, key=result_order))


async def test_a_replay_that_a_process_left_behind_is_begun_again(house: House) -> None:
    await house.tell(a_year(people=5))
    await house.settled()
    order = ReplayOrder(date(2016, 4, 1), date(2016, 4, 30))
    name, result = await house.replayed(order)
    await house.value("UPDATE replay SET state = 'running', result = NULL WHERE replay_id = $1", name)
    await until(partial(house.over, name))
    again = await house.value("SELECT result FROM replay WHERE replay_id = $1", name)
    assert again["digest"] == result["digest"]


async def test_a_change_of_a_person_reaches_the_seats_he_holds_and_the_numbers_in_his_charge(house: House) -> None:
    story = Story()
    story.joined("C1", YEAR[0])
    story.created("D1")
    story.hired("P1")
    story.appointed("P1", Role.DIV_MANAGER, YEAR[0], unit="D1")
    Ledger(story).registered_numbers(YEAR[0], "P1")
    await house.tell(story.events)
    await house.settled()
    told = len(story.events)
    story.left("P1", date(2016, 10, 1))
    await house.tell(story.events[told:])
    await house.settled()
    query = "SELECT status FROM interval WHERE begins = '2016-10-01' AND mode = 'rolling' ORDER BY rule"
    assert [row["status"] for row in await house.fetch(query)] == ["UNLOCATED", "VACANT_WITHIN_GRACE"]
    _, result = await house.replayed(ReplayOrder(*YEAR))
    assert result["digest"] == await live_digest(house)
