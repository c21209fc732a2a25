"""Who takes the yearly course when, and how the group must stand by that on any day. Plain Python, no service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from daicho.demo.script.chance import chance
from daicho.demo.script.group import Group
from daicho.demo.script.moments import YEAR, Moment
from daicho.demo.script.news import Told
from daicho.demo.script.people import Standing, standing
from daicho.demo.script.pledging import Count, due_by

OPENS: Final = date(2016, 6, 1)
DUE: Final = date(2016, 7, 31)
NEVER: Final = 0.02
"""Of those who are to take it, the part that never does."""


@dataclass(frozen=True)
class Studying:
    """`taken`: who completes the course at which moment."""

    taken: Mapping[str, Moment]

    def at(self, moment: Moment) -> list[str]:
        return [person for person, when in self.taken.items() if when == moment]


def plan_studying(group: Group, lives: Mapping[str, Sequence[Told]]) -> Studying:
    luck, taking = chance(group.seed, "studying"), [each for each in group.calendar.daytime if each.day > OPENS]
    taken: dict[str, Moment] = {}
    for person in sorted(lives):
        mood, pace = luck.random(), int(luck.triangular(0, 6, 1))
        there = [moment for moment in taking if _eligible(group, standing(lives[person], moment.day, moment.at))]
        if mood >= NEVER and len(there) > pace:
            taken[person] = there[pace]
    return Studying(taken)


def _eligible(group: Group, state: Standing) -> bool:
    """In post of a company at home, and not away; suppliers' workers have a test of their own."""
    company = group.company.get(state.company_id or "")
    return state.in_post and not state.away and not state.supplier and company is not None and company.domestic


def expected_study(group: Group, lives: Mapping[str, Sequence[Told]], studying: Studying, day: date) -> Count:
    """How the yearly course stands at the end of a day in Japan, by all that was ever told."""
    count = Count()
    for person, life in lives.items() if OPENS <= day <= YEAR.end else ():
        state = standing(life, day)
        company = group.company.get(state.company_id or "")
        if state.in_post and not state.supplier and company is not None and company.domestic:
            taken = studying.taken.get(person)
            done = taken is not None and taken.day <= day
            _place(count, state, taken=done, away=_away_all_along(life, state, day), day=day).add(person)
    return count


def _away_all_along(life: Sequence[Told], state: Standing, day: date) -> bool:
    """On leave on every day of the window so far: only then is he excused."""
    begins = max(OPENS, state.since or OPENS)
    return state.away and standing(life, begins).away and not (state.back and begins < state.back <= day)


def _place(count: Count, state: Standing, *, taken: bool, away: bool, day: date) -> set[str]:
    if taken:
        return count.good
    if away:
        return count.excused
    return count.bad if due(state) < day else count.open


def due(state: Standing) -> date:
    """Whoever was there when the course opened has until its due day; later ones and those back have thirty days."""
    return due_by(DUE, OPENS, state.since or date.min, state.back)
