"""Whether everybody was asked, who signed, and whether audit tells it as it was."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from daicho.demo.acts.auditor import ASKED_ABOUT
from daicho.demo.acts.callers import OFFICE
from daicho.demo.checks.evidence import Evidence, Question, figures
from daicho.demo.screen import Check
from daicho.demo.script.moments import DUE, EXTENDED, OPENS, YEAR
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
    there = script.in_post(YEAR.following.start)
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
        answer, expected = await evidence.auditor.standing(day), figures(evidence.script.expected(day))
        facts[day.isoformat()] = {"answer": dict(answer), "expected": expected}
        if answer != expected:
            wrong.append(f"{day}: {answer}, expected {expected}")
    first = f"; {wrong[0]}" if wrong else ""
    told = f"{len(DAYS) - len(wrong)} of {len(DAYS)} days as expected{first}; {_share(facts, DUE)}"
    return Check("who had pledged on given days (C09)", not wrong, told, {"days": facts})


def _share(facts: Mapping[str, Any], day: date) -> str:
    answer = facts[day.isoformat()]["answer"]
    return f"on {day} {answer['num']:,} of {answer['den']:,}, {answer['open']:,} open, {answer['excused']:,} excused"


async def _who(evidence: Evidence) -> Check:
    day = DUE + ONE_DAY
    asked = await evidence.auditor.exceptions("C09", as_of=day.isoformat())
    found, expected = {each.removeprefix("person/") for each in asked}, evidence.script.expected(day).bad
    wrong = sorted(found ^ expected)
    return Check(f"the very people who were overdue on {day}", not wrong, f"{len(found):,} named, {len(wrong)} wrongly")


async def _forged(evidence: Evidence) -> Check:
    attempts = evidence.kept.get("attempts", [])
    told = ", ".join(f"{each['who']} {each['status']}" for each in attempts)
    passed = bool(attempts) and all(each["status"] == each["expected"] for each in attempts)
    return Check("nobody can sign for another", passed, told or "nobody tried")


QUESTIONS: Final[tuple[Question, ...]] = (_everybody_asked, _every_end, _completion, _days, _who, _forged)
