"""Intervals in their tables: the live ones and those of a replay have the same columns and are read alike."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.audit.domain.canonical import canonical
from services.audit.domain.interval import EventRef, Interval, because_document, clipped
from services.audit.domain.readings import Cell, Level, Verdict
from services.audit.domain.turns import Turn, changes
from services.audit.locks import patiently
from shared.runtime.database import Connection

COLUMNS: Final = {
    "rule": "text",
    "mode": "text",
    "subject": "text",
    "begins": "date",
    "ends": "date",
    "unit": "text",
    "company": "text",
    "status": "text",
    "due": "date",
    "value": "int",
    "because": "jsonb",
}
_NAMES: Final = ", ".join(COLUMNS)
_VALUES: Final = ", ".join(f"n.{name}::{kind}" for name, kind in COLUMNS.items())
_INSERT: Final = "INSERT INTO {table} ({fixed}{names}) SELECT {first}{values} FROM unnest({arrays}) AS n ({names})"
_IN_PERIOD: Final = f"""
SELECT {_NAMES} FROM {{table}} WHERE {{where}} begins < $2 AND (ends IS NULL OR ends > $1)
 ORDER BY rule, unit, mode, subject, begins
"""
_AT_ONCE: Final = 2_000


def _arrays(first: int) -> str:
    """JSON travels as text: the driver takes a list of lists for an array of two dimensions."""
    kinds = ("text" if kind == "jsonb" else kind for kind in COLUMNS.values())
    return ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(kinds, first))


_LIVE: Final = _INSERT.format(table="interval", fixed="", first="", names=_NAMES, values=_VALUES, arrays=_arrays(1))
_REPLAYED: Final = _INSERT.format(
    table="replay_interval", fixed="replay_id, ", first="$1::uuid, ", names=_NAMES, values=_VALUES, arrays=_arrays(2)
)


_HEARD: Final = "rule, mode, subject, begins, ends, unit, company, status, due"
"""What the compliance table hears of an interval."""
_BY_OWNER: Final = f"SELECT {_HEARD} FROM interval ORDER BY split_part(subject, '#', 1)"
_REMOVE: Final = f"""
DELETE FROM interval USING unnest($1::text[]) AS n (owner) WHERE split_part(subject, '#', 1) = n.owner
RETURNING {_HEARD}
"""
"""With every instance of their duties; the expression is indexed."""
_TURN: Final = """
INSERT INTO turn AS t (level, place, day, rule, mode, verdict, change)
SELECT * FROM unnest($1::int[], $2::text[], $3::date[], $4::text[], $5::text[], $6::int[], $7::int[])
ON CONFLICT (level, place, day, rule, mode, verdict) DO UPDATE SET change = t.change + excluded.change
"""


async def replace(connection: Connection, subjects: Sequence[str], intervals: Sequence[Interval]) -> None:
    """What live says of these subjects from now on, and how the table turns with it."""
    before = [Interval(**row) for row in await connection.fetch(_REMOVE, list(subjects))]
    await connection.execute(_LIVE, *_columns(intervals))
    await _turn(connection, changes(before, intervals))


async def _turn(connection: Connection, turned: Mapping[Turn, int]) -> None:
    """In one order, so that no two transactions wait for each other."""
    rows = sorted(
        (int(at.level), at.place, day, at.rule, at.mode, int(at.verdict), by) for (at, day), by in turned.items() if by
    )
    if rows:
        await connection.execute(_TURN, *map(list, zip(*rows, strict=True)))


async def add_replayed(connection: Connection, replay_id: UUID, intervals: Iterable[Interval]) -> None:
    await connection.execute(_REPLAYED, replay_id, *_columns(intervals))


async def live_result(connection: Connection, begins: date, ends: date) -> AsyncIterator[Interval]:
    """The canonical result of the days [begins, ends) as live has it, row by row; needs a transaction."""
    await patiently(connection)
    query = _IN_PERIOD.format(table="interval", where="")
    async for row in connection.cursor(query, begins, ends, prefetch=_AT_ONCE):
        piece = clipped(interval_of(row), begins, ends)
        if piece is not None:
            yield piece


async def by_owner(connection: Connection) -> AsyncIterator[list[Interval]]:
    """What live says, subject by subject; needs a transaction."""
    await patiently(connection)
    owned: list[Interval] = []
    async for row in connection.cursor(_BY_OWNER, prefetch=_AT_ONCE):
        each = Interval(**row)
        if owned and owned[0].owner != each.owner:
            yield owned
            owned = []
        owned.append(each)
    if owned:
        yield owned


async def kept_turns(connection: Connection) -> Counter[Turn]:
    """How the table turns, as it is kept."""
    rows = await connection.fetch("SELECT * FROM turn WHERE change <> 0")
    return Counter({(cell_of(row), row["day"]): row["change"] for row in rows})


def cell_of(row: Any) -> Cell:
    return Cell(row["rule"], row["mode"], Level(row["level"]), row["place"], Verdict(row["verdict"]))


async def replayed_result(connection: Connection, replay_id: UUID) -> AsyncIterator[Interval]:
    """The canonical result of a replay, row by row; needs a transaction."""
    await patiently(connection)
    query = _IN_PERIOD.format(table="replay_interval", where="replay_id = $3 AND")
    async for row in connection.cursor(query, date.min, date.max, replay_id, prefetch=_AT_ONCE):
        yield interval_of(row)


def interval_of(row: Any) -> Interval:
    values = {name: row[name] for name in COLUMNS}
    values["because"] = tuple(EventRef(**each) for each in row["because"])
    return Interval(**values)


def _columns(intervals: Iterable[Interval]) -> list[list[Any]]:
    rows = list(intervals)
    columns = {name: [getattr(row, name) for row in rows] for name in COLUMNS}
    columns["because"] = [canonical(because_document(row.because)).decode() for row in rows]
    return list(columns.values())
