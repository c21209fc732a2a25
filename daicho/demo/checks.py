"""What must be so when the year is over, each held against the generator's own reckoning."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import httpx

from daicho.demo.clients import People, Refused
from daicho.demo.endpoints import Stack
from daicho.demo.office import OFFICE, Office
from daicho.demo.player import ASKED_ABOUT, ASKED_ON
from daicho.demo.quiet import Look
from daicho.demo.screen import Check
from daicho.demo.script.moments import DUE, EXTENDED, MOMENTS, OPENS, YEAR, moment_on
from daicho.demo.script.planted import LEFT, LEFT_TOLD, Planted
from daicho.demo.script.pledging import Count
from daicho.demo.script.year import Script
from daicho.demo.verify import Verdict
from shared.law.calendar import ONE_DAY

DAYS: Final = (
    OPENS,
    date(2016, 4, 30),
    DUE,
    DUE + ONE_DAY,
    date(2016, 6, 30),
    EXTENDED,
    ASKED_ABOUT,
    ASKED_ABOUT + ONE_DAY,
    date(2016, 12, 1),
    date(2016, 12, 2),
    YEAR.end,
)
"""Days on whose evening the generator and audit must count the same; due days, and the days after, above all."""

HALF: Final = (OPENS, date(2016, 9, 30))
"""The period that is replayed."""


YEAR_LONG: Final = (YEAR.end - YEAR.start).days + 1


@dataclass(frozen=True)
class Evidence:
    """What the checks look at."""

    script: Script
    stack: Stack
    office: Office
    people: People
    kept: Mapping[str, Any]
    refused: list[str]
    look: Look
    verdict: Verdict
    _pledges: list[dict[str, Any]] = field(default_factory=list)

    @property
    def planted(self) -> Planted:
        return self.script.planted

    async def pledges(self) -> list[dict[str, Any]]:
        """Of everybody, as training lists them; read once."""
        if not self._pledges:
            asked = self.people.everything(OFFICE, "training", "/v1/pledges", fy=YEAR.label)
            self._pledges.extend([each async for each in asked])
        return self._pledges


async def checks(evidence: Evidence) -> AsyncIterator[Check]:
    """One after the other; one that can not even be asked has failed."""
    for question in QUESTIONS:
        try:
            yield await question(evidence)
        except (Refused, httpx.HTTPError, LookupError) as fault:
            yield Check(question.__name__.strip("_").replace("_", " "), passed=False, told=str(fault))


async def _everybody_asked(evidence: Evidence) -> Check:
    pledges = await evidence.pledges()
    asked = Counter(each["person_id"] for each in pledges)
    expected = set(evidence.script.pledging.asked)
    twice = [person for person, count in asked.items() if count > 1]
    wrong = sorted(set(asked) ^ expected)
    new = sum(evidence.script.pledging.asked[each].day > OPENS for each in expected & set(asked))
    told = f"{len(asked):,} people asked, {new:,} of them after the opening; {len(twice)} twice, {len(wrong)} wrongly"
    return Check("everybody in post, every hire included, was asked exactly once", not (twice or wrong), told)


async def _every_end(evidence: Evidence) -> Check:
    """Signed by whoever signed, withdrawn from whoever left, lapsed of all others."""
    script, pledges = evidence.script, await evidence.pledges()
    there = script.in_post(MOMENTS[-1].day)
    expected = {
        person: "signed" if person in script.pledging.signed else "lapsed" if person in there else "withdrawn"
        for person in script.pledging.asked
    }
    wrong = [each["person_id"] for each in pledges if expected.get(each["person_id"]) != each["state"]]
    states = Counter(each["state"] for each in pledges)
    told = ", ".join(f"{count:,} {state}" for state, count in sorted(states.items()))
    refused = f"; refused: {evidence.refused[0]}" if evidence.refused else ""
    passed = not (wrong or evidence.refused)
    return Check("every pledge ended as it had to", passed, f"{told}; {len(wrong)} otherwise{refused}")


async def _completion(evidence: Evidence) -> Check:
    answer = await evidence.people.get(OFFICE, "training", "/v1/completion", fy=YEAR.label)
    signed = sum(row["signed"] for row in answer["items"])
    asked = sum(row["asked"] for row in answer["items"])
    expected = len(evidence.script.pledging.signed)
    told = f"{signed:,} of {asked:,} signed ({signed / max(asked, 1):.1%}) in {len(answer['items'])} units"
    return Check("completion by unit adds up", signed == expected, f"{told}; expected {expected:,}")


async def _days(evidence: Evidence) -> Check:
    """How the group stood on the evenings of DAYS, by what is known today."""
    wrong, facts = [], {}
    for day in DAYS:
        answer, expected = await evidence.office.standing(day), figures(evidence.script.expected(day))
        facts[day.isoformat()] = {"answer": dict(answer), "expected": expected}
        if answer != expected:
            wrong.append(f"{day}: {answer}, expected {expected}")
    first = f"; {wrong[0]}" if wrong else ""
    told = f"{len(DAYS) - len(wrong)} of {len(DAYS)} days as expected{first}; {_share(facts, DUE)}"
    return Check("who had pledged on given days (C09)", not wrong, told, {"days": facts})


def _share(facts: Mapping[str, Any], day: date) -> str:
    answer = facts[day.isoformat()]["answer"]
    return f"on {day} {answer['num']:,} of {answer['den']:,}, {answer['open']:,} open, {answer['excused']:,} excused"


def figures(count: Count) -> dict[str, int]:
    return {"num": count.num, "den": count.den, "open": len(count.open), "excused": len(count.excused)}


async def _who(evidence: Evidence) -> Check:
    day = DUE + ONE_DAY
    found, expected = await evidence.office.exceptions(day), evidence.script.expected(day).bad
    wrong = sorted(found ^ expected)
    return Check(f"the very people who were overdue on {day}", not wrong, f"{len(found):,} named, {len(wrong)} wrongly")


async def _forged(evidence: Evidence) -> Check:
    attempts = evidence.kept.get("attempts", [])
    told = ", ".join(f"{each['who']} {each['status']}" for each in attempts)
    passed = bool(attempts) and all(each["status"] == each["expected"] for each in attempts)
    return Check("nobody can sign for another", passed, told or "nobody tried")


async def _doubled(evidence: Evidence) -> Check:
    """Each service that reacts takes each of HR's events once."""
    readings = await evidence.stack.fetch(
        "training", "SELECT count(*) FROM inbox WHERE subscription = 'reactions' AND source = '/hr'"
    )
    repeats = await evidence.stack.fetch("audit", "SELECT count(*) FROM leaf WHERE duplicate AND topic = 'hr.events'")
    expected, doubled = len(evidence.script.told), evidence.planted.doubled
    told = f"{doubled:,} records sent again, {repeats:,} archived as repeats, {readings:,} of {expected:,} taken once"
    return Check("what HR sent twice happened once", readings == expected and repeats >= doubled > 0, told)


async def _parked(evidence: Evidence) -> Check:
    stream, told, passed = evidence.planted.unreadable, [], True
    for service in evidence.stack.urls:
        items = [each async for each in evidence.people.everything(OFFICE, service, "/v1/parked")]
        passed &= bool(items) and {each["stream"] for each in items} == {stream}
        told.append(f"{service} {items[0]['reason'] if items else 'nothing'}")
    return Check("the record that nobody can read is parked and listed, alone", passed, ", ".join(told))


async def _waiting(evidence: Evidence) -> Check:
    subject = f"person/{evidence.planted.unknown}"
    items = [each async for each in evidence.people.everything(OFFICE, "training", "/v1/waiting")]
    told = ", ".join(f"{each['subject']} ({each['type']})" for each in items)
    return Check("news of somebody unknown waits", [each["subject"] for each in items] == [subject], told or "nothing")


async def _replay_from_archive(evidence: Evidence) -> Check:
    return await _replay(evidence, "archive")


async def _replay_from_kafka(evidence: Evidence) -> Check:
    return await _replay(evidence, "kafka")


async def _replay(evidence: Evidence, source: str) -> Check:
    live = await evidence.office.digest(*HALF)
    replay = await evidence.office.replay(*HALF, source, attempt=str(time.time_ns()))
    progress = replay.get("progress") or {}
    told = (
        f"{HALF[0]} to {HALF[1]}: {progress.get('events', 0):,} events in {progress.get('seconds', 0)} s, "
        f"{live['intervals']:,} intervals, digest {str(replay.get('digest'))[:12]}…, live {live['digest'][:12]}…"
    )
    passed = replay["state"] == "done" and replay["digest"] == live["digest"] and not live["pending"]
    facts = {"digest": replay.get("digest"), "live": live["digest"], "state": replay["state"]}
    return Check(f"a half-year replayed from {source} gives the live result", passed, told, facts)


async def _as_it_was_known(evidence: Evidence) -> Check:
    """An answer given in November is given again when asked for what was known then."""
    known = moment_on(ASKED_ON).at
    then = evidence.kept.get("asked")
    again = dict(await evidence.office.standing(ASKED_ABOUT, known))
    today = dict(await evidence.office.standing(ASKED_ABOUT))
    reckoned = figures(evidence.script.expected(ASKED_ABOUT, known=known))
    passed = then == again == reckoned and today != again
    told = f"{ASKED_ABOUT} as known on {ASKED_ON}: {_part(again)}; today: {_part(today)}"
    return Check(
        "an old answer stands, and today's differs", passed, told, {"then": then, "again": again, "today": today}
    )


def _part(row: Mapping[str, Any]) -> str:
    return f"{row['num']:,} of {row['den']:,}"


async def _why(evidence: Evidence) -> Check:
    """The difference has a name: an event that was told later than the question."""
    person, known = evidence.planted.late_leaver, moment_on(ASKED_ON).at
    before = await evidence.office.exceptions(ASKED_ABOUT, known)
    after = await evidence.office.exceptions(ASKED_ABOUT)
    asked = {"subject": f"person/{person}", "type": "hr.EmployeeLeft.v1"}
    events = [each async for each in evidence.people.everything(OFFICE, "audit", "/v1/events", **asked)]
    recorded = events[0]["event"]["recordedtime"] if events else "never"
    passed = before - after == {person} and bool(events)
    told = f"{person} left on {LEFT}, as HR told on {LEFT_TOLD.day} (recorded {recorded})"
    return Check("the difference is explained by one late event", passed, told)


async def _same_bytes(evidence: Evidence) -> Check:
    verdict = evidence.verdict
    told = f"{verdict.events:,} events on {len(verdict.topics)} topics" + (
        "" if verdict.agrees else f"; {verdict.difference}"
    )
    name = "event tables, Kafka and archive hold the same bytes"
    return Check(name, verdict.agrees and verdict.events > 0, told, verdict.document())


async def _nothing_failed(evidence: Evidence) -> Check:
    services = evidence.look.services.items()
    failed = [f"{name}: {each.held} timers, {each.unjudged} subjects" for name, each in services if each.failed]
    timers = "; ".join(failed) or "no timer held, no subject left unjudged"
    return Check("nothing failed in silence", not failed, timers)


async def _watermarks(evidence: Evidence) -> Check:
    """Without them no period can be closed: each service says daily what it recorded, also when that is nothing."""
    days = {}
    for service in evidence.stack.databases:
        query = f"SELECT count(*) FROM event WHERE stream = 'digest/{service}'"
        days[service] = await evidence.stack.fetch(service, query)
    told = ", ".join(f"{service} {count}" for service, count in days.items())
    return Check("every service said daily what it recorded", min(days.values()) >= YEAR_LONG, f"days: {told}")


QUESTIONS: Final[tuple[Callable[[Evidence], Awaitable[Check]], ...]] = (
    _everybody_asked,
    _every_end,
    _completion,
    _days,
    _who,
    _forged,
    _doubled,
    _parked,
    _waiting,
    _replay_from_archive,
    _replay_from_kafka,
    _as_it_was_known,
    _why,
    _same_bytes,
    _watermarks,
    _nothing_failed,
)
