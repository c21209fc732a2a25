"""What incidents's lists read, and whom a report informs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final

from fastapi import Query

from services.incidents.schema import DIRECTORY
from services.incidents.views.board import BOARD, BoardRow, IncidentState
from services.incidents.views.clock import CLOCK, ClockRow
from shared.events.hr import Role
from shared.events.incidents import IncidentKind
from shared.organisation.listing import Sight
from shared.organisation.organisation import Organisation
from shared.runtime.database import Connection
from shared.runtime.http.cursor import Keys

_SEEN: Final = """
($1 OR b.reporter_id = ANY($2::text[]) OR b.org_unit_id = ANY($3::text[]) OR b.org_unit_id IN (
  SELECT substr(u.subject, 6) FROM organisation u WHERE u.kind = 'unit' AND u.company_id = ANY($4::text[])))
"""
_INCIDENTS: Final = f"""
SELECT b.* FROM incident_board b
 WHERE {_SEEN} AND b.incident_id > $5 AND ($6::text IS NULL OR b.state = $6) AND ($7::text IS NULL OR b.kind = $7)
 ORDER BY b.incident_id LIMIT $8
"""
_FAR: Final = "9999-12-31T00:00:00+00:00"
"""What has no fixed deadline comes last."""

_OBLIGATIONS: Final = f"""
SELECT c.* FROM obligation_clock c JOIN incident_board b USING (incident_id)
 WHERE {_SEEN} AND (coalesce(c.due_at, '{_FAR}'), c.obligation_id) > ($5::timestamptz, $6::text)
   AND ($7::boolean IS NULL
        OR $7 = (c.state IN ('open', 'required') AND b.state NOT IN ('dismissed', 'closed')))
 ORDER BY coalesce(c.due_at, '{_FAR}'), c.obligation_id LIMIT $8
"""
_SEATS: Final = """
SELECT subject, principals FROM organisation
 WHERE roles ? 'CONTACT_POINT' OR roles ? 'DIV_MANAGER' AND units ?| $1::text[]
"""


@dataclass(frozen=True)
class IncidentFilter:
    """Which incidents a list is asked for."""

    state: Annotated[IncidentState | None, Query(description="In one state.")] = None
    kind: Annotated[IncidentKind | None, Query(description="Of one kind.")] = None


@dataclass(frozen=True)
class Place:
    """Where a department that knew first stands on a day, and who is to be informed there."""

    company_id: str | None
    supervisors: tuple[str, ...]
    contact_points: tuple[str, ...]


async def list_incidents(seen: Sight, wanted: IncidentFilter) -> list[BoardRow]:
    (after,) = seen.page.beginning("")
    values = (*seen.scope.reach, after, wanted.state, wanted.kind, seen.page.fetch)
    return [BOARD.at("").row(row) for row in await seen.connection.fetch(_INCIDENTS, *values)]


async def list_obligations(seen: Sight, wanted: bool | None) -> list[ClockRow]:
    """What is due first first."""
    due, after = seen.page.beginning("0001-01-02T00:00:00+00:00", "")
    values = (*seen.scope.reach, datetime.fromisoformat(str(due)), after, wanted, seen.page.fetch)
    return [CLOCK.at("").row(row) for row in await seen.connection.fetch(_OBLIGATIONS, *values)]


def keys_of(row: ClockRow) -> Keys:
    return row.due_at.isoformat() if row.due_at else _FAR, row.obligation_id


async def place_of(connection: Connection, org_unit_id: str, day: date) -> Place | None:
    """None for a unit that the organisation does not know on the day."""
    line = (await DIRECTORY.around(connection, [f"unit/{org_unit_id}"])).ancestors(org_unit_id, day)
    rows = await connection.fetch(_SEATS, list(line))
    seated = sorted({principal for row in rows for principal in row["principals"]})
    known = await DIRECTORY.around(
        connection, [f"unit/{org_unit_id}", *(row["subject"] for row in rows), *seated], seated
    )
    if f"unit/{org_unit_id}" not in known.rows:
        return None
    company_id = known.company_of(org_unit_id, day)
    return Place(
        company_id, _supervisors(known, seated, line, day), _contact_points(known, seated, company_id, day)
    )  # fmt: skip


def _supervisors(known: Organisation, seated: list[str], line: tuple[str, ...], day: date) -> tuple[str, ...]:
    """The managers of the nearest unit up the line that has one in post."""
    for unit in reversed(line):
        found = [
            person
            for person, held in _held(known, seated, Role.DIV_MANAGER, day)
            if held.org_unit_id == unit
        ]  # fmt: skip
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def _contact_points(known: Organisation, seated: list[str], company_id: str | None, day: date) -> tuple[str, ...]:
    everybody = _held(known, seated, Role.CONTACT_POINT, day)
    return tuple(dict.fromkeys(person for person, scope in everybody if scope.company_id in {None, company_id}))


def _held(known: Organisation, seated: list[str], role: Role, day: date) -> Iterator[tuple[str, Any]]:
    """Persons in post in a role, each with the scope of it; programs are nobody to inform."""
    for principal in seated:
        kind, _, person = principal.partition("/")
        for held in known.in_post(principal, day) if kind == "person" else ():
            if held.role is role:
                yield person, held.scope
