"""How things stand on any day, by all rules: in a unit, in a company, in the group, and in every unit by every rule."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from benchmarks.chronicle import COMPANIES, FIRST, LAST, UNITS
from benchmarks.contest import Contest, Contestant, timed
from benchmarks.goals import Within
from benchmarks.place import Place, get
from benchmarks.told import Told, told
from services.audit.compliance import LIVE, Question, counts
from services.audit.domain.answers import answers
from services.audit.domain.readings import Period
from services.audit.domain.rulebook import RULES
from shared.law.fiscal_year import fiscal_year_of
from shared.law.rule_pack import rule_pack
from shared.runtime.database import borrow

ASKED: Final = 10
"""Questions in a round."""
PLAIN: Final = """
WITH stood AS (
  SELECT DISTINCT ON (stream) stream, owner, type FROM told
   WHERE day <= $1 AND day >= $2 AND type LIKE $4 ORDER BY stream, day DESC, position DESC),
placed AS (
  SELECT DISTINCT ON (stream) stream, unit, company FROM told
   WHERE day <= $1 AND unit IS NOT NULL ORDER BY stream, day DESC, position DESC)
SELECT p.company, p.unit, s.type, count(*) FROM stood s JOIN placed p ON p.stream = s.owner
 WHERE $3::text IS NULL OR p.unit = $3 OR p.company = $3 GROUP BY 1, 2, 3
"""
"""The last event of each stream, counted where its owner was then: no rule, no due day, no reason."""


@asynccontextmanager
async def contests(place: Place) -> AsyncIterator[tuple[Contest, ...]]:
    asking = Asking(await place.keep(told))
    yield (
        _contest(asking, "a unit", 0.1, UNITS),
        _contest(asking, "a company", 0.1, COMPANIES),
        _contest(asking, "the group", 0.1, ("group",)),
        Contest(
            asking.named("as-of, every unit by every rule"),
            Contestant("all rows", asking.round(asking.everything)),
            (asking.plainly("group"),),
            (Within("p95", 0.5),),
        ),
    )


def _contest(asking: "Asking", where: str, within: float, places: tuple[str, ...]) -> Contest:
    async def ask() -> None:
        await asking.ask(f"as_of={asking.day()}&unit={asking.dice.choice(places)}")

    reference = asking.plainly(*places)
    path = asking.named(f"as-of, {where}")
    return Contest(path, Contestant("GET /v1/compliance", asking.round(ask)), (reference,), (Within("p95", within),))


@dataclass
class Asking:
    """Who may see everything, and asks about days that nobody could have foreseen."""

    told: Told
    dice: random.Random = field(default_factory=lambda: random.Random(11))

    def named(self, path: str) -> str:
        return f"{path} ({self.told.events:,} events)"

    def day(self) -> date:
        return FIRST + timedelta(days=self.dice.randrange((LAST - FIRST).days))

    def round(self, once: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[list[float]]]:
        return lambda: timed(once, ASKED)

    async def ask(self, query: str) -> None:
        office = self.told.office
        await get(office.app, f"/v1/compliance?{query}", {"authorization": f"Bearer {self.told.token}"})

    async def everything(self) -> None:
        """A page of the list has 200 rows; this is all of them."""
        day, rules = self.day(), tuple(RULES)
        period = Period(fiscal_year_of(day).start, day)
        async with borrow(self.told.office.running.pool) as connection:
            found = await counts(connection, Question(period, None, rules), LIVE)
        answers(found, rules, rule_pack(), day)

    def plainly(self, *places: str) -> Contestant:
        """The same question to the plain table."""

        async def ask() -> None:
            where = self.dice.choice(places)
            await self.fold(FIRST, self.day(), where)

        return Contestant("SQL over the events", self.round(ask))

    async def fold(self, begins: date, day: date, where: str, types: str = "%") -> None:
        await self.told.plain.fetch(PLAIN, day, begins, None if where == "group" else where, types)
