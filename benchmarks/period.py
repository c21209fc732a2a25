"""One rule over a fiscal year, for the whole group."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Final

from benchmarks.as_of import Asking
from benchmarks.chronicle import YEARS
from benchmarks.contest import Contest, Contestant
from benchmarks.goals import Within
from benchmarks.place import Place
from benchmarks.told import told
from services.audit.domain.rulebook import RULES

PLEDGES: Final = "training.Pledge%"


@asynccontextmanager
async def contests(place: Place) -> AsyncIterator[tuple[Contest, ...]]:
    """Any rule and any year; the reference is always asked about pledges, of which there are many."""
    asking = Asking(await place.keep(told))
    rules = sorted(RULES)

    async def ask() -> None:
        begins, until = _year(asking)
        await asking.ask(f"from={begins}&to={until}&unit=group&rule={asking.dice.choice(rules)}")

    async def fold() -> None:
        await asking.fold(*_year(asking), "group", PLEDGES)

    yield (
        Contest(
            asking.named("period, the group by a rule"),
            Contestant("GET /v1/compliance", asking.round(ask)),
            (Contestant("SQL over the events", asking.round(fold)),),
            (Within("p95", 0.3),),
        ),
    )


def _year(asking: Asking) -> tuple[date, date]:
    year = asking.dice.choice(YEARS)
    return date(year, 4, 1), date(year + 1, 3, 31)
