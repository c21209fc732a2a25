"""The table of a view follows from its row."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from sqlalchemy import BigInteger, Index, MetaData
from sqlalchemy.dialects import postgresql

from shared.runtime.reading.views import table_of


class Row(msgspec.Struct, frozen=True):
    name: str
    on: date
    at: datetime | None
    count: int
    sum: Annotated[int | None, BigInteger()]
    open: bool
    parts: tuple[str, ...]

    @property
    def closed(self) -> bool:
        return not self.open


TABLE = table_of(Row, "rows", MetaData(), Index(None, "on"))


def test_every_field_is_a_column_of_its_type() -> None:
    types = {column.name: column.type.compile(postgresql.dialect()) for column in TABLE.columns}  # type: ignore[no-untyped-call]
    assert types == {
        "name": "TEXT",
        "on": "DATE",
        "at": "TIMESTAMP WITH TIME ZONE",
        "count": "INTEGER",
        "sum": "BIGINT",
        "open": "BOOLEAN",
        "parts": "JSONB",
    }


def test_only_what_may_be_none_may_be_null() -> None:
    assert {column.name for column in TABLE.columns if column.nullable} == {"at", "sum"}


def test_the_first_field_is_the_key() -> None:
    assert [column.name for column in TABLE.primary_key] == ["name"]
