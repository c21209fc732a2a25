"""What the reactions know: the matters a batch is about, the people and seats around them, and who has an address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from services.notifier.domain.ladder import Audience, Ladder, rung_of
from services.notifier.domain.recipients import SEATS, Staffing
from services.notifier.schema import KNOWN_ORGANISATION
from services.notifier.views.matters import KNOWN_MATTERS, MatterRow, key
from shared.events.base import PersonId
from shared.events.codec import Recorded
from shared.organisation.directory import Directory
from shared.organisation.organisation import Organisation
from shared.runtime.database import Connection
from shared.runtime.reacting.reactions import Task


class TakeStep(Task):
    """A step of a ladder has come: whom it is for is found now, if the matter is still open (T15)."""

    ladder: Ladder
    step: str
    matter: str
    source_event_id: str
    source_type: str
    due_date: date | None = None
    named: tuple[PersonId, ...] = ()

    @property
    def stream(self) -> str:
        return f"task/{self.matter}"

    @property
    def cycle(self) -> str:
        """One per source event; of what is told together, one per due date."""
        rung = rung_of(self.ladder, self.step)
        source = f"{self.due_date}" if rung and rung.together else self.source_event_id
        return f"{source}/{self.ladder}/{self.step}"


@dataclass(frozen=True)
class Known:
    matters: Mapping[str, MatterRow] = field(default_factory=dict)
    organisation: Organisation = field(default_factory=lambda: Organisation.of(()))
    outstanding: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How many are overdue, by unit and kind of matter."""
    reachable: frozenset[str] = frozenset()
    """Who has an address."""
    _staffing: dict[date, Staffing] = field(default_factory=dict, compare=False, repr=False)

    def staffing(self, day: date) -> Staffing:
        return self._staffing.setdefault(day, Staffing(self.organisation, day))

    def parent(self, matter: MatterRow) -> MatterRow | None:
        return self.matters.get(matter.parent) if matter.parent else None


@dataclass(frozen=True)
class Wanted:
    """What is to be looked up."""

    matters: frozenset[str]
    people: frozenset[str] = frozenset()
    seats: bool = False
    """Whether somebody is told for the seat he holds."""


ORGANISATION = Directory(KNOWN_ORGANISATION.at(""))
_OF_UNITS: Final = ["DIV_MANAGER", "PROMOTER"]
_OF_COMPANIES: Final = sorted({role.value for role in SEATS.values()} - set(_OF_UNITS))
_SEATS: Final = """
SELECT subject, principals FROM known_organisation
 WHERE roles ?| $1::text[]
    OR roles ?| $2::text[] AND units ?| $3::text[]
"""
_OUTSTANDING: Final = """
SELECT org_unit_id, kind, count(*) FROM known_matters
 WHERE overdue AND open AND org_unit_id = ANY($1::text[]) GROUP BY org_unit_id, kind
"""
_REACHABLE: Final = "SELECT person_id FROM contact WHERE person_id = ANY($1::text[])"


async def load(connection: Connection, batch: Sequence[Recorded], tasks: Sequence[Task]) -> Known:
    """To react, the matters themselves; to take steps, everybody who may have to be told too."""
    steps = [task for task in tasks if isinstance(task, TakeStep)]
    told = {name for recorded in batch if (name := key(recorded))}
    if not steps:
        return Known(await _matters(connection, told))
    return await look_up(
        connection,
        Wanted(
            matters=frozenset(step.matter for step in steps),
            people=frozenset(person for step in steps for person in step.named),
            seats=any(map(_for_a_seat, steps)),
        ),
    )


async def look_up(connection: Connection, wanted: Wanted) -> Known:
    matters = await _matters(connection, wanted.matters)
    people = {*wanted.people, *(person for row in matters.values() for person in _people(row))}
    units = {*_named(wanted.matters, "unit/"), *(row.org_unit_id for row in matters.values() if row.org_unit_id)}
    organisation = await _around(connection, people, units, seats=wanted.seats)
    outstanding = await connection.fetch(_OUTSTANDING, sorted(_named(wanted.matters, "unit/")))
    everybody = _named(organisation.rows, "person/") | people
    reachable = await connection.fetch(_REACHABLE, sorted(everybody))
    return Known(
        matters=matters,
        organisation=organisation,
        outstanding={(row["org_unit_id"], row["kind"]): row["count"] for row in outstanding},
        reachable=frozenset(row["person_id"] for row in reachable),
    )


async def _matters(connection: Connection, names: Iterable[str]) -> dict[str, MatterRow]:
    """The rows, and those of the slips and incidents they belong to."""
    store = KNOWN_MATTERS.at("")
    found = await store.load(connection, names)
    parents = {row.parent for row in found.values() if row.parent} - set(found)
    return found | (await store.load(connection, parents) if parents else {})


async def _around(connection: Connection, people: set[str], units: set[str], *, seats: bool) -> Organisation:
    near = await ORGANISATION.around(connection, _subjects(people, units))
    if not seats:
        return near
    rows = await connection.fetch(_SEATS, _OF_COMPANIES, _OF_UNITS, sorted(_named(near.rows, "unit/")))
    seated = sorted({principal for row in rows for principal in row["principals"]})
    held = await ORGANISATION.around(connection, [row["subject"] for row in rows], seated)
    return Organisation({**near.rows, **held.rows})


def _subjects(people: set[str], units: set[str]) -> list[str]:
    return [*(f"person/{person}" for person in sorted(people)), *(f"unit/{unit}" for unit in sorted(units))]


def _people(row: MatterRow) -> tuple[str, ...]:
    return (*((row.person_id,) if row.person_id else ()), *(person for person, _ in row.in_charge))


def _named(subjects: Iterable[str], kind: str) -> set[str]:
    return {subject.removeprefix(kind) for subject in subjects if subject.startswith(kind)}


def _for_a_seat(step: TakeStep) -> bool:
    """Also who is told only where nobody nearer is in post."""
    rung = rung_of(step.ladder, step.step)
    return rung is not None and any(each not in {Audience.PERSON, Audience.NAMED} for each in rung.audiences)
