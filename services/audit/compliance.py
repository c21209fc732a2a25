"""Questions to the live intervals: how do things stand on a day, and as they were known at an instant.

Who was told nothing after the instant stands as live has him; the others are judged anew with what was known then.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.audit import judging
from services.audit.domain.answers import Cell, count
from services.audit.domain.interval import Interval
from services.audit.domain.rulebook import RULES
from services.audit.domain.subjects import SURROUNDINGS
from services.audit.intervals import COLUMNS, interval_of
from shared.law.rule_pack import RulePack
from shared.organisation.access import Scope
from shared.runtime.database import Connection

MOST_REJUDGED: Final = 2_000
"""A question that would judge more subjects anew than this is a replay."""

_LATER: Final = """
WITH later AS (SELECT DISTINCT subject FROM subject_history WHERE known_at > $1)
SELECT subject FROM later WHERE NOT subject ^@ ANY($2::text[])
UNION SELECT d.subject FROM dependency d JOIN later l ON d.asked = l.subject
LIMIT $3
"""
_COVERS: Final = "begins <= $1 AND (ends IS NULL OR ends > $1) AND NOT subject = ANY($2::text[])"
_PLACE: Final = "($3::text IS NULL OR unit = $3 OR company = $3)"
_COUNT: Final = f"""
SELECT rule, mode, company, unit, status, count(*) AS number FROM {{table}} AS i
 WHERE {_COVERS} AND {_PLACE} AND rule = ANY($4::text[]) GROUP BY 1, 2, 3, 4, 5
"""
_EXCEPTIONS: Final = f"""
SELECT {", ".join(COLUMNS)} FROM {{table}} AS i
 WHERE {_COVERS} AND {_PLACE} AND rule = $4 AND status = ANY($5::text[])
   AND ($6 OR unit = ANY($7::text[]) OR company = ANY($8::text[])) AND subject > $9 ORDER BY subject LIMIT $10
"""


@dataclass(frozen=True, slots=True)
class Question:
    """How do things stand at the end of `day`, in a unit, a company or everywhere; judged in a period from `begins`."""

    begins: date
    day: date
    place: str | None = None
    rules: tuple[str, ...] = ()
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an answer is read: in a table of intervals, with some subjects judged anew in their stead."""

    table: str = "interval"
    subjects: list[str] = field(default_factory=list)
    intervals: list[Interval] = field(default_factory=list)


LIVE: Final = Standing()


def standing_of_replay(replay_id: UUID) -> Standing:
    """The result of a replay instead of the live intervals."""
    return Standing(f"(SELECT * FROM replay_interval WHERE replay_id = '{replay_id}')")


class TooMany(Exception):  # noqa: N818 - a question that has become a replay
    """More subjects than a question may judge anew."""


async def rejudge(connection: Connection, question: Question, pack: RulePack) -> Standing:
    """Raises TooMany."""
    if question.known_at is None:
        return LIVE
    later = await connection.fetch(_LATER, question.known_at, list(SURROUNDINGS), MOST_REJUDGED + 1)
    if len(later) > MOST_REJUDGED:
        raise TooMany
    subjects = [row["subject"] for row in later]
    verdicts = await judging.judge(connection, subjects, pack, question.known_at)
    found = [each for folded in verdicts.folded.values() for each in folded.intervals]
    return Standing(
        LIVE.table, subjects, [each for each in found if each.covers(question.day) and _asked_for(each, question)]
    )


def _asked_for(interval: Interval, question: Question) -> bool:
    return interval.rule in question.rules and question.place in {None, interval.unit, interval.company}


async def counts(connection: Connection, question: Question, standing: Standing) -> Counter[Cell]:
    """How many subjects stand how, where."""
    rows = await connection.fetch(
        _COUNT.format(table=standing.table),
        question.day,
        standing.subjects,
        question.place,
        list(question.rules or RULES),
    )
    found = Counter({Cell(*list(row.values())[:5]): int(row["number"]) for row in rows})
    return found + count(standing.intervals)


async def exceptions(
    connection: Connection, question: Question, standing: Standing, scope: Scope, after: str, limit: int
) -> Sequence[Interval]:
    """Who counts and is not good, of those the caller may see, in the order of their ids."""
    rule = RULES[question.rules[0]]
    bad = sorted(rule.counted - rule.good)
    rows = await connection.fetch(
        _EXCEPTIONS.format(table=standing.table),
        question.day,
        standing.subjects,
        question.place,
        rule.id,
        bad,
        scope.group,
        sorted(scope.units),
        sorted(scope.companies),
        after,
        limit,
    )
    anew = (each for each in standing.intervals if each.status in bad and each.subject > after and sees(scope, each))
    return sorted([*map(interval_of, rows), *anew], key=lambda each: each.subject)[:limit]


def sees(scope: Scope, interval: Interval) -> bool:
    return scope.group or interval.unit in scope.units or interval.company in scope.companies
