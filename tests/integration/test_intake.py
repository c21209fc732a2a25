"""From records to a handler: what is applied, remembered, parked and counted, in one transaction on a real database."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from prometheus_client import REGISTRY

from shared.events.codec import Recorded
from shared.runtime.database import Connection, transaction
from shared.runtime.reading.intake import Intake, Unfoldable
from shared.runtime.reading.intake_rows import accept_gap
from shared.runtime.reading.parked import StoredRecord
from shared.runtime.reading.sift import TooManyParked
from tests.integration.conftest import House
from tests.integration.tally import Counted, counted

pytestmark = pytest.mark.stack
NOON = datetime(2016, 4, 1, 3, tzinfo=UTC)
SENT = int(NOON.timestamp() * 1000)
POISON = b"\x00not json"


class Ledger:
    """Writes each event down; one that is noted as unfoldable is found so after others were written."""

    writes_last: ClassVar[bool] = False

    def __init__(self) -> None:
        self.tries = 0

    async def handle(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        self.tries += 1
        for each in batch:
            assert isinstance(each.event, Counted)
            if each.event.note.startswith("unfoldable"):
                raise Unfoldable(each, ArithmeticError(f"planted: {each.event.note}"))
            await connection.execute(
                """INSERT INTO totals VALUES ($1, $2, 1) ON CONFLICT (stream) DO UPDATE
                   SET total = totals.total + excluded.total, events = totals.events + 1""",
                each.stream,
                each.event.by,
            )


class CarefulLedger(Ledger):
    """Looks at all events before it writes the first."""

    writes_last: ClassVar[bool] = True

    async def handle(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        assert not await connection.fetchval("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        await super().handle(connection, [])
        await super().handle(connection, batch)


@dataclass
class Reader:
    house: House
    handler: Ledger = field(default_factory=Ledger)
    offset: int = 0

    def __post_init__(self) -> None:
        self.intake = Intake("reader", self.handler)

    async def reads(self, *values: tuple[str, bytes], intake: Intake | None = None) -> None:
        records = [self.record(tally, value) for tally, value in values]
        async with transaction(self.house.pool) as connection:
            await (intake or self.intake).process(connection, records)

    def record(self, tally: str, value: bytes) -> StoredRecord:
        self.offset += 1
        return StoredRecord("tally.events", 0, self.offset, f"tally/{tally}".encode(), value, SENT)

    async def totals(self) -> dict[str, tuple[int, int]]:
        rows = await self.house.fetch("SELECT * FROM totals")
        return {row["stream"].removeprefix("tally/"): (row["total"], row["events"]) for row in rows}

    async def parked(self) -> list[tuple[str, str]]:
        rows = await self.house.fetch('SELECT stream, reason FROM parked ORDER BY "offset"')
        return [(row["stream"].removeprefix("tally/"), row["reason"]) for row in rows]

    def counted(self) -> dict[str, float]:
        return {
            outcome: REGISTRY.get_sample_value(
                "daicho_consumed_records_total", {"subscription": "reader", "outcome": outcome}
            )
            or 0
            for outcome in ("applied", "repeated", "unknown", "parked")
        }


@pytest.fixture
async def reader(without_kafka: House) -> Reader:
    return Reader(without_kafka)


def a(version: int, by: int = 1, note: str = "") -> tuple[str, bytes]:
    return "a", counted("a", version, by, note)


def b(version: int, by: int = 1, note: str = "") -> tuple[str, bytes]:
    return "b", counted("b", version, by, note)


def told_by_hr(by: int) -> tuple[str, bytes]:
    return "a", counted("a", None, by, source="/hr")


def unheard(version: int) -> tuple[str, bytes]:
    return "a", counted("a", version).replace(b"tally.Counted.v1", b"tally.Sung.v1")


BEHIND = "behind-a-parked-event"


# --- remembered -------------------------------------------------------------------------------------------------------


async def test_what_was_applied_is_remembered_by_version_from_one_batch_to_the_next(reader: Reader) -> None:
    await reader.reads(a(1), a(2, 10), b(1))
    await reader.reads(a(2, 10), b(1), a(3, 100))
    assert await reader.totals() == {"a": (111, 3), "b": (1, 1)}
    await reader.reads(a(5))
    assert await reader.parked() == [("a", "version-gap")]


async def test_what_others_tell_is_remembered_by_source_and_id(reader: Reader) -> None:
    await reader.reads(told_by_hr(1), told_by_hr(10))
    await reader.reads(told_by_hr(10), told_by_hr(100), told_by_hr(1))
    assert await reader.totals() == {"a": (111, 3)}


async def test_what_this_release_does_not_know_takes_its_place_in_its_stream(reader: Reader) -> None:
    await reader.reads(a(1), unheard(2))
    await reader.reads(a(3, 100), unheard(4), a(5, 1000))
    assert await reader.totals() == {"a": (1101, 3)}
    await reader.reads(unheard(7), a(8))
    assert await reader.parked() == [("a", "version-gap"), ("a", BEHIND)]


async def test_each_subscription_remembers_for_itself(reader: Reader) -> None:
    other = Intake("other", reader.handler)
    await reader.reads(a(1), told_by_hr(1))
    await reader.reads(a(1), told_by_hr(1), intake=other)
    assert await reader.totals() == {"a": (4, 4)}
    await reader.reads(("b", POISON))
    await reader.reads(b(1), intake=other)
    assert await reader.totals() == {"a": (4, 4), "b": (1, 1)}


async def test_a_gap_that_was_let_go_of_is_accepted_once(reader: Reader) -> None:
    await reader.reads(a(1))
    async with transaction(reader.house.pool) as connection:
        await accept_gap(connection, "reader", "tally/a")
        await accept_gap(connection, "reader", "tally/b")
    await reader.reads(a(3), b(7))
    await reader.reads(a(4), b(8))
    await reader.reads(a(6), b(10))
    assert await reader.totals() == {"a": (3, 3), "b": (2, 2)}
    assert await reader.parked() == [("a", "version-gap"), ("b", "version-gap")]


@pytest.mark.parametrize("ends", [(4,), (1, 2, 3, 4), (1, 4), (2, 4), (3, 4)])
async def test_a_record_that_was_let_go_of_is_passed_over_when_it_is_met_again_however_the_batches_fall(
    reader: Reader, ends: tuple[int, ...]
) -> None:
    for subscription, offset in (("reader", 2), ("other", 4)):
        await reader.house.fetch(
            "INSERT INTO discarded VALUES ($1, 'tally.events', 0, $2, 'tally/a', 'invalid-json', 'lost', 'P1', now())",
            subscription,
            offset,
        )
    records = [a(1), ("a", POISON), a(3), a(4)]
    begin = 0
    for end in ends:
        await reader.reads(*records[begin:end])
        begin = end
    assert await reader.totals() == {"a": (3, 3)}
    assert await reader.parked() == []


@pytest.mark.parametrize("ends", [(3,), (1, 3), (2, 3)])
async def test_what_was_given_up_before_a_record_is_not_waited_for_when_it_is_met_again(
    reader: Reader, ends: tuple[int, ...]
) -> None:
    await reader.house.fetch(
        "INSERT INTO discarded VALUES ('reader', 'tally.events', 0, 2, 'tally/a', 'version-gap', 'lost', 'P1', now())"
    )
    records = [a(1), a(3), a(5)]
    begin = 0
    for end in ends:
        await reader.reads(*records[begin:end])
        begin = end
    assert await reader.totals() == {"a": (2, 2)}
    assert await reader.parked() == [("a", "version-gap")]


# --- parked -----------------------------------------------------------------------------------------------------------


async def test_a_stream_once_parked_waits_in_later_batches_too(reader: Reader) -> None:
    await reader.reads(a(1), ("a", POISON), b(1))
    await reader.reads(a(3), b(2))
    assert await reader.totals() == {"a": (1, 1), "b": (2, 2)}
    assert await reader.parked() == [("a", "invalid-json"), ("a", BEHIND)]


async def test_a_parked_record_is_kept_as_it_came(reader: Reader) -> None:
    await reader.reads(a(1), ("a", POISON))
    (row,) = await reader.house.fetch("SELECT * FROM parked")
    assert (row["subscription"], row["topic"], row["partition"], row["offset"]) == ("reader", "tally.events", 0, 2)
    assert (row["key"], row["value"], row["broker_time"]) == (b"tally/a", POISON, NOON)
    assert abs((row["parked_at"] - datetime.now(UTC)).total_seconds()) < 60


@pytest.mark.parametrize("timestamp", [-1, 0])
async def test_a_record_without_a_time_is_as_old_as_can_be(reader: Reader, timestamp: int) -> None:
    async with transaction(reader.house.pool) as connection:
        await reader.intake.process(connection, [replace(reader.record("a", POISON), timestamp=timestamp)])
    assert await reader.house.value("SELECT broker_time FROM parked") == datetime(1970, 1, 1, tzinfo=UTC)


async def test_the_reason_is_kept_as_far_as_a_database_can_keep_it(reader: Reader) -> None:
    long = "unfoldable \x00\ud800" + "x" * 2000
    reader.intake = Intake("reader", reader.handler, lambda _: _unfoldable(long))
    await reader.reads(a(1))
    detail = await reader.house.value("SELECT detail FROM parked")
    assert detail.startswith("tally.Counted.v1: ArithmeticError: planted: unfoldable ?x")
    assert len(detail) == 1000


def _unfoldable(note: str) -> Recorded:
    return Recorded("E1", "/tally", "tally/a", 1, NOON, NOON, Counted(by=1, note=note))


async def test_an_event_that_can_not_be_folded_takes_back_what_was_written_beside_it_and_parks_its_stream(
    reader: Reader,
) -> None:
    await reader.reads(b(1), a(1), a(2, note="unfoldable"), a(3), b(2, note="unfoldable too"))
    assert await reader.totals() == {"a": (1, 1), "b": (1, 1)}
    assert await reader.parked() == [("a", "unfoldable"), ("a", BEHIND), ("b", "unfoldable")]
    assert reader.handler.tries == 3


async def test_who_writes_last_needs_nothing_taken_back(without_kafka: House) -> None:
    reader = Reader(without_kafka, CarefulLedger())
    await reader.reads(a(1), b(1))
    assert await reader.totals() == {"a": (1, 1), "b": (1, 1)}


async def test_when_most_of_a_batch_can_not_be_used_nothing_of_it_is_parked(reader: Reader) -> None:
    unreadable = [(f"t{number}", POISON) for number in range(50)]
    unfoldable = [(f"t{number}", counted(f"t{number}", 1, note="unfoldable")) for number in range(50)]
    for batch in (unreadable, unfoldable):
        with pytest.raises(TooManyParked):
            await reader.reads(*batch)
    assert reader.handler.tries == 1 + 50
    assert (await reader.parked(), await reader.totals()) == ([], {})
    await reader.reads(*unreadable[:49])
    assert len(await reader.parked()) == 49


# --- counted ----------------------------------------------------------------------------------------------------------


async def test_every_record_is_counted_by_what_became_of_it(reader: Reader, capsys: pytest.CaptureFixture[str]) -> None:
    before = reader.counted()
    unknown = "c", counted("c", 1).replace(b"tally.Counted.v1", b"tally.Sung.v1")
    await reader.reads(a(1), a(1), b(1), a(2), unknown, ("a", POISON), a(4), a(5))
    after = reader.counted()
    assert {outcome: after[outcome] - before[outcome] for outcome in after} == {
        "applied": 3, "repeated": 1, "unknown": 1, "parked": 3
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kinds", "concerned"), [(frozenset[str](), True), (frozenset({"tally"}), True), (frozenset({"slip"}), False)]
)
def test_a_subscription_reads_the_kinds_of_streams_it_is_about_or_all(kinds: frozenset[str], concerned: bool) -> None:
    intake: Any = Intake("reader", Ledger(), kinds=kinds)
    assert intake.concerns("tally/a") is concerned
