"""What the reactions know: the people a batch is about, every company, campaign, course and target country."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import TypeVar

from services.training.schema import KNOWN_ORGANISATION
from services.training.views.campaigns import KNOWN_CAMPAIGNS, CampaignRow
from services.training.views.courses import KNOWN_COURSES, CourseRow
from services.training.views.rule_documents import KNOWN_RULE_DOCUMENTS, RuleDocumentRow
from services.training.views.target_countries import KNOWN_TARGET_COUNTRIES
from services.training.views.training_campaigns import KNOWN_TRAINING_CAMPAIGNS, TrainingCampaignRow
from shared.events.codec import Recorded
from shared.events.hr import PersonKind
from shared.organisation.company import CompanySpell
from shared.organisation.directory import Directory
from shared.organisation.organisation import Organisation
from shared.organisation.person import PersonSpell
from shared.organisation.stretches import at
from shared.runtime.database import Connection
from shared.runtime.reacting.reactions import Task
from shared.runtime.reading.views import View

R = TypeVar("R")

TRAINED = frozenset({PersonKind.EMPLOYEE, PersonKind.EXECUTIVE, PersonKind.DISPATCHED})
"""Suppliers' workers have a test of their own (F27)."""
SHARDS = "0123456789abcdef"
"""A change for everybody is worked off in this many timers, each a transaction of its own."""


class LookAtPerson(Task):
    """A day on which something changes for a person has come (T16)."""

    person_id: str
    on: date

    @property
    def stream(self) -> str:
        return f"task/person/{self.person_id}"


class LookAtEverybody(Task):
    """Something changed for many: look at one sixteenth of all people."""

    large = True
    shard: str

    @property
    def stream(self) -> str:
        return f"task/everybody/{self.shard}"


@dataclass(frozen=True)
class Training:
    """What there is to be taken and handed out."""

    campaigns: tuple[TrainingCampaignRow, ...] = ()
    courses: tuple[CourseRow, ...] = ()
    documents: tuple[RuleDocumentRow, ...] = ()


@dataclass(frozen=True)
class Known:
    organisation: Organisation
    people: tuple[str, ...]
    campaigns: tuple[CampaignRow, ...]
    target_since: Mapping[str, date]
    hosted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The suppliers' workers who ever had to do with the units a batch tells of."""
    training: Training = Training()

    def pledges(self, spell: PersonSpell, day: date) -> bool:
        """Domestic companies, and the subsidiaries in target countries (F18, F19)."""
        company = self._company(spell, day)
        if company is None:
            return False
        return bool(company.domestic) or self.target_since.get(company.country or "", date.max) <= day

    def trains(self, spell: PersonSpell, day: date) -> bool:
        """Employees, executives and dispatched workers of the domestic companies (F13, F16)."""
        company = self._company(spell, day)
        return company is not None and bool(company.domestic) and spell.person_kind in TRAINED

    def _company(self, spell: PersonSpell, day: date) -> CompanySpell | None:
        """His company, while it is of the group."""
        company_id = spell.company_id or self.organisation.company_of(spell.org_unit_id, day)
        company = at(self.organisation.company(company_id), day) if company_id else None
        return company if company is not None and company.in_group else None


ORGANISATION = Directory(KNOWN_ORGANISATION.at(""))

_IN_SHARD = """
SELECT subject FROM known_organisation
 WHERE kind = 'person' AND left(encode(sha256(convert_to(subject, 'UTF8')), 'hex'), 1) = ANY($1::text[])
"""

_HOSTED = """
SELECT u.unit, array_agg(o.subject ORDER BY o.subject) AS subjects
  FROM known_organisation o JOIN unnest($1::text[]) AS u(unit) ON o.units ? u.unit
 WHERE o.kind = 'person' AND o.company_id IS NULL GROUP BY u.unit
"""


def shard_of(person_id: str) -> str:
    return sha256(f"person/{person_id}".encode()).hexdigest()[0]


async def load(connection: Connection, batch: Sequence[Recorded], tasks: Sequence[Task]) -> Known:
    """Everything that reacting to this batch, or performing these tasks, may need."""
    hosted = await _hosted(connection, set(_told(batch, "unit/")))
    suppliers = {worker for workers in hosted.values() for worker in workers}
    people = {*_told(batch, "person/"), *_asked(tasks), *await _sharded(connection, tasks), *suppliers}
    around = await ORGANISATION.around(connection, [f"person/{person}" for person in people])
    companies = await ORGANISATION.of_kinds(connection, "company") if people else Organisation.of(())
    countries = await connection.fetch(f"SELECT country, from_date FROM {KNOWN_TARGET_COUNTRIES.table.name}")
    return Known(
        organisation=Organisation({**around.rows, **companies.rows}),
        people=tuple(sorted(people)),
        campaigns=await _all(connection, KNOWN_CAMPAIGNS),
        target_since={row["country"]: row["from_date"] for row in countries},
        hosted=hosted,
        training=await _training(connection),
    )


async def _training(connection: Connection) -> Training:
    return Training(
        campaigns=await _all(connection, KNOWN_TRAINING_CAMPAIGNS),
        courses=await _all(connection, KNOWN_COURSES),
        documents=await _all(connection, KNOWN_RULE_DOCUMENTS),
    )


async def _all(connection: Connection, view: View[R]) -> tuple[R, ...]:
    store = view.at("")
    return tuple(store.row(row) for row in await connection.fetch(f"SELECT * FROM {store.table}"))


def _told(batch: Sequence[Recorded], kind: str) -> Iterator[str]:
    for recorded in batch:
        if recorded.stream.startswith(kind):
            yield recorded.stream.removeprefix(kind)


def _asked(tasks: Sequence[Task]) -> Iterator[str]:
    for task in tasks:
        if isinstance(task, LookAtPerson):
            yield task.person_id


async def _sharded(connection: Connection, tasks: Sequence[Task]) -> list[str]:
    shards = [task.shard for task in tasks if isinstance(task, LookAtEverybody)]
    if not shards:
        return []
    rows = await connection.fetch(_IN_SHARD, shards)
    return [row["subject"].removeprefix("person/") for row in rows]


async def _hosted(connection: Connection, units: Iterable[str]) -> dict[str, tuple[str, ...]]:
    rows = await connection.fetch(_HOSTED, told) if (told := sorted(units)) else []
    return {row["unit"]: tuple(each.removeprefix("person/") for each in row["subjects"]) for row in rows}
