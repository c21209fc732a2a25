"""What notifier's lists read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final

from fastapi import Query

from services.notifier.domain.recipients import Recipient, Staffing
from services.notifier.reactions import concern_of
from services.notifier.schema import DIRECTORY
from services.notifier.views.matters import MATTERS, MatterRow
from services.notifier.views.notifications import NOTIFICATIONS, MailState, NotificationRow
from shared.events.base import Identifier
from shared.events.hr import Role
from shared.organisation.listing import Sight
from shared.organisation.organisation import Organisation
from shared.runtime.database import Connection
from shared.runtime.http.cursor import Keys, PageRequest

FAR: Final = "9999-12-31T00:00:00+00:00"
"""What has no deadline comes last."""

_NOTIFICATIONS: Final = """
SELECT n.* FROM notifications n
 WHERE (n.queued_at, n.notification_id) < ($1::timestamptz, $2::text)
   AND ($3::text IS NULL OR n.person_id = $3) AND ($4::text IS NULL OR n.state = $4)
   AND ($5 OR n.person_id = ANY($6::text[]) OR EXISTS (
     SELECT FROM organisation o WHERE o.subject = 'person/' || n.person_id
        AND (o.company_id = ANY($8::text[]) OR o.units ?| ARRAY(
          SELECT unnest($7::text[]) UNION
          SELECT substr(u.subject, 6) FROM organisation u WHERE u.kind = 'unit' AND u.company_id = ANY($8::text[])))))
 ORDER BY n.queued_at DESC, n.notification_id DESC LIMIT $9
"""
_TASKS: Final = f"""
SELECT * FROM (
  SELECT m.*, p.reference AS parent_reference, p.company_id AS parent_company, p.org_unit_id AS parent_unit,
         coalesce(m.due_at, (m.due_date + 1)::timestamp AT TIME ZONE 'Asia/Tokyo', '{FAR}') AS by
    FROM matters m LEFT JOIN matters p ON p.matter = m.parent
   WHERE m.open AND coalesce(p.open, true)
     AND (m.person_id = $1 OR m.kind = 'inspection' AND m.in_charge @> $2::jsonb
       OR m.kind IN ('inspection', 'slip') AND m.in_charge = '[]'::jsonb AND m.org_unit_id = ANY($3::text[])
       OR m.kind = 'obligation' AND ($4 OR p.company_id = ANY($5::text[])))) t
 WHERE (t.by, t.matter) > ($6::timestamptz, $7::text) ORDER BY t.by, t.matter LIMIT $8
"""


@dataclass(frozen=True)
class NotificationFilter:
    """Which notices a list is asked for."""

    person: Annotated[Identifier | None, Query(description="For one person.")] = None
    state: Annotated[MailState | None, Query(description="With their mail in one state.")] = None


@dataclass(frozen=True)
class TaskRow:
    """A matter that waits for somebody, what its slip or incident is called, and until when it may wait."""

    matter: MatterRow
    reference: str | None
    by: datetime

    @property
    def keys(self) -> tuple[str, str]:
        return self.by.isoformat(), self.matter.matter


async def list_notifications(seen: Sight, wanted: NotificationFilter) -> list[NotificationRow]:
    """The newest first, for people the scope covers today; one more than a page holds if there are more."""

    async def after(last: Keys) -> list[NotificationRow]:
        at = datetime.fromisoformat(str(last[0]))
        values = (at, last[1], wanted.person, wanted.state, *seen.scope.reach, seen.page.fetch)
        return [NOTIFICATIONS.at("").row(row) for row in await seen.connection.fetch(_NOTIFICATIONS, *values)]

    return await seen.page.fill((FAR, ""), after, notification_keys, seen.covered)


def notification_keys(row: NotificationRow) -> Keys:
    return row.queued_at.isoformat(), row.notification_id


async def list_tasks(connection: Connection, person_id: str, today: date, page: PageRequest) -> list[TaskRow]:
    """What waits for somebody: himself, what he is in charge of, and what nobody else in his seats does."""
    known = await DIRECTORY.around(connection, [f"person/{person_id}"], [f"person/{person_id}"])
    units, everywhere, companies = await _seats(connection, known, person_id, today)
    by, after = page.beginning("0001-01-02T00:00:00+00:00", "")
    since = datetime.fromisoformat(str(by))
    values = (person_id, [[person_id]], units, everywhere, companies, since, after, page.fetch)
    rows = [_task(row) for row in await connection.fetch(_TASKS, *values)]
    staffing = Staffing(known, today)
    return [row for row in rows if _his(row.matter, person_id, staffing)]


def _his(matter: MatterRow, person_id: str, staffing: Staffing) -> bool:
    """Who was transferred is no longer in charge, even before the ledger has said so."""
    if person_id not in dict(matter.in_charge):
        return True
    return staffing.still(Recipient(person_id), concern_of(matter, None), in_charge=True)


async def _seats(
    connection: Connection, known: Organisation, person_id: str, today: date
) -> tuple[list[str], bool, list[str]]:
    """The units he manages with all below them; whether he reports for the whole group, or for which companies."""
    held = known.in_post(f"person/{person_id}", today)
    managed = {each.scope.org_unit_id for each in held if each.role is Role.DIV_MANAGER}
    offices = [each.scope.company_id for each in held if each.role is Role.PIP_OFFICE]
    units = await DIRECTORY.of_kinds(connection, "unit") if managed else Organisation.of(())
    return sorted(_below(units, managed, today)), None in offices, [each for each in offices if each]


def _below(units: Organisation, managed: set[str | None], today: date) -> Iterator[str]:
    for name in (subject.removeprefix("unit/") for subject in units.rows):
        if not managed.isdisjoint(units.ancestors(name, today)):
            yield name


def _task(row: Any) -> TaskRow:
    matter = MATTERS.at("").row(row)
    return TaskRow(matter, row["parent_reference"] or matter.reference, row["by"])
