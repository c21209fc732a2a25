"""Who is asked to pledge, who signs when, and how the group must stand by that on any day. Plain Python, no service."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from daicho.demo.script.chance import chance
from daicho.demo.script.group import Group
from daicho.demo.script.moments import DUE, EXTENDED, OPENS, YEAR, Moment
from daicho.demo.script.news import Told
from daicho.demo.script.people import Standing, standing
from daicho.personas import PERSONAS

TARGETS: Final[Mapping[str, date]] = {"SG": OPENS, "TH": OPENS, "IN": EXTENDED}
"""The countries whose subsidiaries pledge too, each from a day on (F19)."""

GRACE: Final = timedelta(days=30)
NEVER: Final = 0.03
LATE: Final = 0.07
"""Of those asked, the part that never signs, and the part that does not sign in the first weeks or never."""


@dataclass(frozen=True)
class Pledging:
    """`asked`: by whom a pledge is awaited since which moment; `signed`: at which moment it was given."""

    asked: Mapping[str, Moment]
    signed: Mapping[str, Moment]


@dataclass
class Count:
    """A compliance answer, as far as the generator can know it; the names behind each number beside it."""

    good: set[str] = field(default_factory=set)
    bad: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)
    excused: set[str] = field(default_factory=set)

    @property
    def num(self) -> int:
        return len(self.good)

    @property
    def den(self) -> int:
        return len(self.good) + len(self.bad)


def plan_pledging(group: Group, lives: Mapping[str, Sequence[Told]], never: frozenset[str]) -> Pledging:
    """`never` are people who do not sign whatever happens; the personas sign on the first day."""
    luck = chance(group.seed, "signing")
    personas = {persona.person_id for persona in PERSONAS.values()}
    asked: dict[str, Moment] = {}
    signed: dict[str, Moment] = {}
    for person in sorted(lives):
        first = _asked(group, lives[person])
        if first is not None:
            asked[person] = first
            when = _signs(luck, group, lives[person], first, prompt=person in personas)
            if when is not None and person not in never:
                signed[person] = when
    return Pledging(asked, signed)


def in_scope(group: Group, state: Standing, day: date) -> bool:
    company = group.company.get(state.company_id or "")
    return company is not None and (company.domestic or TARGETS.get(company.country, date.max) <= day)


def _asked(group: Group, life: Sequence[Told]) -> Moment | None:
    """The first moment at which the services can know that he is in post and in scope."""
    for moment in _asking(group):
        state = standing(life, moment.day, moment.at)
        if state.in_post and in_scope(group, state, moment.day):
            return moment
    return None


def _asking(group: Group) -> Iterator[Moment]:
    return (moment for moment in group.calendar.moments if moment.day >= OPENS)


def _signs(luck: Random, group: Group, life: Sequence[Told], asked: Moment, *, prompt: bool) -> Moment | None:
    """Around the drawn moment, the first one at which he is there; None if there is none, or he never signs."""
    mood, pace = luck.random(), int(luck.triangular(0, 10, 2))
    if mood < NEVER and not prompt:
        return None
    wait = 0 if prompt else pace if mood > LATE else 11 + luck.randrange(8)
    later = [moment for moment in group.calendar.daytime if moment.at >= asked.at][
        wait if asked.day <= OPENS else wait // 3 :
    ]
    return next((moment for moment in later if _there(life, moment)), None)


def _there(life: Sequence[Told], moment: Moment) -> bool:
    state = standing(life, moment.day, moment.at)
    return state.in_post and not state.away


def expected(
    group: Group,
    lives: Mapping[str, Sequence[Told]],
    pledging: Pledging,
    day: date,
    *,
    known: datetime | None = None,
    suppliers: bool = False,
) -> Count:
    """How the pledges stand at the end of a day in Japan, by what was known at an instant."""
    count = Count()
    if day < OPENS or day > YEAR.end:
        return count
    for person, life in lives.items():
        state = standing(life, day, known)
        if state.in_post and state.supplier is suppliers and in_scope(group, state, day):
            signed = pledging.signed.get(person)
            has = signed is not None and signed.day <= day and (known is None or signed.at <= known)
            _place(count, group, state, has_signed=has, day=day).add(person)
    return count


def _place(count: Count, group: Group, state: Standing, *, has_signed: bool, day: date) -> set[str]:
    if state.away:
        return count.excused
    if has_signed:
        return count.good
    return count.bad if due(group, state) < day else count.open


def due(group: Group, state: Standing) -> date:
    """Whoever was there when the campaign opened has until its due day; later ones and those back have thirty days."""
    return due_by(DUE, OPENS, _since(group, state), state.back)


def due_by(due_day: date, opens: date, since: date, back: date | None) -> date:
    """Of what everybody is asked from `opens` on: for who is there `since` a day, and `back` from leave on another."""
    first = due_day if since <= opens else max(due_day, since + GRACE)
    return min(max(first, back + GRACE) if back else first, YEAR.end)


def _since(group: Group, state: Standing) -> date:
    company = group.company[state.company_id or ""]
    target = date.min if company.domestic else TARGETS.get(company.country, date.max)
    return max(state.since or date.min, target)
