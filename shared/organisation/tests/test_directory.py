"""What one request asks of the organisation."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import MetaData

from shared.organisation.directory import RequestDirectory, organisation_view

STORE = organisation_view(MetaData()).at("")


class Asked:
    """A connection that knows nobody, and remembers whom it was asked about."""

    def __init__(self) -> None:
        self.about: list[tuple[set[str], list[str]]] = []

    async def fetch(self, _sql: str, subjects: Sequence[str], principals: Sequence[str]) -> list[Any]:
        self.about.append((set(subjects) - set(principals), list(principals)))
        return []


async def test_the_caller_is_looked_up_with_whatever_is_asked_for_first() -> None:
    connection: Any = Asked()
    directory = RequestDirectory(STORE, "person/P1")
    await directory.around(connection, ["unit/D1"])
    await directory.around(connection, (), ["person/P1"])
    assert connection.about == [({"unit/D1"}, ["person/P1"])]


async def test_only_what_was_not_looked_up_yet_is_asked_for() -> None:
    connection: Any = Asked()
    directory = RequestDirectory(STORE, "person/P1")
    await directory.around(connection, ["unit/D1"])
    await directory.around(connection, ["unit/D1", "unit/D2"], ["person/P2"])
    await directory.around(connection, ["unit/D2"], ["person/P2", "person/P1"])
    assert connection.about[1:] == [({"unit/D2"}, ["person/P2"])]
