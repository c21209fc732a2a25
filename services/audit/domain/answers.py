"""From counted subjects to the rows of the compliance table, for units, companies and the group. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from services.audit.domain.readings import GROUP, Cell, Level, Verdict
from services.audit.domain.rulebook import JUDGES, Rule, mode_of
from shared.law.parameters import Pass, Threshold
from shared.law.rule_pack import RulePack

Counts: TypeAlias = Mapping[Cell, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """`num` of `den` subjects are good; `passed` is None where there is nothing to say, as with `den` = 0.

    Of a rule that counts, `num`, `den` and `value` are all the number of what counted: none is an answer too.
    """

    rule: str
    level: Level
    unit: str
    mode: str
    num: int
    den: int
    value: float | None
    open: int
    excused: int
    threshold: float | None
    passed: bool | None

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
            "not_applicable": self.value is None,
            "mode": self.mode,
        }

    @property
    def key(self) -> tuple[str, int, str, str]:
        """The order of a list, and the place in it."""
        return (self.rule, self.level.value, self.unit, self.mode)


def answers(counts: Counts, rules: Iterable[str], pack: RulePack, day: date, mode: str | None = None) -> list[Answer]:
    """Every row there is something to say in, and for each rule the group's row also where there is nothing."""
    found = []
    for rule in rules:
        wanted = mode_of(rule, mode, pack)
        places = {(cell.level, cell.place) for cell in counts if (cell.rule, cell.mode) == (rule, wanted)}
        for level, place in {(Level.GROUP, GROUP), *places}:
            found.append(answer_for((level, place), counts, JUDGES[rule, wanted], pack.threshold(rule, day)))
    return sorted(found, key=lambda answer: answer.key)


def answer_for(place: tuple[Level, str], counts: Counts, rule: Rule[Any], threshold: Threshold) -> Answer:
    """The row of one place."""
    good, bad, still_open, excused = (
        counts.get(Cell(rule.id, rule.mode, *place, verdict), 0)
        for verdict in (Verdict.GOOD, Verdict.BAD, Verdict.OPEN, Verdict.EXCUSED)
    )
    num, den, value = _figures(good, good + bad, threshold)
    return Answer(
        rule=rule.id,
        level=place[0],
        unit=place[1],
        mode=rule.mode,
        num=num,
        den=den,
        value=value,
        open=still_open,
        excused=excused,
        threshold=_bound(threshold),
        passed=threshold.met(num, den),
    )


def _figures(good: int, counted: int, threshold: Threshold) -> tuple[int, int, float | None]:
    """A share of those who count; or, where the rule counts, their number."""
    if threshold.kind is Pass.COUNT_AT_MOST:
        return counted, counted, float(counted)
    return good, counted, good / counted if counted else None


def _bound(threshold: Threshold) -> float | None:
    """A share as a number between 0 and 1."""
    match threshold.kind:
        case Pass.SHARE_AT_LEAST:
            return threshold.bound / 100
        case Pass.COUNT_AT_MOST:
            return float(threshold.bound)
        case Pass.REPORT_ONLY:
            return None
