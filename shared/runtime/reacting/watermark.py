"""Every day each service says what it recorded the day before: how audit knows that nothing is missing (T13).

The digest is an ordinary event of an ordinary aggregate, made by an ordinary timer; only its count needs the database.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from shared.decider import Command, Decider, Timer
from shared.events.base import REGISTERED, Digested, Identifier, Sha256
from shared.events.codec import Recorded
from shared.law.calendar import end_of_day, start_of_day
from shared.runtime.clock import Clock
from shared.runtime.database import Connection, Pool, transaction
from shared.runtime.reacting.reactions import Step, Task
from shared.runtime.writing.aggregates import Aggregate
from shared.runtime.writing.event_store import append
from shared.runtime.writing.origin import Origin, due_of

HALF_PAST_MIDNIGHT: Final = timedelta(minutes=30)
ONE_DAY: Final = timedelta(days=1)
AHEAD: Final = timedelta(days=92)
"""So far ahead are timers laid: days that were missed are caught up with in one transaction, not one after another."""

_COUNT: Final = """
SELECT day, count(event_id), encode(sha256(convert_to(
         coalesce(string_agg(event_id::text, E'\\n' ORDER BY event_id::text COLLATE "C"), ''), 'UTF8')), 'hex'
       ) AS digest
  FROM unnest($1::date[], $2::timestamptz[], $3::timestamptz[]) AS n (day, begins, ends)
  LEFT JOIN event ON recorded_at >= begins AND recorded_at < ends
 GROUP BY day
"""
_LAST: Final = """
SELECT (convert_from(body, 'UTF8')::jsonb #>> '{data,day}')::date FROM event WHERE stream = $1
 ORDER BY version DESC LIMIT 1
"""


class TakeDigest(Task):
    service: Identifier
    day: date

    @property
    def stream(self) -> str:
        return f"task/digest/{self.service}"


class RecordDigest(Command):
    kind = "digest"
    service: Identifier
    day: date
    count: int
    digest: Sha256

    @property
    def stream(self) -> str:
        return f"{self.kind}/{self.service}"


def digest_aggregate(service: str) -> Aggregate[RecordDigest, date, Digested]:
    """The stream `digest/<service>`: one event a day, in the order of the days."""
    event = REGISTERED[f"{service}.OutboxDigested.v1"]

    def decide(command: RecordDigest, last: date) -> list[Digested]:
        if command.day <= last:
            return []
        told = {"day": command.day, "count": command.count, "digest": command.digest}
        return [event.model_validate(told)]  # type: ignore[list-item]

    def ahead(told: Digested) -> list[Timer]:
        return [timer_for(service, told.day + AHEAD)]

    decider: Decider[RecordDigest, date, Digested] = Decider(date.min, decide, lambda _last, told: told.day)
    return Aggregate("digest", decider, (RecordDigest,), ahead)


def timer_for(service: str, day: date) -> Timer:
    """A day is digested at 00:30 of the next one."""
    return Timer(end_of_day(day) + HALF_PAST_MIDNIGHT, TakeDigest(service=service, day=day), day.isoformat())


class Watermark:
    """Performs the digest's task: counts what the day's events are.

    Several days in one transaction are counted before any of their digests is recorded. None of those belongs to them:
    a digest is of a day that is over, and is recorded today.
    """

    def __init__(self, service: str) -> None:
        self._service = service

    def named(self, stored: dict[str, Any]) -> Task | None:
        return TakeDigest.model_validate_json(stored["fields"]) if stored["name"] == TakeDigest.__name__ else None

    async def load(
        self, connection: Connection, _batch: Sequence[Recorded], tasks: Sequence[Task]
    ) -> dict[date, tuple[int, str]]:
        days = list({task.day for task in tasks if isinstance(task, TakeDigest)})
        rows = await connection.fetch(_COUNT, days, list(map(start_of_day, days)), list(map(end_of_day, days)))
        return {row["day"]: (row["count"], row["digest"]) for row in rows}

    def perform(self, task: Task, known: dict[date, tuple[int, str]], _today: date) -> list[Step]:
        if not isinstance(task, TakeDigest):
            return []
        count, digest = known[task.day]
        return [RecordDigest(service=self._service, day=task.day, count=count, digest=digest)]


async def begin(pool: Pool, service: str, clock: Clock) -> None:
    """At every start: a timer for each of the days to come that has none; at the first one, from today on."""
    async with transaction(pool) as connection:
        last = await connection.fetchval(_LAST, f"digest/{service}")
        first = clock.today() if last is None else last + ONE_DAY
        days = (first + ONE_DAY * place for place in range(AHEAD.days))
        origin = Origin(actor=f"system/{service}")
        await append(connection, [], due=[due_of(timer_for(service, day), origin) for day in days])
