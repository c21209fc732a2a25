"""The histories of all subjects as live keeps them: one row per event, its bytes unchanged, and since when known."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from services.audit.domain.history import History, Told, history_of
from shared.events.codec import Recorded, decode
from shared.runtime.database import Connection
from shared.runtime.service import READ_ONCE

_ADD: Final = """
INSERT INTO subject_history (subject, source, event_id, known_at, value)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::bytea[]) ON CONFLICT DO NOTHING
"""
_LOAD: Final = """
SELECT h.subject, h.known_at, h.value FROM unnest($1::text[]) AS n (subject)
  JOIN subject_history h ON h.subject = n.subject
"""


@lru_cache(READ_ONCE)
def _told(value: bytes, known_at: datetime) -> Told | None:
    """Whoever is touched once is touched again soon, and each time with his whole history."""
    recorded = decode(value)
    return Told(recorded, known_at) if isinstance(recorded, Recorded) else None


@dataclass(frozen=True, slots=True)
class NewFact:
    """An event on its way into a subject's history."""

    subject: str
    source: str
    event_id: str
    known_at: datetime
    value: bytes


async def add(connection: Connection, facts: Sequence[NewFact]) -> None:
    """What is there already changes nothing."""
    await connection.execute(
        _ADD,
        [fact.subject for fact in facts],
        [fact.source for fact in facts],
        [fact.event_id for fact in facts],
        [fact.known_at for fact in facts],
        [fact.value for fact in facts],
    )


async def load(connection: Connection, subjects: Iterable[str]) -> dict[str, History]:
    """The histories of these subjects; an empty one of a subject nobody told anything about."""
    told: dict[str, list[Told]] = defaultdict(list)
    wanted = list(dict.fromkeys(subjects))
    for row in await connection.fetch(_LOAD, wanted):
        each = _told(row["value"], row["known_at"])
        if each is not None:
            told[row["subject"]].append(each)
    return {subject: history_of(told[subject]) for subject in wanted}
