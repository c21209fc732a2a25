"""A service's own copy of the organisation: the view that keeps it, and who may do what according to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol, TypeVar, cast

import msgspec
from fastapi import Request
from sqlalchemy import Index, MetaData

from shared.events.base import DomainEvent
from shared.events.codec import Recorded, Undecodable, Unknown, decode
from shared.events.hr import RoleAppointed, RoleRelieved, is_hr
from shared.events.topics import HR
from shared.law.national_id import contains_national_id
from shared.organisation.access import Allow, Caller, Decision, Resource, Scope, decide, visible_scope
from shared.organisation.organisation import Organisation
from shared.organisation.person import PersonSpell, at
from shared.organisation.references import texts
from shared.organisation.row import SubjectRow, key, project
from shared.runtime.application import running_of
from shared.runtime.database import Connection
from shared.runtime.http.problems import Problem
from shared.runtime.reading.views import Store, View, table_of

LIVE: Final = "organisation"


def organisation_view(metadata: MetaData, name: str = LIVE) -> View[SubjectRow]:
    """The view every service keeps; a service's reactions keep another one, under a name of their own."""
    table = table_of(
        SubjectRow,
        name,
        metadata,
        Index(None, "kind"),
        Index(None, "units", postgresql_using="gin"),
        Index(None, "principals", postgresql_using="gin"),
    )
    return View(name, (HR,), table, SubjectRow, key, project)


def read(value: bytes | None) -> Recorded | Unknown:
    """Decode, and refuse what the HR feed must not bring: a National-ID-like number in any text (F23)."""
    recorded = decode(value)
    if isinstance(recorded, Recorded) and _about_another(recorded):
        raise Undecodable("subject-mismatch", "the subject is not whom the data is about")
    if isinstance(recorded, Recorded) and value is not None and _tells_a_number(recorded.event, value):
        raise Undecodable("national-id-number", "a text holds what looks like a National ID number")
    return recorded


_NAMED_BY: Final = {"person": "person_id", "unit": "org_unit_id", "company": "company_id"}


def _about_another(recorded: Recorded) -> bool:
    """Whether HR tells one subject's news under another's name. Roles may be told under any of those they join."""
    event = recorded.event
    if not is_hr(event) or isinstance(event, RoleAppointed | RoleRelieved):
        return False
    kind, _, name = recorded.stream.partition("/")
    told = getattr(event, _NAMED_BY.get(kind, ""), None)
    return told is not None and told != name


def _tells_a_number(event: DomainEvent, value: bytes) -> bool:
    """Also in a field that this release ignores: its bytes are kept all the same."""
    if not is_hr(event):
        return False
    try:
        document = msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Undecodable("invalid-json", str(error)) from error
    return any(map(contains_national_id, texts(document["data"])))


_LINE: Final = """
WITH RECURSIVE line AS (
  SELECT * FROM {table} WHERE subject = ANY(ARRAY(
    SELECT unnest($1::text[]) UNION ALL SELECT subject FROM {table} WHERE principals ?| $2::text[]))
  UNION
  SELECT o.* FROM line l CROSS JOIN LATERAL jsonb_array_elements_text(l.units) AS u(unit)
   CROSS JOIN LATERAL (SELECT * FROM {table} WHERE subject = 'unit/' || u.unit OFFSET 0) o
)
SELECT * FROM line
UNION ALL
SELECT * FROM {table} WHERE subject = ANY(ARRAY(SELECT 'company/' || l.company_id FROM line l))
"""
"""By indexes only, whatever the planner thinks of how long a line is: arrays and `OFFSET 0` keep it from joining whole
tables. A company may come twice."""


class AboutPerson(Protocol):
    """A row that belongs to whom it is about."""

    @property
    def person_id(self) -> str: ...


P = TypeVar("P", bound=AboutPerson)


@dataclass(frozen=True)
class Directory:
    """Looks rows of the organisation up, and folds no more of them than a question needs."""

    store: Store[SubjectRow]

    async def around(
        self, connection: Connection, subjects: Iterable[str], principals: Sequence[str] = ()
    ) -> Organisation:
        """Everything that tells about these subjects and principals: their rows, their units' lines, companies."""
        wanted = [*subjects, *principals]
        rows = await connection.fetch(_LINE.format(table=self.store.table), wanted, list(principals))
        return Organisation.of(self.store.row(row) for row in rows)

    async def covered(self, connection: Connection, scope: Scope, day: date, rows: Sequence[P]) -> list[P]:
        """Those of the rows that are about people in the scope, wherever each of them is in post on the day."""
        if scope.group or not rows:
            return list(rows)
        known = await self.around(connection, {f"person/{row.person_id}" for row in rows})
        return [row for row in rows if scope.covers(resource_of_person(known, row.person_id, day))]

    async def of_kinds(self, connection: Connection, *kinds: str) -> Organisation:
        """All rows of some kinds, such as every unit and company."""
        rows = await connection.fetch(f"SELECT * FROM {self.store.table} WHERE kind = ANY($1)", list(kinds))
        return Organisation.of(self.store.row(row) for row in rows)


@dataclass(frozen=True)
class RequestDirectory(Directory):
    """For one request: nothing is looked up twice, and its caller together with whatever is asked for first."""

    caller: str
    _rows: dict[str, SubjectRow] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)
    _recognised: set[str] = field(default_factory=set)

    async def around(
        self, connection: Connection, subjects: Iterable[str], principals: Sequence[str] = ()
    ) -> Organisation:
        """As a Directory answers it, and what was asked for before as well."""
        asked, recognised = set(subjects) - self._asked, {self.caller, *principals} - self._recognised
        if asked or recognised:
            found = await super().around(connection, asked, sorted(recognised))
            self._rows.update(found.rows)
            self._asked.update(asked)
            self._recognised.update(recognised)
        return Organisation(dict(self._rows))


@dataclass(frozen=True)
class Desk:
    """Asks a service's access table about one caller."""

    directory: Directory
    table: tuple[Allow, ...]

    async def caller(self, connection: Connection, principal: str, day: date) -> Caller:
        return (await self.directory.around(connection, (), [principal])).caller(principal, day)

    async def admit_to_person(
        self, connection: Connection, principal: str, action: str, person_id: str, day: date
    ) -> Organisation:
        """Refuse who may not act on what is about a person, wherever that person is in post on the day.

        Raises Problem: 404 where the caller may not even see it, 403 where he sees but may not.
        """
        known = await self.directory.around(connection, [f"person/{person_id}"], [principal])
        self._check(known.caller(principal, day), action, resource_of_person(known, person_id, day), day)
        return known

    async def admit(self, connection: Connection, principal: str, action: str, resource: Resource, day: date) -> Caller:
        """Refuse who may not act on a resource. Raises Problem: 404 where he may not even see it, else 403."""
        caller = await self.caller(connection, principal, day)
        self._check(caller, action, resource, day)
        return caller

    async def scope(self, connection: Connection, principal: str, action: str, day: date) -> Scope:
        """Everything the caller may do an action on, its units with all units below them."""
        caller = await self.caller(connection, principal, day)
        scope = visible_scope(self.table, caller, action, day)
        if scope.group or not (scope.units or scope.typed):
            return scope
        return await self._with_units_below(connection, scope, day)

    async def _with_units_below(self, connection: Connection, scope: Scope, day: date) -> Scope:
        places = await self.directory.of_kinds(connection, "unit")
        lines = {name: places.ancestors(name, day) for name in map(_name, places.rows)}
        return _widened(scope, lines)

    def _check(self, caller: Caller, action: str, resource: Resource, day: date) -> None:
        match decide(self.table, caller, action, resource, day):
            case Decision.HIDDEN:
                raise Problem("not-found", "there is nothing here that you may see")
            case Decision.FORBIDDEN:
                raise Problem("forbidden", f"you may see this, and may not do {action!r} on it")
            case Decision.ALLOWED:
                return


def _name(subject: str) -> str:
    return subject.removeprefix("unit/")


def _widened(scope: Scope, lines: Mapping[str, tuple[str, ...]]) -> Scope:
    """A scope with all units below its own; `lines` are each unit's ancestors from the top down."""
    below = {name for name, line in lines.items() if not scope.units.isdisjoint(line)}
    typed = tuple((pi_type, _widened(part, lines)) for pi_type, part in scope.typed)
    return Scope(scope.group, scope.companies, scope.units | below, scope.persons, typed)


def desk_of(request: Request) -> Desk:
    """The desk of the service that got this request, for as long as the request lasts."""
    if not hasattr(request.state, "desk"):
        desk = cast("Desk", running_of(request).service.desk)
        directory = RequestDirectory(desk.directory.store, request.state.caller.subject)
        request.state.desk = Desk(directory, desk.table)
    return cast("Desk", request.state.desk)


def resource_of_person(known: Organisation, person_id: str, day: date) -> Resource:
    """What is about a person belongs where he is in post on the day; who left, where he last was."""
    spell = at(known.person(person_id), day)
    if spell is None:
        return Resource(person_id=person_id)
    return Resource(
        person_id=person_id,
        company_id=spell.company_id or known.company_of(spell.org_unit_id, day),
        org_unit_ids=tuple(dict.fromkeys(unit for post in _posts(spell) for unit in known.ancestors(post, day))),
    )


def _posts(spell: PersonSpell) -> tuple[str, ...]:
    """Where somebody is in post; who left is told of where he last was."""
    return spell.units or ((spell.org_unit_id,) if spell.org_unit_id else ())
