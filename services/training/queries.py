"""What training's lists read."""

from dataclasses import astuple, dataclass, fields
from typing import Annotated, Any, Final, Generic, Protocol, TypeVar

from fastapi import Query

from services.training.views.assignments import ASSIGNMENTS, AssignmentRow, AssignmentState
from services.training.views.campaigns import CAMPAIGNS
from services.training.views.courses import COURSES
from services.training.views.pledges import PLEDGES, PledgeRow, PledgeState
from services.training.views.rule_documents import RULE_DOCUMENTS
from services.training.views.training_campaigns import TRAINING_CAMPAIGNS
from shared.events.base import Identifier
from shared.events.training import CourseKind, FiscalYearLabel
from shared.organisation.access import Scope
from shared.organisation.listing import Sight
from shared.runtime.database import Connection
from shared.runtime.http.cursor import Keys
from shared.runtime.reading.views import View

# A supplier's worker is of the company of his unit, and who changes company next month is still of this one: so the
# units of a company find whom its name alone does not.
_OF_PEOPLE: Final = """
SELECT p.* FROM {table} p
 WHERE p.{key} > $1
   AND ($2 OR p.person_id = ANY($3::text[]) OR EXISTS (
     SELECT FROM organisation o WHERE o.subject = 'person/' || p.person_id
        AND (o.company_id = ANY($5::text[]) OR o.units ?| ARRAY(
          SELECT unnest($4::text[]) UNION
          SELECT substr(u.subject, 6) FROM organisation u WHERE u.kind = 'unit' AND u.company_id = ANY($5::text[])))))
   {filters}
 ORDER BY p.{key} LIMIT $6
"""

_BY_UNIT: Final = """
 WHERE fy = $1 AND ($2 OR person_id = ANY($3::text[]) OR org_unit_id = ANY($4::text[]) OR company_id = ANY($5::text[])
    OR company_id IS NULL AND org_unit_id IN (
      SELECT substr(u.subject, 6) FROM organisation u WHERE u.kind = 'unit' AND u.company_id = ANY($5::text[])))
   {filter}
 GROUP BY company_id, org_unit_id ORDER BY company_id, org_unit_id
"""

_COMPLETION: Final = """
SELECT company_id, org_unit_id,
       count(*) FILTER (WHERE state NOT IN ('withdrawn', 'superseded', 'suspended')) AS asked,
       count(*) FILTER (WHERE state = 'signed') AS signed,
       count(*) FILTER (WHERE state = 'overdue') AS overdue
  FROM pledges
""" + _BY_UNIT.format(filter="")

_COURSE_COMPLETION: Final = """
SELECT company_id, org_unit_id,
       count(*) FILTER (WHERE state NOT IN ('withdrawn', 'suspended')) AS assigned,
       count(*) FILTER (WHERE state = 'completed') AS completed,
       count(*) FILTER (WHERE state = 'overdue') AS overdue
  FROM assignments
""" + _BY_UNIT.format(filter="AND course_kind = $6")

_PLEDGES_TO_SIGN: Final = """
SELECT * FROM pledges
 WHERE person_id = $1 AND state IN ('requested', 'overdue', 'suspended') ORDER BY due_date, pledge_id
"""

_COURSES_TO_TAKE: Final = """
SELECT * FROM assignments
 WHERE person_id = $1 AND state IN ('assigned', 'overdue', 'suspended') ORDER BY due_date, assignment_id
"""


@dataclass(frozen=True)
class PledgeFilter:
    """Which pledges a list is asked for."""

    person_id: Annotated[Identifier | None, Query(description="Of one person.")] = None
    state: Annotated[PledgeState | None, Query(description="In one state.")] = None
    fy: Annotated[FiscalYearLabel | None, Query(description="Of one fiscal year.")] = None


@dataclass(frozen=True)
class AssignmentFilter:
    """Which assignments a list is asked for."""

    person_id: Annotated[Identifier | None, Query(description="Of one person.")] = None
    state: Annotated[AssignmentState | None, Query(description="In one state.")] = None
    fy: Annotated[FiscalYearLabel | None, Query(description="Of one fiscal year.")] = None
    course_id: Annotated[Identifier | None, Query(description="To take one course.")] = None


class OfPerson(Protocol):
    @property
    def person_id(self) -> str: ...


R = TypeVar("R", bound=OfPerson)
F = TypeVar("F", PledgeFilter, AssignmentFilter)


class People(Generic[R, F]):
    """A list of what is asked of people; its filters are named like the columns."""

    def __init__(self, view: View[R], filters: type[F]) -> None:
        self._store = view.at("")
        self._key = view.table.columns[0].name
        names = enumerate((field.name for field in fields(filters)), 7)
        conditions = (f"AND (${place}::text IS NULL OR p.{name} = ${place})" for place, name in names)
        self._sql = _OF_PEOPLE.format(table=view.table.name, key=self._key, filters=" ".join(conditions))

    async def page(self, seen: Sight, wanted: F) -> list[R]:
        """Rows of people the scope covers today, one more than a page holds if there are more.

        The query finds who was ever placed in the scope; where he is today, only his folded history tells.
        """

        async def after(last: Keys) -> list[R]:
            values = (*last, *seen.scope.reach, seen.page.fetch, *astuple(wanted))
            return [self._store.row(row) for row in await seen.connection.fetch(self._sql, *values)]

        return await seen.page.fill(("",), after, self.keys, seen.covered)

    def keys(self, row: R) -> Keys:
        return (getattr(row, self._key),)


PLEDGES_OF_PEOPLE: Final = People(PLEDGES, PledgeFilter)
ASSIGNMENTS_OF_PEOPLE: Final = People(ASSIGNMENTS, AssignmentFilter)


async def open_duties(connection: Connection, person_id: str) -> list[PledgeRow | AssignmentRow]:
    """What a person has still to sign and to take, what is due first first."""
    pledges = [PLEDGES.at("").row(row) for row in await connection.fetch(_PLEDGES_TO_SIGN, person_id)]
    courses = [ASSIGNMENTS.at("").row(row) for row in await connection.fetch(_COURSES_TO_TAKE, person_id)]
    return sorted([*pledges, *courses], key=lambda row: row.due_date)


async def completion_by_unit(connection: Connection, scope: Scope, fy: str) -> list[dict[str, Any]]:
    return [dict(row) for row in await connection.fetch(_COMPLETION, fy, *scope.reach)]


async def course_completion_by_unit(
    connection: Connection, scope: Scope, fy: str, kind: CourseKind
) -> list[dict[str, Any]]:
    return [dict(row) for row in await connection.fetch(_COURSE_COMPLETION, fy, *scope.reach, kind)]


V = TypeVar("V")


@dataclass(frozen=True)
class Whole(Generic[V]):
    """A list so short that it is shown whole."""

    view: View[V]
    order: str

    async def rows(self, connection: Connection) -> list[V]:
        store = self.view.at("")
        rows = await connection.fetch(f"SELECT * FROM {store.table} ORDER BY {self.order}")
        return [store.row(row) for row in rows]


ALL_PLEDGE_CAMPAIGNS: Final = Whole(CAMPAIGNS, "opens_on, campaign_id")
ALL_TRAINING_CAMPAIGNS: Final = Whole(TRAINING_CAMPAIGNS, "opens_on, campaign_id")
ALL_COURSES: Final = Whole(COURSES, "course_id")
ALL_RULE_DOCUMENTS: Final = Whole(RULE_DOCUMENTS, "document_id, version")
