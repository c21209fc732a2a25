"""What a compliance rule is, and the list of all of them: adding a rule is adding one function."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from services.audit.domain.context import Context
from services.audit.domain.history import History
from services.audit.domain.interval import ROLLING, Interval, joined
from shared.law.rule_pack import RulePack

S = TypeVar("S")


class Reading(StrEnum):
    """How a rule reads a period."""

    AT_END = "E"
    """The status on the last day."""


AT_END: Final = Reading.AT_END


@dataclass(frozen=True)
class SubjectKind(Generic[S]):
    """What is judged: `name` is the first part of its subjects' ids, `spells` folds one of them."""

    name: str
    spells: Callable[[str, History, Context], S]


Judge = Callable[[S, Context, RulePack], Iterable[Interval]]


@dataclass(frozen=True)
class Rule(Generic[S]):
    """A rule of the compliance table: which statuses count, which of them are good, and how it judges a subject."""

    id: str
    fact: str
    subject: SubjectKind[S]
    counted: frozenset[str]
    good: frozenset[str]
    period: Reading
    judge: Judge[S]

    def intervals(self, spells: S, context: Context, pack: RulePack) -> Iterator[Interval]:
        for interval in joined(self.judge(spells, context, pack)):
            yield replace(interval, rule=self.id, mode=ROLLING)


RULES: Final[dict[str, Rule[Any]]] = {}
"""Every rule by its id, in the order of declaration."""


def rule(
    identifier: str, *, fact: str, subject: SubjectKind[S], counted: set[str], good: set[str], period: Reading
) -> Callable[[Judge[S]], Judge[S]]:
    """Declare a rule; the function below it yields its intervals."""

    def declare(judge: Judge[S]) -> Judge[S]:
        if identifier in RULES or not good <= counted:
            raise TypeError(f"rule {identifier} is declared twice, or counts not all that is good")
        RULES[identifier] = Rule(identifier, fact, subject, frozenset(counted), frozenset(good), period, judge)
        return judge

    return declare
