"""What a compliance rule is, and the list of all of them: adding a rule is adding one function."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

import msgspec

from services.audit.domain.context import Context
from services.audit.domain.history import History
from services.audit.domain.interval import FISCAL, ROLLING, Interval, joined
from shared.law.rule_pack import RulePack

S = TypeVar("S")


class Reading(StrEnum):
    """How a rule reads a period."""

    AT_END = "E"
    """The status on the last day."""
    THROUGHOUT = "T"
    """No bad day; on a single day, the status on it."""
    DUE_WITHIN = "D"
    """The duties due in the period, each as it stood at the end of its due day."""
    OCCURRENCES = "N"
    """What began in the period."""


AT_END: Final = Reading.AT_END
THROUGHOUT: Final = Reading.THROUGHOUT
DUE_WITHIN: Final = Reading.DUE_WITHIN
OCCURRENCES: Final = Reading.OCCURRENCES


@dataclass(frozen=True)
class SubjectKind(Generic[S]):
    """What is judged: `name` is the first part of its subjects' ids, `spells` folds one of them."""

    name: str
    spells: Callable[[str, History, Context], S]


Judge = Callable[[S, Context, RulePack], Iterable[Interval]]


@dataclass(frozen=True)
class Rule(Generic[S]):
    """A rule of the compliance table: which statuses count, which of them are good, and how it judges a subject.

    A rule with two readings of "once a year" is there once for each `mode`.
    """

    id: str
    fact: str
    subject: SubjectKind[S]
    counted: frozenset[str]
    good: frozenset[str]
    period: Reading
    judge: Judge[S]
    mode: str = ROLLING

    def intervals(self, spells: S, context: Context, pack: RulePack) -> Iterator[Interval]:
        for interval in joined(self.judge(spells, context, pack)):
            yield msgspec.structs.replace(interval, rule=self.id, mode=self.mode)


RULES: Final[dict[str, Rule[Any]]] = {}
"""Every rule by its id, in the order of declaration; of one with two modes, the first declared."""
JUDGES: Final[dict[tuple[str, str], Rule[Any]]] = {}
"""Every rule in every mode."""


def rule(
    identifier: str,
    *,
    fact: str,
    subject: SubjectKind[S],
    counted: set[str],
    good: set[str],
    period: Reading,
    mode: str = ROLLING,
) -> Callable[[Judge[S]], Judge[S]]:
    """Declare a rule; the function below it yields its intervals."""

    def declare(judge: Judge[S]) -> Judge[S]:
        if (identifier, mode) in JUDGES or not good <= counted:
            raise TypeError(f"rule {identifier} is declared twice, or counts not all that is good")
        declared = Rule(identifier, fact, subject, frozenset(counted), frozenset(good), period, judge, mode)
        JUDGES[identifier, mode] = declared
        RULES.setdefault(identifier, declared)
        return judge

    return declare


def mode_of(identifier: str, asked: str | None, pack: RulePack) -> str:
    """In which mode a rule answers: as asked, else as the pack has it; a rule that has only one mode, in that one."""
    wanted = asked or (pack.text(f"{identifier}.mode") if (identifier, FISCAL) in JUDGES else ROLLING)
    return wanted if (identifier, wanted) in JUDGES else RULES[identifier].mode
