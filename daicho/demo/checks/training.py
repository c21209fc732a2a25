"""Whether the year's course reached everybody, and newcomers were introduced with a handbook."""

from datetime import date, timedelta
from typing import Final

from daicho.demo.checks.evidence import Evidence, Question, figures
from daicho.demo.screen import Check
from daicho.demo.script.moments import YEAR
from daicho.demo.script.studying import DUE, OPENS, expected_study
from shared.law.calendar import ONE_DAY

DAYS: Final = (OPENS, date(2016, 6, 30), DUE, DUE + ONE_DAY, date(2016, 10, 31), YEAR.end)
WITHIN: Final = timedelta(days=30)


async def _year(evidence: Evidence) -> Check:
    """How the group stood on given evenings, and who was missing on the last one (F13)."""
    script, wrong = evidence.script, []
    for day in DAYS:
        answer = await evidence.auditor.standing(day, rule="C04")
        reckoned = figures(expected_study(script.group, script.lives, script.studying, day))
        if answer != reckoned:
            wrong.append(f"{day}: {answer}, expected {reckoned}")
    missing = expected_study(script.group, script.lives, script.studying, YEAR.end).bad
    named = await evidence.auditor.exceptions("C04", as_of=YEAR.end.isoformat())
    found = {each.removeprefix("person/").partition("#")[0] for each in named}
    first = f"; {wrong[0]}" if wrong else ""
    right = f"{len(DAYS) - len(wrong)} of {len(DAYS)} days as expected"
    told = f"{answer['num']:,} of {answer['den']:,} at the end, {len(found)} missing by name; {right}"
    refused = f"; {evidence.refused[0]}" if evidence.refused else ""
    return Check("who took the year's course (C04)", not wrong and found == missing, f"{told}{first}{refused}")


async def _introduced(evidence: Evidence) -> Check:
    """Hires and transfers are introduced within thirty days of being known, each with the handbook in hand (F16)."""
    courses = [
        each
        for course in ("WELCOME", "NEW-PLACE")
        for each in await evidence.listed("training", "/v1/assignments", course_id=course)
        if each["state"] != "withdrawn"
    ]
    late = [each["person_id"] for each in courses if each["state"] != "completed" and each["due_date"] <= f"{YEAR.end}"]
    handed = await evidence.stack.fetch(
        "audit", "SELECT count(DISTINCT key) FROM leaf WHERE type = 'training.HandbookDistributed.v1'"
    )
    people = len({each["person_id"] for each in courses})
    said = f"{len(courses):,} introductions of {people:,} people, {len(late)} not completed"
    told = f"{said}; {handed:,} handed the handbook"
    return Check("newcomers are introduced, with a handbook", bool(courses) and not late and handed >= people, told)


QUESTIONS: Final[tuple[Question, ...]] = (_year, _introduced)
