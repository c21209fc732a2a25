"""What ledger's lists read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from fastapi import Query

from services.ledger.views.inspection_calendar import INSPECTION_CALENDAR, InspectionRow, InspectionState
from services.ledger.views.slip_register import SlipState
from shared.events.base import Identifier
from shared.events.hr import PiType
from shared.events.ledger import Priority
from shared.organisation.access import Resource, Scope
from shared.organisation.listing import Sight
from shared.runtime.http.cursor import Keys

Row = Any
"""A line as the database gives it: a slip with what its inspections say of it."""

_IN_SCOPE: Final = """
($1 OR s.people ?| $2::text[] OR s.org_unit_id = ANY($3::text[]) OR s.company_id = ANY($4::text[]))
"""
_SLIPS: Final = f"""
SELECT s.*, due.next_due, done.last_inspected
  FROM slip_register s
  LEFT JOIN LATERAL (SELECT min(due_date) AS next_due FROM inspection_calendar i WHERE i.slip_id = s.slip_id
     AND i.cycle_no > 0 AND i.state NOT IN ('completed', 'cancelled')) due ON true
  LEFT JOIN LATERAL (SELECT max(completed_on) AS last_inspected FROM inspection_calendar i WHERE i.slip_id = s.slip_id
     AND i.cycle_no > 0) done ON true
 WHERE {_IN_SCOPE} AND s.slip_id > $5
   AND ($6::text IS NULL OR s.org_unit_id = $6) AND ($7::text IS NULL OR s.state = $7)
   AND ($8::text IS NULL OR s.pi_type = $8) AND ($9::text IS NULL OR s.priority = $9)
 ORDER BY s.slip_id LIMIT $10
"""
_NUMBERS: Final = f"""
SELECT s.* FROM slip_register s
 WHERE {_IN_SCOPE} AND s.slip_id > $5 AND s.specific_pi AND s.state IN ('active', 'disposal-pending')
 ORDER BY s.slip_id LIMIT $6
"""
_INSPECTIONS: Final = f"""
SELECT i.*, s.pi_type, s.people, s.company_id AS slip_company, s.org_unit_id AS slip_unit
  FROM inspection_calendar i JOIN slip_register s USING (slip_id)
 WHERE {_IN_SCOPE} AND (i.due_date, i.inspection) > ($5::text::date, $6::text)
   AND ($7::text IS NULL OR i.state = $7) AND ($8::date IS NULL OR i.due_date < $8)
   AND ($9::text IS NULL OR i.org_unit_id = $9) AND ($10::text IS NULL OR i.slip_id = $10)
   AND ($11::boolean IS NULL OR (i.overdue AND i.state NOT IN ('completed', 'cancelled')) = $11)
 ORDER BY i.due_date, i.inspection LIMIT $12
"""


@dataclass(frozen=True)
class SlipFilter:
    """Which slips a list is asked for."""

    unit: Annotated[Identifier | None, Query(description="Of one unit.")] = None
    state: Annotated[SlipState | None, Query(description="In one state.")] = None
    pi_type: Annotated[PiType | None, Query(description="Of one type of personal information.")] = None
    priority: Annotated[Priority | None, Query(description="Of one priority.")] = None


@dataclass(frozen=True)
class InspectionFilter:
    """Which inspections a list is asked for."""

    state: Annotated[InspectionState | None, Query(description="In one state.")] = None
    due_before: Annotated[date | None, Query(description="Due on an earlier day.", examples=["2016-07-01"])] = None
    unit: Annotated[Identifier | None, Query(description="Of the slips of one unit.")] = None
    slip_id: Annotated[Identifier | None, Query(description="Of one slip.")] = None
    overdue: Annotated[bool | None, Query(description="Past their due date and not completed, or not.")] = None


async def list_slips(seen: Sight, wanted: SlipFilter) -> list[Row]:
    """Lines of slips in the scope, one more than a page holds if there are more."""
    return await _some(seen, _SLIPS, (wanted.unit, wanted.state, wanted.pi_type, wanted.priority), ("",), slip_keys)


async def list_number_locations(seen: Sight) -> list[Row]:
    """Likewise of those in force that hold National ID numbers."""
    return await _some(seen, _NUMBERS, (), ("",), slip_keys)


async def list_inspections(seen: Sight, wanted: InspectionFilter) -> list[InspectionRow]:
    """Rows of inspections of slips in the scope, one more than a page holds if there are more."""
    filters = (wanted.state, wanted.due_before, wanted.unit, wanted.slip_id, wanted.overdue)
    rows = await _some(seen, _INSPECTIONS, filters, (date.min.isoformat(), ""), _inspection_keys)
    return [INSPECTION_CALENDAR.at("").row(row) for row in rows]


def slip_keys(row: Row) -> Keys:
    return (row["slip_id"],)


def _inspection_keys(row: Row) -> Keys:
    return (row["due_date"].isoformat(), row["inspection"])


async def _some(
    seen: Sight, query: str, filters: tuple[Any, ...], first: Keys, keys: Callable[[Row], Keys]
) -> list[Row]:
    """The query finds what may be in the scope; whether a role for one type of information reaches it, the scope."""

    async def after(last: Keys) -> list[Row]:
        return await seen.connection.fetch(query, *seen.scope.reach, *last, *filters, seen.page.fetch)

    async def covered(rows: list[Row]) -> list[Row]:
        return [row for row in rows if seen.scope.covers(_resource(row, seen.scope))]

    return await seen.page.fill(first, after, keys, covered)


def _resource(row: Any, scope: Scope) -> Resource:
    """A scope's units are given with all units below them, so the slip's own is enough."""
    unit, company = row.get("slip_unit") or row["org_unit_id"], row.get("slip_company") or row["company_id"]
    person = next((person for person in row["people"] if person in scope.persons), None)
    return Resource(person, company, (unit,), PiType(row["pi_type"]))
