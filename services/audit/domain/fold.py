"""From a subject's history to what every rule says of it. The one way there: live, as of, and in every replay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.audit.domain.context import Context, Surroundings
from services.audit.domain.history import History
from services.audit.domain.interval import Interval, result_order
from services.audit.domain.rulebook import Rule
from services.audit.rules import JUDGES
from shared.law.rule_pack import RulePack


@dataclass(frozen=True, slots=True)
class Folded:
    """What was found of one subject, and whom it asked about."""

    intervals: tuple[Interval, ...]
    asked: frozenset[str]


def fold(
    subject: str,
    history: History,
    surroundings: Surroundings,
    pack: RulePack,
    rules: Mapping[tuple[str, str], Rule[Any]] = JUDGES,
) -> Folded:
    context = Context(surroundings)
    found: list[Interval] = []
    if judges := _of_kind(subject.partition("/")[0], rules.values()):
        spells = judges[0].subject.spells(subject, history, context)
        found = [interval for each in judges for interval in each.intervals(spells, context, pack)]
    return Folded(tuple(sorted(found, key=result_order)), frozenset(context.asked))


def _of_kind(kind: str, rules: Iterable[Rule[Any]]) -> list[Rule[Any]]:
    """They all read the same spells: there is one fold for each kind of subject."""
    return [each for each in rules if each.subject.name == kind]
