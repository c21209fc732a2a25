"""The log itself: replays, old answers, the same bytes everywhere, nothing missing, nothing failed."""

import time
from datetime import date
from typing import Final

from daicho.demo.acts.auditor import ASKED_ABOUT, ASKED_ON
from daicho.demo.checks.evidence import Evidence, Question, figures, part
from daicho.demo.screen import Check
from daicho.demo.script.moments import OPENS, YEAR
from daicho.demo.script.planted import LEFT, LEFT_TOLD

HALF: Final = (OPENS, date(2016, 9, 30))
"""The period that is replayed."""


YEAR_LONG: Final = (YEAR.end - YEAR.start).days + 1


async def _replay_from_archive(evidence: Evidence) -> Check:
    return await _replay(evidence, "archive")


async def _replay_from_kafka(evidence: Evidence) -> Check:
    return await _replay(evidence, "kafka")


async def _replay(evidence: Evidence, source: str) -> Check:
    live = await evidence.auditor.digest(*HALF)
    replay = await evidence.auditor.replay(*HALF, source, attempt=str(time.time_ns()))
    progress = replay.get("progress") or {}
    told = (
        f"{HALF[0]} to {HALF[1]}: {progress.get('events', 0):,} events in {progress.get('seconds', 0)} s, "
        f"{live['intervals']:,} intervals, digest {str(replay.get('digest'))[:12]}…, live {live['digest'][:12]}…"
    )
    passed = replay["state"] == "done" and replay["digest"] == live["digest"] and not live["pending"]
    facts = {"digest": replay.get("digest"), "live": live["digest"], "state": replay["state"]}
    return Check(f"a half-year replayed from {source} gives the live result", passed, told, facts)


async def _as_it_was_known(evidence: Evidence) -> Check:
    """An answer given in November is given again when asked for what was known then, and the difference has a name."""
    known, person = evidence.script.group.calendar.on(ASKED_ON).at, f"person/{evidence.planted.late_leaver}"
    then, again = evidence.kept.get("asked"), dict(await evidence.auditor.standing(ASKED_ABOUT, known))
    today = dict(await evidence.auditor.standing(ASKED_ABOUT))
    reckoned = figures(evidence.script.expected(ASKED_ABOUT, known=known))
    day = ASKED_ABOUT.isoformat()
    gone = await evidence.auditor.exceptions("C09", as_of=day, known_at=known.isoformat()) - (
        await evidence.auditor.exceptions("C09", as_of=day)
    )  # fmt: skip
    passed = then == again == reckoned and today != again and gone == {person}
    why = f"{person} left on {LEFT}, as HR told on {LEFT_TOLD}" if gone else "nothing was told late"
    told = f"{ASKED_ABOUT} as known on {ASKED_ON}: {part(again)}; today: {part(today)}; {why}"
    name = "an old answer stands, and today's differs by one late event"
    return Check(name, passed, told, {"then": then, "again": again, "today": today})


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


QUESTIONS: Final[tuple[Question, ...]] = (
    _replay_from_archive,
    _replay_from_kafka,
    _as_it_was_known,
    _same_bytes,
    _watermarks,
    _nothing_failed,
)
