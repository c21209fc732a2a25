"""What training's lists read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from fastapi import Query

from services.training.api.shapes import State
from services.training.views.campaigns import CAMPAIGNS, CampaignRow
from services.training.views.pledges import PLEDGES, PledgeRow
from shared.events.base import Identifier
from shared.events.training import FiscalYearLabel
from shared.organisation.access import Scope
from shared.organisation.directory import Directory, resource_of_person
from shared.runtime.database import Connection
from shared.runtime.http.cursor import PageRequest

# A supplier's worker is of the company of his unit, and who changes company next month is still of this one: so the
# units of a company find whom its name alone does not.
_PLEDGES: Final = """
SELECT p.* FROM pledges p
 WHERE p.pledge_id > $1
   AND ($2::text IS NULL OR p.person_id = $2) AND ($3::text IS NULL OR p.state = $3) AND ($4::text IS NULL OR p.fy = $4)
   AND ($5 OR p.person_id = ANY($6::text[]) OR EXISTS (
     SELECT FROM organisation o WHERE o.subject = 'person/' || p.person_id
        AND (o.company_id = ANY($8::text[]) OR o.units ?| ARRAY(
          SELECT unnest($7::text[]) UNION
          SELECT substr(u.subject, 6) FROM organisation u WHERE u.kind = 'unit' AND u.company_id = ANY($8::text[])))))
 ORDER BY p.pledge_id LIMIT $9
"""

_COMPLETION: Final = """
SELECT company_id, org_unit_id,
       count(*) FILTER (WHERE state NOT IN ('withdrawn', 'superseded', 'suspended')) AS asked,
       count(*) FILTER (WHERE state = 'signed') AS signed,
       count(*) FILTER (WHERE state = 'overdue') AS overdue
  FROM pledges
 WHERE fy = $1 AND ($2 OR person_id = ANY($3::text[]) OR org_unit_id = ANY($4::text[]) OR company_id = ANY($5::text[])
    OR company_id IS NULL AND org_unit_id IN (
      SELECT substr(u.subject, 6) FROM organisation u WHERE u.kind = 'unit' AND u.company_id = ANY($5::text[])))
 GROUP BY company_id, org_unit_id ORDER BY company_id, org_unit_id
"""


_DUTIES: Final = """
SELECT * FROM pledges
 WHERE person_id = $1 AND state IN ('requested', 'overdue', 'suspended') ORDER BY due_date, pledge_id
"""


@dataclass(frozen=True)
class PledgeFilter:
    """Which pledges a list is asked for."""

    person_id: Annotated[Identifier | None, Query(description="Of one person.")] = None
    state: Annotated[State | None, Query(description="In one state.")] = None
    fy: Annotated[FiscalYearLabel | None, Query(description="Of one fiscal year.")] = None


async def list_pledges(
    connection: Connection,
    directory: Directory,
    scope: Scope,
    today: date,
    wanted: PledgeFilter,
    page: PageRequest,
) -> list[PledgeRow]:
    """Rows of people the scope covers today, one more than a page holds if there are more.

    The query finds who was ever placed in the scope; where he is today, only his folded history tells.
    """
    found: list[PledgeRow] = []
    after = str(page.beginning("")[0])
    while len(found) < page.fetch:
        batch = await _candidates(connection, scope, after, wanted, page.fetch)
        found += await _covered(connection, directory, scope, today, batch)
        if len(batch) < page.fetch:
            break
        after = batch[-1].pledge_id
    return found[: page.fetch]


async def _candidates(
    connection: Connection, scope: Scope, after: str, wanted: PledgeFilter, limit: int
) -> list[PledgeRow]:
    filters = (wanted.person_id, wanted.state, wanted.fy)
    rows = await connection.fetch(_PLEDGES, after, *filters, *_reach(scope), limit)
    return [PLEDGES.at("").row(row) for row in rows]


def _reach(scope: Scope) -> tuple[bool, list[str], list[str], list[str]]:
    """Group or not, people, units, companies. A pledge is of no type of personal information: every type counts."""
    parts = (scope, *(part for _, part in scope.typed))
    names = ({name for part in parts for name in getattr(part, each)} for each in ("persons", "units", "companies"))
    return (any(part.group for part in parts), *map(sorted, names))  # type: ignore[return-value]


async def _covered(
    connection: Connection, directory: Directory, scope: Scope, today: date, rows: Sequence[PledgeRow]
) -> list[PledgeRow]:
    if scope.group or not rows:
        return list(rows)
    known = await directory.around(connection, {f"person/{row.person_id}" for row in rows})
    return [row for row in rows if scope.covers(resource_of_person(known, row.person_id, today))]


async def open_duties(connection: Connection, person_id: str) -> list[PledgeRow]:
    """What a person has still to sign, what is due first first."""
    return [PLEDGES.at("").row(row) for row in await connection.fetch(_DUTIES, person_id)]


async def completion_by_unit(connection: Connection, scope: Scope, fy: str) -> list[dict[str, Any]]:
    return [dict(row) for row in await connection.fetch(_COMPLETION, fy, *_reach(scope))]


async def list_campaigns(connection: Connection) -> list[CampaignRow]:
    rows = await connection.fetch(f"SELECT * FROM {CAMPAIGNS.table.name} ORDER BY opens_on, campaign_id")
    return [CAMPAIGNS.at("").row(row) for row in rows]
