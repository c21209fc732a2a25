"""Between a Kafka record and a handler: read, sift, let the handler work, keep what was parked, in one transaction."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import ClassVar, Protocol

import structlog

from shared.events.codec import Recorded, decode
from shared.law.national_id import redact
from shared.runtime.database import Connection
from shared.runtime.reading.intake_rows import load_known, save
from shared.runtime.reading.record import Mark, Outcome, Read, Record, mark_of, outcome_of
from shared.runtime.reading.sift import Known, Sifted, check_count, check_share, sift
from shared.runtime.watching.instruments import CONSUMED
from shared.runtime.watching.telemetry import batch_span

log = structlog.get_logger()


class Handler(Protocol):
    """What a subscription does with the events it accepted, inside the batch's transaction.

    `writes_last`: it writes only when nothing can be unfoldable any more, so there is never anything to take back.
    """

    writes_last: ClassVar[bool]

    async def handle(self, connection: Connection, batch: Sequence[Recorded]) -> None: ...


class Unfoldable(Exception):  # noqa: N818 - parks the stream from the event that could not be folded
    def __init__(self, recorded: Recorded, cause: Exception) -> None:
        super().__init__(f"{recorded.stream} at {recorded.event.type}: {type(cause).__name__}")
        self.mark = mark_of(recorded)
        self.detail = f"{recorded.event.type}: {type(cause).__name__}: {cause}"


class Intake:
    """A feed's `process`: everything between the records and one handler."""

    def __init__(
        self, subscription: str, handler: Handler, read: Read = decode, kinds: frozenset[str] = frozenset()
    ) -> None:
        """`kinds` are the kinds of streams it is about; without any, it takes them all."""
        self.subscription = subscription
        self._handler = handler
        self._read = read
        self._kinds = kinds

    async def process(self, connection: Connection, records: Sequence[Record]) -> None:
        """Sift one batch, let the handler work, keep what was parked: all in the caller's transaction."""
        outcomes = [(record, self.read(record)) for record in records]
        known = await load_known(connection, self.subscription, outcomes)
        check_share(await self.apply(connection, outcomes, known), len(records))

    def concerns(self, stream: str) -> bool:
        """Whether the subscription reads streams of this kind at all."""
        return not self._kinds or stream.partition("/")[0] in self._kinds

    async def apply(self, connection: Connection, outcomes: Sequence[tuple[Record, Outcome]], known: Known) -> Sifted:
        refused: dict[Mark, str] = {}
        while True:
            sifted = sift(outcomes, known, refused)
            try:
                with batch_span(f"consume {self.subscription}", (each.traceparent for each in sifted.accepted)):
                    async with nullcontext() if self._handler.writes_last else connection.transaction():
                        await self._handler.handle(connection, sifted.accepted)
                break
            except Unfoldable as unfoldable:
                refused[unfoldable.mark] = unfoldable.detail
                check_count(len(refused), len(outcomes))
        await save(connection, self.subscription, sifted)
        self._count(sifted)
        return sifted

    def read(self, record: Record) -> Outcome:
        return outcome_of(record, self._read)

    def _count(self, sifted: Sifted) -> None:
        for outcome, count in (
            ("applied", len(sifted.accepted)),
            ("repeated", sifted.repeated),
            ("unknown", sifted.unknown),
            ("parked", len(sifted.parked)),
        ):
            CONSUMED.labels(self.subscription, outcome).inc(count)
        for stream, reason in sifted.newly_parked.items():
            log.error("stream_parked", subscription=self.subscription, stream=redact(stream), reason=reason)
