"""The parameters of a question about compliance, and the places it may name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Query
from pydantic import AwareDatetime

from services.audit.api.asking import Asker, Asking
from services.audit.compliance import Question
from services.audit.domain.answers import Answer
from services.audit.domain.readings import GROUP, Level, Period
from services.audit.domain.rulebook import RULES
from shared.organisation.access import Scope
from shared.runtime.database import Connection
from shared.runtime.http.problems import Problem

AsOf = Annotated[date | None, Query(description="The end of this day in Japan; today if no day is named.")]
From = Annotated[date | None, Query(alias="from", description="First day of a period, inclusive.")]
Until = Annotated[date | None, Query(alias="to", description="Last day of a period, inclusive.")]
KnownAt = Annotated[AwareDatetime | None, Query(description="As the log knew it at this instant (RFC 3339).")]
Place = Annotated[str | None, Query(alias="unit", max_length=64, description="A unit, a company, or `group`.")]
RuleId = Annotated[str | None, Query(alias="rule", max_length=8, description="One rule of the table.")]
Mode = Annotated[
    Literal["rolling", "fiscal"] | None,
    Query(description="Which reading of a yearly duty; rules with only one answer with that. Else the rule pack's."),
]


async def days(asker: Asking, as_of: AsOf = None, begins: From = None, until: Until = None) -> Period:
    """One day, with its fiscal year up to it; or a whole period. Raises Problem 422."""
    if (begins is None) != (until is None) or (begins and as_of) or (begins and until and begins > until):
        raise Problem("period-reversed")
    day = until or as_of or asker.today
    asker.not_in_the_future(day)
    return Period(begins, day, whole=True) if begins else Period.as_of(day)


async def question(
    asker: Asking,
    asked: Annotated[Period, Depends(days)],
    known_at: KnownAt = None,
    place: Place = None,
    mode: Mode = None,
) -> Question:
    """A question about all rules. Raises Problem 422."""
    asker.not_in_the_future(instant=known_at)
    return Question(asked, place, tuple(RULES), known_at, mode)


async def question_of_rule(asked: Annotated[Question, Depends(question)], rule: RuleId = None) -> Question:
    """A question about one rule, or all. Raises Problem 422."""
    return replace(asked, rules=(known_rule(rule),)) if rule else asked


def known_rule(rule: str) -> str:
    """Raises Problem 422."""
    if rule not in RULES:
        raise Problem("unknown-rule", f"there are: {', '.join(sorted(RULES))}")
    return rule


Asked = Annotated[Question, Depends(question)]
AskedOfRule = Annotated[Question, Depends(question_of_rule)]


@dataclass(frozen=True, slots=True)
class Places:
    """The units and companies that exist, and whose units they are."""

    companies: frozenset[str]
    company_of: Mapping[str, str | None]

    @classmethod
    async def load(cls, connection: Connection) -> "Places":
        rows = await connection.fetch("SELECT subject, company_id FROM organisation WHERE kind IN ('unit', 'company')")
        kinds = [(*row["subject"].split("/", 1), row["company_id"]) for row in rows]
        return cls(
            frozenset(name for kind, name, _ in kinds if kind == "company"),
            {name: company for kind, name, company in kinds if kind == "unit"},
        )

    def level(self, name: str | None) -> Level | None:
        """What a name of a place is. Raises Problem 422 for a name nobody told of."""
        if name is None:
            return None
        if name == GROUP:
            return Level.GROUP
        if name in self.companies:
            return Level.COMPANY
        if name not in self.company_of:
            raise Problem("unknown-unit")
        return Level.UNIT

    def sees(self, scope: Scope, level: Level, name: str) -> bool:
        """Whether a scope reaches the row of a place."""
        if scope.group or level is Level.GROUP:
            return scope.group
        if level is Level.COMPANY:
            return name in scope.companies
        return name in scope.units or self.company_of.get(name) in scope.companies

    def visible(self, scope: Scope, rows: Iterable[Answer]) -> list[Answer]:
        return [row for row in rows if self.sees(scope, row.level, row.unit)]


async def place_of(connection: Connection, asker: Asker, action: str, name: str | None) -> tuple[Places, Scope]:
    """Raises Problem: 403 for who may read nothing, 422 for an unknown place, 404 for one the caller may not see."""
    scope = await asker.scope(connection, action)
    places = await Places.load(connection)
    level = places.level(name)
    if level is not None and name is not None and not places.sees(scope, level, name):
        raise Problem("not-found", "there is nothing here that you may see")
    return places, scope
