"""Read models: one row per key, folded from the log by a pure `project`, written in bulk with the offsets.

A view can always be thrown away: `rebuild` makes its next build beside the live one and switches in one transaction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Final, Generic, TypeVar, get_args, get_origin, get_type_hints

import msgspec
import orjson
from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, MetaData, Table, Text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB

from shared.events.codec import Recorded
from shared.events.topics import Topic
from shared.runtime.database import Connection
from shared.runtime.reading.intake import Unfoldable

R = TypeVar("R")
_TYPES: Final = {str: Text(), int: Integer(), bool: Boolean(), date: Date(), datetime: DateTime(timezone=True)}
"""Columns by the types of a row's fields; whatever else it has is kept as JSON."""


def table_of(row: type[msgspec.Struct], name: str, metadata: MetaData, *indexes: Index) -> Table:
    """The table whose columns are a row's fields; the first is the key, and what may be None may be null."""
    hints = get_type_hints(row, include_extras=True)
    fields = [(each.name, hints[each.name]) for each in msgspec.structs.fields(row)]
    columns = (_column(each, kind, primary_key=place == 0) for place, (each, kind) in enumerate(fields))
    return Table(name, metadata, *columns, *indexes)


def _column(name: str, kind: Any, *, primary_key: bool) -> Column[Any]:
    """`Annotated[int, BigInteger()]` names its column's type itself."""
    plain, *said = get_args(kind) if get_origin(kind) is Annotated else (kind,)
    kinds = get_args(plain) if isinstance(plain, UnionType) else (plain,)
    of: Any = said[0] if said else _TYPES.get(kinds[0], JSONB())
    return Column(name, of, primary_key=primary_key, nullable=NoneType in kinds)


@dataclass(frozen=True)
class View(Generic[R]):
    """A question, the row that answers it, and how events change the row.

    `key` names the row an event touches (None: not this view's business); `project` returns None for "no such row".
    The row is a frozen Struct whose fields are the table's columns; the first is the key. `kinds` are the kinds of
    streams it is about: everything else of its topics is passed over unread. Without any, it reads all of them.
    """

    name: str
    topics: tuple[Topic, ...]
    table: Table
    row: type[R]
    key: Callable[[Recorded], str | None]
    project: Callable[[R | None, Recorded], R | None]
    kinds: frozenset[str] = frozenset()

    def at(self, suffix: str) -> "Store[R]":
        """Where one build of the view is kept; the live build has no suffix."""
        return _store(self, suffix)


class Store(Generic[R]):
    """Reads and writes the rows of one build of a view."""

    def __init__(self, view: View[R], table: str) -> None:
        self.view = view
        self.table = table
        self._columns = [column.name for column in view.table.columns]
        self._json = [isinstance(column.type, JSONB) for column in view.table.columns]
        self._key = self._columns[0]
        self._upsert = self._upsert_statement()

    async def load(self, connection: Connection, keys: Iterable[str]) -> dict[str, R]:
        """The rows that exist of these keys.

        By a join: planned while the table is young, `= ANY` compares every row with every key for minutes after.
        """
        query = f"SELECT t.* FROM unnest($1::text[]) AS n (key) JOIN {self.table} t ON t.{self._key} = n.key"
        rows = await connection.fetch(query, list(keys))
        return {row[self._key]: self.row(row) for row in rows}

    async def save(self, connection: Connection, rows: Mapping[str, R | None]) -> None:
        """Write rows, and delete where there is none any more."""
        gone = [key for key, row in rows.items() if row is None]
        kept = [row for row in rows.values() if row is not None]
        if gone:
            await connection.execute(f"DELETE FROM {self.table} WHERE {self._key} = ANY($1)", gone)
        if kept:
            await connection.execute(self._upsert, *self._arrays(kept))

    def _arrays(self, rows: Sequence[R]) -> list[list[Any]]:
        return [[getattr(row, name) for row in rows] for name in self._columns]

    def row(self, record: Any) -> R:
        values = {
            name: _tuples(record[name]) if json else record[name]
            for name, json in zip(self._columns, self._json, strict=True)
        }
        return self.view.row(**values)

    def _upsert_statement(self) -> str:
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
        types = [column.type.compile(dialect) for column in self.view.table.columns]
        arrays = ", ".join(f"${place}::{type_}[]" for place, type_ in enumerate(types, 1))
        updates = ", ".join(f"{name} = excluded.{name}" for name in self._columns[1:])
        names = ", ".join(self._columns)
        return (
            f"INSERT INTO {self.table} ({names}) SELECT * FROM unnest({arrays}) "
            f"ON CONFLICT ({self._key}) DO UPDATE SET {updates}"
        )


@cache
def _store(view: View[R], suffix: str) -> Store[R]:
    """Made once: composing its statements takes longer than a query."""
    return Store(view, view.table.name + suffix)


class ViewHandler(Generic[R]):
    """Folds a batch in memory and writes each touched row once."""

    writes_last: ClassVar[bool] = True

    def __init__(self, store: Store[R]) -> None:
        self.store = store
        self._view = store.view

    async def handle(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        touched = [(key, recorded) for recorded in batch if (key := self._key(recorded)) is not None]
        before = await self.store.load(connection, {key for key, _ in touched}) if touched else {}
        after: dict[str, R | None] = dict(before)
        for key, recorded in touched:
            after[key] = self._project(after.get(key), recorded)
        changed = {key: row for key, row in after.items() if row is not before.get(key)}
        await self.store.save(connection, changed)

    def _key(self, recorded: Recorded) -> str | None:
        try:
            return self._view.key(recorded)
        except Exception as error:
            raise Unfoldable(recorded, error) from error

    def _project(self, row: R | None, recorded: Recorded) -> R | None:
        try:
            return self._view.project(row, recorded)
        except Exception as error:
            raise Unfoldable(recorded, error) from error


def _tuples(value: Any) -> Any:
    """JSON has no tuples; rows are frozen and have no lists."""
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value


def canonical(rows: Iterable[Any]) -> bytes:
    """Rows of a view as bytes that are equal if and only if the rows are, for digests and comparisons."""
    documents = [msgspec.structs.asdict(row) for row in rows]
    return b"\n".join(sorted(orjson.dumps(each, option=orjson.OPT_SORT_KEYS) for each in documents))
