"""From intervals to the rows of the compliance table: counted by status, summed by unit, company and group. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any, TypeAlias

from services.audit.domain.interval import EXCUSED, OPEN, ROLLING, Interval
from services.audit.domain.rulebook import RULES, Rule
from shared.law.parameters import Pass, Threshold
from shared.law.rule_pack import RulePack

GROUP = "group"
"""What the row of the whole group has for its unit."""


class Level(IntEnum):
    """What a row sums up, in the order of a list."""

    GROUP = 0
    COMPANY = 1
    UNIT = 2


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """Subjects of one rule that stand alike in one place."""

    rule: str
    mode: str
    company: str
    unit: str
    status: str


Counts: TypeAlias = Mapping[Cell, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """`num` of `den` subjects are good; `passed` is None where there is nothing to say, as with `den` = 0."""

    rule: str
    level: Level
    unit: str
    mode: str
    num: int
    den: int
    open: int
    excused: int
    threshold: float | None
    passed: bool | None

    @property
    def value(self) -> float | None:
        return self.num / self.den if self.den else None

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "rule": self.rule,
            "level": self.level.name.lower(),
            "unit": self.unit,
            "num": self.num,
            "den": self.den,
            "value": self.value,
            "threshold": self.threshold,
            "pass": self.passed,
            "open": self.open,
            "excused": self.excused,
            "not_applicable": self.den == 0,
            "mode": self.mode,
        }

    @property
    def key(self) -> tuple[str, int, str, str]:
        """The order of a list, and the place in it."""
        return (self.rule, self.level.value, self.unit, self.mode)


def count(intervals: Iterable[Interval]) -> Counter[Cell]:
    """One for each interval: of those that cover a day, one for each subject."""
    return Counter(Cell(each.rule, each.mode, each.company, each.unit, each.status) for each in intervals)


def answers(counts: Counts, rules: Iterable[str], pack: RulePack, day: date) -> list[Answer]:
    """Every row there is something to say in, and for each rule the group's row also where there is nothing."""
    found = [_answer(RULES[rule], Level.GROUP, GROUP, _of(counts, rule), pack, day) for rule in rules]
    for rule in rules:
        cells = _of(counts, rule)
        for level, place in ((Level.COMPANY, "company"), (Level.UNIT, "unit")):
            names = sorted({getattr(cell, place) for cell in cells})
            found += (_answer(RULES[rule], level, name, _in(cells, place, name), pack, day) for name in names)
    return sorted(found, key=lambda answer: answer.key)


def answer_for(level: Level, name: str, counts: Counts, rule: str, pack: RulePack, day: date) -> Answer:
    """The row of one place."""
    cells = _of(counts, rule)
    return _answer(
        RULES[rule], level, name, cells if level is Level.GROUP else _in(cells, _PLACES[level], name), pack, day
    )


_PLACES = {Level.COMPANY: "company", Level.UNIT: "unit"}


def _of(counts: Counts, rule: str) -> Counts:
    return {cell: number for cell, number in counts.items() if cell.rule == rule}


def _in(counts: Counts, place: str, name: str) -> Counts:
    return {cell: number for cell, number in counts.items() if getattr(cell, place) == name}


def _answer(rule: Rule[Any], level: Level, unit: str, counts: Counts, pack: RulePack, day: date) -> Answer:
    threshold = pack.threshold(rule.id, day)
    num, den = _sum(counts, rule.good), _sum(counts, rule.counted)
    return Answer(
        rule=rule.id,
        level=level,
        unit=unit,
        mode=ROLLING,
        num=num,
        den=den,
        open=_sum(counts, frozenset({OPEN})),
        excused=_sum(counts, frozenset({EXCUSED})),
        threshold=_bound(threshold),
        passed=threshold.met(num, den),
    )


def _sum(counts: Counts, statuses: frozenset[str]) -> int:
    return sum(number for cell, number in counts.items() if cell.status in statuses)


def _bound(threshold: Threshold) -> float | None:
    """A share as a number between 0 and 1."""
    match threshold.kind:
        case Pass.SHARE_AT_LEAST:
            return threshold.bound / 100
        case Pass.COUNT_AT_MOST:
            return float(threshold.bound)
        case Pass.REPORT_ONLY:
            return None
