"""What became of HR's mistakes: doubled, out of order, unreadable, about somebody unknown."""

from typing import Final

from daicho.demo.checks.evidence import Evidence, Question
from daicho.demo.screen import Check
from daicho.demo.script.planted import MOVED


async def _doubled(evidence: Evidence) -> Check:
    """Each service that reacts takes each of HR's events once."""
    readings = await evidence.stack.fetch(
        "training", "SELECT count(*) FROM inbox WHERE subscription = 'reactions' AND source = '/hr'"
    )
    repeats = await evidence.stack.fetch("audit", "SELECT count(*) FROM leaf WHERE duplicate AND topic = 'hr.events'")
    expected, doubled = len(evidence.script.told), evidence.planted.doubled
    told = f"{doubled:,} records sent again, {repeats:,} archived as repeats, {readings:,} of {expected:,} taken once"
    return Check("what HR sent twice happened once", readings == expected and repeats >= doubled > 0, told)


async def _disordered(evidence: Evidence) -> Check:
    """The transfer was told before the hire, and counts all the same: he is introduced to his new place."""
    person = evidence.planted.disordered
    told = [each["event"]["type"] for each in await evidence.listed("audit", "/v1/events", subject=f"person/{person}")]
    courses = await evidence.listed("training", "/v1/assignments", person_id=person)
    moved = [each for each in courses if (each["cause"], each["since"]) == ("TRANSFER", MOVED.isoformat())]
    order = [kind for kind in told if kind in {"hr.EmployeeTransferred.v1", "hr.EmployeeHired.v1"}]
    passed = bool(moved) and order[:2] == ["hr.EmployeeTransferred.v1", "hr.EmployeeHired.v1"]
    how = f"{person} was transferred on {MOVED}; courses for it: {len(moved)}" if order else "nobody"
    return Check("a transfer told before its hire takes effect", passed, how)


async def _parked(evidence: Evidence) -> Check:
    stream, told, passed = evidence.planted.unreadable, [], True
    for service in evidence.stack.urls:
        items = await evidence.listed(service, "/v1/parked")
        passed &= bool(items) and {each["stream"] for each in items} == {stream}
        told.append(f"{service} {items[0]['reason'] if items else 'nothing'}")
    return Check("the record that nobody can read is parked and listed, alone", passed, ", ".join(told))


async def _waiting(evidence: Evidence) -> Check:
    subject = f"person/{evidence.planted.unknown}"
    items = await evidence.listed("training", "/v1/waiting")
    told = ", ".join(f"{each['subject']} ({each['type']})" for each in items)
    return Check("news of somebody unknown waits", [each["subject"] for each in items] == [subject], told or "nothing")


QUESTIONS: Final[tuple[Question, ...]] = (_doubled, _disordered, _parked, _waiting)
