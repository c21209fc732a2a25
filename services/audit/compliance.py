"""Questions to the live intervals: how do things stand on a day, and as they were known at an instant.

Who was told nothing after the instant stands as live has him; the others are judged anew with what was known then.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.audit import judging
from services.audit.domain.interval import Interval
from services.audit.domain.readings import GROUP, Cell, Level, Period, Verdict, tally, verdict_of, verdicts
from services.audit.domain.rulebook import JUDGES, RULES, mode_of
from services.audit.domain.subjects import SURROUNDINGS
from services.audit.intervals import COLUMNS, cell_of, interval_of
from services.audit.locks import fetch_patiently
from shared.law.rule_pack import RulePack, rule_pack
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
_READ: Final = """
SELECT i.*, CASE
         WHEN s.reading = 'T' AND $7 AND s.verdict = 2 AND i.due > $2 THEN 1
         WHEN s.reading = 'D' AND i.due > $2 THEN least(s.verdict, 1)
         WHEN s.reading = 'D' AND s.verdict = 1 THEN 3
         ELSE s.verdict END AS verdict
  FROM {table} AS i
  JOIN unnest($8::text[], $9::text[], $10::text[], $11::text[], $12::int[]) AS s (rule, mode, reading, status, verdict)
    ON (i.rule, i.mode, i.status) = (s.rule, s.mode, s.status)
 WHERE NOT split_part(i.subject, '#', 1) = ANY($3::text[]) AND i.rule = ANY($6::text[])
   AND ($4::text IS NULL OR i.unit = $4 OR i.company = $4) AND ($5::text IS NULL OR i.mode = $5)
   AND CASE
         WHEN s.reading = 'N' THEN i.begins BETWEEN $1 AND $2
         WHEN s.reading = 'T' AND $7 THEN i.begins <= $2 AND (i.ends IS NULL OR i.ends > $1)
         WHEN s.reading = 'D' AND i.due <= $2
         THEN i.due >= $1 AND i.begins <= i.due AND (i.ends IS NULL OR i.ends > i.due)
         WHEN s.reading = 'D' AND i.due IS NULL THEN false
         ELSE i.begins <= $2 AND (i.ends IS NULL OR i.ends > $2) END
"""
"""`readings.verdict_of` in SQL: 0 excused, 1 open, 2 good, 3 bad."""
_COUNT: Final = f"""
WITH read AS ({_READ}), stood AS (
  SELECT rule, mode, company, unit, grouping(company, unit) AS level, max(verdict) AS verdict FROM read
   GROUP BY GROUPING SETS ((rule, mode, subject), (rule, mode, subject, company), (rule, mode, subject, unit)))
SELECT rule, mode, level, coalesce(company, unit) AS place, verdict, count(*) AS number FROM stood
 GROUP BY 1, 2, 3, 4, 5
"""
_TURNED: Final = """
SELECT rule, mode, level, place, verdict, sum(change) AS number FROM turn
 WHERE day <= $1 AND rule = ANY($2::text[]) AND ($3::text IS NULL OR place = $3)
 GROUP BY 1, 2, 3, 4, 5 HAVING sum(change) <> 0
"""
_LEVELS: Final = {0b11: Level.GROUP, 0b01: Level.COMPANY, 0b10: Level.UNIT}
"""By which of company and unit are summed over."""
_EXCEPTIONS: Final = f"""
WITH read AS ({_READ})
SELECT DISTINCT ON (subject) {", ".join(COLUMNS)} FROM read
 WHERE verdict = 3 AND ($13 OR unit = ANY($14::text[]) OR company = ANY($15::text[])) AND subject > $16
 ORDER BY subject, begins LIMIT $17
"""


@dataclass(frozen=True, slots=True)
class Question:
    """How do things stand in a period, in a unit, a company or everywhere; `mode` None is as the rule pack has it."""

    period: Period
    place: str | None = None
    rules: tuple[str, ...] = ()
    known_at: datetime | None = None
    mode: str | None = None

    @property
    def within(self) -> str | None:
        """Where intervals are looked for; the group is no place of theirs."""
        return None if self.place == GROUP else self.place


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
    later = await fetch_patiently(connection, _LATER, question.known_at, list(SURROUNDINGS), MOST_REJUDGED + 1)
    if len(later) > MOST_REJUDGED:
        raise TooMany
    subjects = [row["subject"] for row in later]
    verdicts = await judging.judge(connection, subjects, pack, question.known_at)
    found = [each for folded in verdicts.folded.values() for each in folded.intervals]
    return Standing(LIVE.table, subjects, [each for each in found if _asked_for(each, question)])


def _asked_for(interval: Interval, question: Question) -> bool:
    return interval.rule in question.rules and question.within in {None, interval.unit, interval.company}


async def counts(connection: Connection, question: Question, standing: Standing) -> Counter[Cell]:
    """How many subjects stand how, where; of one place at least its own row."""
    if standing == LIVE and question.period == Period.as_of(question.period.day):
        return await _turned(connection, question)
    rows = await fetch_patiently(connection, _COUNT.format(table=standing.table), *_values(question, standing, None))
    found = Counter({_cell(row): int(row["number"]) for row in rows if row["place"] != ""})
    return found + tally(standing.intervals, question.period)


async def _turned(connection: Connection, question: Question) -> Counter[Cell]:
    """The turns up to the day: as fast however long the log is."""
    rows = await connection.fetch(_TURNED, question.period.day, list(question.rules or RULES), question.place)
    return Counter({cell_of(row): int(row["number"]) for row in rows})


def _cell(row: Any) -> Cell:
    level = _LEVELS[row["level"]]
    place = GROUP if level is Level.GROUP else row["place"]
    return Cell(row["rule"], row["mode"], level, place, Verdict(row["verdict"]))


def _values(question: Question, standing: Standing, mode: str | None) -> tuple[Any, ...]:
    """The first parameters of every question: what `_READ` asks for."""
    said = [
        (rule.id, rule.mode, rule.period.value, status, int(verdict))
        for rule in JUDGES.values()
        for status, verdict in verdicts(rule).items()
    ]
    period = question.period
    rules = list(question.rules or RULES)
    asked = (period.begins, period.day, standing.subjects, question.within, mode, rules, period.whole)
    return (*asked, *([line[place] for line in said] for place in range(5)))


async def exceptions(
    connection: Connection, question: Question, standing: Standing, scope: Scope, after: str, limit: int
) -> Sequence[Interval]:
    """Who counts and is not good, of those the caller may see: each once, since its first bad day, ordered by id."""
    mode = mode_of(question.rules[0], question.mode, rule_pack())
    rows = await fetch_patiently(
        connection,
        _EXCEPTIONS.format(table=standing.table),
        *_values(question, standing, mode),
        scope.group,
        sorted(scope.units),
        sorted(scope.companies),
        after,
        limit,
    )
    anew = _bad(standing.intervals, question.period, mode)
    seen = (each for each in anew if each.subject > after and sees(scope, each))
    return sorted([*map(interval_of, rows), *seen], key=lambda each: each.subject)[:limit]


def _bad(intervals: Iterable[Interval], period: Period, mode: str) -> Iterable[Interval]:
    """The first bad stretch of each subject."""
    first: dict[str, Interval] = {}
    for each in sorted(intervals, key=lambda interval: interval.begins):
        if each.mode == mode and verdict_of(each, period) is Verdict.BAD:
            first.setdefault(each.subject, each)
    return first.values()


def sees(scope: Scope, interval: Interval) -> bool:
    return scope.group or interval.unit in scope.units or interval.company in scope.companies
