"""Every rule on its edges, told through Kafka and asked over HTTP: of a unit, a company, the group, and of nobody.

Each is asked as of a day, and over a period that ends on it.

The expected figures are counted by hand from what `three_companies` tells.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

import pytest

from daicho.embedded.parts import Parts
from services.audit.domain.rulebook import JUDGES
from services.audit.tests.story import APRIL, DAY
from shared.testing.stack import Templates
from tests.audit.house import House, told_house
from tests.audit.three_companies import (
    BAD,
    FILED_BY,
    GOOD,
    LAST_DAY,
    LEARNT_BY,
    NOBODY,
    PLEDGED_BY,
    REPORTED,
    unit,
    world,
)

pytestmark = pytest.mark.stack
Figures: TypeAlias = tuple[int, int, int]
"""num, den, open."""
NONE: Figures = (0, 0, 0)
SEATS_OF_A_COMPANY = (3, 3, 0)


@dataclass(frozen=True)
class Edge:
    """How the unit that does everything and the one that does nothing stand: the day before, on the day, the day after.

    A rule of what falls due within a period looks at the end of the due day: what is open then is missed. `offices` are
    the good and the bad company's own seats, which belong to no unit.
    """

    rule: str
    day: date
    good: tuple[Figures, Figures, Figures]
    bad: tuple[Figures, Figures, Figures]
    mode: str = "rolling"
    offices: tuple[tuple[Figures, Figures], ...] = ((NONE, NONE),) * 3
    since: date | None = None
    """Where a period is asked about, its first day."""

    @property
    def judge(self) -> tuple[str, str]:
        return self.rule, self.mode

    def __str__(self) -> str:
        return f"{self.rule}-{self.mode}{'-period' if self.since else ''}"

    def asked(self, day: date) -> dict[str, str]:
        until = day.isoformat()
        days = {"from": self.since.isoformat(), "to": until} if self.since else {"as_of": until}
        return {"rule": self.rule, "mode": self.mode, **days}


EDGES = (
    Edge("C01", date(2017, 4, 10), ((3, 3, 0),) * 3, ((3, 3, 0), (3, 3, 0), (2, 3, 0))),
    Edge("C01", date(2017, 3, 31), ((0, 0, 3), (3, 3, 0), (0, 0, 3)), ((0, 0, 3), (0, 3, 0), (0, 0, 3)), "fiscal"),
    Edge("C02", date(2016, 11, 10), ((1, 1, 0),) * 3, ((1, 1, 0), (1, 1, 0), (0, 1, 0))),
    Edge("C02", date(2016, 9, 30), ((0, 0, 1), (1, 1, 0), (1, 1, 1)), ((0, 0, 1), (0, 1, 0), (0, 1, 1)), "fiscal"),
    Edge("C03", LAST_DAY, ((1, 1, 0),) * 3, ((1, 1, 0), (1, 1, 0), (0, 1, 0))),
    Edge("C04", LEARNT_BY, ((2, 2, 0),) * 3, ((0, 0, 2), (0, 0, 2), (0, 2, 0))),
    Edge("C09", PLEDGED_BY, ((2, 2, 0),) * 3, ((0, 0, 2), (0, 0, 2), (0, 2, 0))),
    Edge(
        "C19",
        date(2016, 4, 30),
        ((2, 2, 0),) * 3,
        ((2, 2, 0), (2, 2, 0), (0, 2, 0)),
        offices=(
            (SEATS_OF_A_COMPANY, SEATS_OF_A_COMPANY),
            (SEATS_OF_A_COMPANY, SEATS_OF_A_COMPANY),
            (SEATS_OF_A_COMPANY, (0, 3, 0)),
        ),
    ),
    Edge("C20", REPORTED, (NONE, (1, 1, 0), (1, 1, 0)), (NONE, (0, 0, 1), (0, 1, 0))),
    Edge("C22", FILED_BY, ((0, 0, 1), (1, 1, 0), (1, 1, 0)), ((0, 0, 1), (0, 1, 0), (0, 1, 0))),
    Edge("C23", REPORTED, (NONE, NONE, NONE), (NONE, (1, 1, 0), (1, 1, 0))),
)
OTHERWISE = (
    Edge("C01", date(2017, 4, 10), ((0, 0, 3), (1, 1, 2), (1, 1, 2)), ((0, 0, 3), (1, 1, 2), (0, 1, 2)), since=APRIL),
    Edge(
        "C01",
        date(2017, 3, 31),
        ((0, 0, 3), (3, 3, 0), (3, 3, 3)),
        ((0, 0, 3), (0, 3, 0), (0, 3, 3)),
        "fiscal",
        since=APRIL,
    ),
    Edge("C02", date(2016, 11, 10), ((0, 0, 1), (1, 1, 0), (1, 1, 0)), ((0, 0, 1), (1, 1, 0), (0, 1, 0)), since=APRIL),
    Edge(
        "C19",
        date(2016, 4, 30),
        ((2, 2, 0),) * 3,
        ((0, 0, 2), (2, 2, 0), (0, 2, 0)),
        offices=(
            (SEATS_OF_A_COMPANY, (0, 0, 3)),
            (SEATS_OF_A_COMPANY, SEATS_OF_A_COMPANY),
            (SEATS_OF_A_COMPANY, (0, 3, 0)),
        ),
        since=APRIL,
    ),
)
"""Where the period says something else than its last day.

A rule that asks for all days has not been put to the test before the due day; and what fell due in the fiscal year
before counts beside what is open in the new one.
"""
SINCE_APRIL = (*(replace(edge, since=APRIL) for edge in EDGES), *OTHERWISE)
PERIODS = tuple({edge.judge: edge for edge in SINCE_APRIL}.values())


@pytest.fixture(scope="module")
async def told(parts: Parts, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with told_house(parts, templates, tmp_path_factory.mktemp("audit"), world()) as opened:
        yield opened


def test_no_rule_is_left_out() -> None:
    for edges in (EDGES, PERIODS):
        assert {edge.judge for edge in edges} == set(JUDGES)


@pytest.mark.parametrize("after", [-1, 0, 1], ids=["the-day-before", "the-day", "the-day-after"])
@pytest.mark.parametrize("edge", [*EDGES, *PERIODS], ids=str)
async def test_on_the_edge(told: House, edge: Edge, after: int) -> None:
    good, bad = edge.good[after + 1], edge.bad[after + 1]
    offices_of_good, offices_of_bad = edge.offices[after + 1]
    companies = {GOOD: _sum(good, offices_of_good), BAD: _sum(bad, offices_of_bad), NOBODY: NONE}
    units = {unit(GOOD): good, unit(BAD): bad, unit(NOBODY): NONE}
    expected = {**units, **companies, "group": _sum(*companies.values())}
    day = edge.day + after * DAY
    assert {place: await _figures(told, edge, day, place) for place in expected} == expected


async def _figures(told: House, edge: Edge, day: date, place: str) -> Figures:
    (row,) = (await told.get("P-ASKER", "/v1/compliance", unit=place, **edge.asked(day))).json()["items"]
    assert row["excused"] == 0
    assert (row["value"], row["pass"], row["not_applicable"]) == _said(edge.rule, row["num"], row["den"])
    return row["num"], row["den"], row["open"]


def _said(rule: str, num: int, den: int) -> tuple[float | None, bool | None, bool]:
    """Value, pass, not applicable.

    None is the goal of a count; of a share, all; and who has nothing to do does it neither well nor badly.
    """
    if rule == "C23":
        return num, num == 0, False
    return (num / den, num == den, False) if den else (None, None, True)


def _sum(*figures: Figures) -> Figures:
    num, den, still_open = map(sum, zip(*figures, strict=True))
    return num, den, still_open
