"""What the reactions know: the slips a batch is about, and the inspections, incidents, people and units around them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.ledger.schema import KNOWN_ORGANISATION
from services.ledger.views.incident_slips import KNOWN_INCIDENT_SLIPS, IncidentSlipsRow
from services.ledger.views.inspection_calendar import KNOWN_INSPECTIONS, InspectionRow
from services.ledger.views.slip_register import KNOWN_SLIPS, SlipRow
from shared.events.codec import Recorded
from shared.events.incidents import IncidentConfirmed
from shared.organisation.directory import Directory
from shared.organisation.organisation import Organisation
from shared.runtime.database import Connection
from shared.runtime.reacting.reactions import Task


class LookAtCustodian(Task):
    """A day on which something changes for a person has come (T16)."""

    person_id: str
    on: date

    @property
    def stream(self) -> str:
        return f"task/person/{self.person_id}"


class LookAtUnit(Task):
    """The day has come on which a unit is merged or abolished (T16)."""

    org_unit_id: str
    on: date

    @property
    def stream(self) -> str:
        return f"task/unit/{self.org_unit_id}"


@dataclass(frozen=True)
class Known:
    organisation: Organisation
    slips: tuple[SlipRow, ...] = ()
    inspections: tuple[InspectionRow, ...] = ()
    incidents: tuple[IncidentSlipsRow, ...] = ()

    def slip(self, slip_id: str) -> SlipRow | None:
        return next((row for row in self.slips if row.slip_id == slip_id), None)

    def held_by(self, person_id: str) -> tuple[SlipRow, ...]:
        return tuple(row for row in self.slips if person_id in row.people)

    def of_unit(self, org_unit_id: str) -> tuple[SlipRow, ...]:
        return tuple(row for row in self.slips if row.org_unit_id == org_unit_id)

    def inspections_of(self, slip_id: str) -> tuple[InspectionRow, ...]:
        return tuple(row for row in self.inspections if row.slip_id == slip_id)

    def incidents_of(self, slip_id: str) -> dict[str, date]:
        """The confirmed incidents that concern a slip, and since when each does."""
        return {row.incident_id: day for row in self.incidents if (day := row.concerns(slip_id))}


ORGANISATION = Directory(KNOWN_ORGANISATION.at(""))

_SLIPS = """
SELECT * FROM known_slips WHERE slip_id = ANY($1::text[]) OR people ?| $2::text[] OR org_unit_id = ANY($3::text[])
 ORDER BY slip_id
"""
_INSPECTIONS = "SELECT * FROM known_inspections WHERE slip_id = ANY($1::text[]) ORDER BY inspection"
_INCIDENTS = "SELECT * FROM known_incident_slips WHERE slip_ids ?| $1::text[] ORDER BY incident_id"


async def load(connection: Connection, batch: Sequence[Recorded], tasks: Sequence[Task]) -> Known:
    """Everything that reacting to this batch, or performing these tasks, may need."""
    slips = {*_told(batch, "slip/"), *(each.partition("/")[0] for each in _told(batch, "inspection/"))} | _named(batch)
    people = {*_told(batch, "person/"), *(each.person_id for each in tasks if isinstance(each, LookAtCustodian))}
    units = {*_told(batch, "unit/"), *(each.org_unit_id for each in tasks if isinstance(each, LookAtUnit))}
    found = await connection.fetch(_SLIPS, sorted(slips), sorted(people), sorted(units))
    rows = [KNOWN_SLIPS.at("").row(each) for each in found]
    ids = [row.slip_id for row in rows]
    inspections = await connection.fetch(_INSPECTIONS, ids)
    incidents = await connection.fetch(_INCIDENTS, ids)
    return Known(
        organisation=await _around(connection, rows, people) if rows or people else Organisation.of(()),
        slips=tuple(rows),
        inspections=tuple(KNOWN_INSPECTIONS.at("").row(each) for each in inspections),
        incidents=tuple(KNOWN_INCIDENT_SLIPS.at("").row(each) for each in incidents),
    )


async def _around(connection: Connection, rows: Iterable[SlipRow], told: set[str]) -> Organisation:
    """The people told of and in charge; the slips' units, their lines, and whatever carries them on (F25)."""
    people = told | {person for row in rows for person in row.people}
    units = {unit for row in rows for unit in (row.org_unit_id, row.storing_unit) if unit}
    subjects = {*(f"person/{person}" for person in people), *(f"unit/{unit}" for unit in units)}
    return await ORGANISATION.around(connection, sorted(subjects))


def _told(batch: Sequence[Recorded], kind: str) -> Iterator[str]:
    for recorded in batch:
        if recorded.stream.startswith(kind):
            yield recorded.stream.removeprefix(kind)


def _named(batch: Sequence[Recorded]) -> set[str]:
    """Slips that a confirmed incident concerns, known or not."""
    confirmed = (each.event for each in batch if isinstance(each.event, IncidentConfirmed))
    return {slip_id for event in confirmed for slip_id in event.slip_ids}
