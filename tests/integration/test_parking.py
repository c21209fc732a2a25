"""A record that cannot be used parks its stream and nothing else; mended or let go of, the stream goes on in order."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from prometheus_client import REGISTRY

from shared.events.codec import Recorded, Unknown, decode
from shared.events.topics import MAX_RECORD_BYTES
from shared.runtime.database import transaction
from shared.runtime.reading.intake import Intake
from shared.runtime.reading.parked import Released, discard, list_parked, retry
from shared.runtime.reading.views import ViewHandler
from shared.testing.house import eventually
from tests.integration.conftest import House
from tests.integration.tally import TOTALS, Total, counted, project

pytestmark = pytest.mark.stack
Running = Callable[[Any], asyncio.Task[Any]]
Put = tuple[bytes | None, bytes | None]
TRUNCATED = counted("a", 2)[:-20]
NEWER = counted("a", 2, by=10).replace(b"tally.Counted.v1", b"tally.Counted.v9")
UNFOLDABLE = counted("a", 2, by=10, note="unfoldable")


def a(version: int, by: int = 1) -> Put:
    return b"tally/a", counted("a", version, by)


def unheard(version: int) -> Put:
    return b"tally/a", counted("a", version).replace(b"tally.Counted.v1", b"tally.Wondered.v1")


@dataclass
class Reader:
    """The totals view reading its topic, and what may be done to its parked streams."""

    house: House
    intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        self.intake = self.house.totals().intake

    async def has_read_everything(self) -> None:
        async def at_the_end() -> bool:
            rows = await self.house.fetch("SELECT partition, next FROM subscription_offset")
            return {row["partition"]: row["next"] for row in rows} == await self.house.ends()

        await eventually(at_the_end)

    async def reads(self, *records: Put) -> None:
        await self.house.put(*records)
        await self.has_read_everything()

    async def waiting(self) -> list[tuple[str, str]]:
        """Parked records in order: stream and reason."""
        rows = await self.house.fetch('SELECT stream, reason FROM parked ORDER BY partition, "offset"')
        return [tuple(row) for row in rows]

    async def given_up(self) -> list[tuple[str, str]]:
        rows = await self.house.fetch('SELECT stream, reason FROM discarded ORDER BY partition, "offset"')
        return [tuple(row) for row in rows]

    async def retry(self, intake: Intake | None = None) -> Released:
        async with transaction(self.house.pool) as connection:
            return await retry(connection, intake or self.intake, "tally/a")

    async def discard(self) -> Released:
        async with transaction(self.house.pool) as connection:
            return await discard(
                connection, self.intake, "tally/a", why="no backup has it", actor="P1", at=datetime.now(UTC)
            )


@pytest.fixture
async def reader(house: House, running: Running) -> Reader:
    running(house.totals().feed(house.feed_settings(), house.prefix).run())
    return Reader(house)


async def test_a_poison_parks_its_stream_in_order_while_all_others_go_on(house: House, reader: Reader) -> None:
    await reader.reads(
        a(1), (b"tally/a", TRUNCATED), a(3), (b"tally/b", counted("b", 1)), (b"tally/b", counted("b", 2))
    )
    await reader.reads(a(4))
    await house.totals_reach({"a": (1, 1), "b": (2, 2)})
    behind = ("tally/a", "behind-a-parked-event")
    assert await reader.waiting() == [("tally/a", "invalid-json"), behind, behind]
    (parked,) = await _listed(house)
    assert (parked.stream, parked.reason, parked.records) == ("tally/a", "invalid-json", 3)


async def test_a_stream_parked_by_a_newer_version_replays_once_this_release_can_read_it(
    house: House, reader: Reader
) -> None:
    await reader.reads(a(1), (b"tally/a", NEWER), a(3, by=100))
    assert await reader.waiting() == [("tally/a", "unknown-version"), ("tally/a", "behind-a-parked-event")]
    assert await reader.retry() == Released(applied=0, discarded=0, still_parked=2)

    def mended(value: bytes | None) -> Recorded | Unknown:
        return decode((value or b"").replace(b"Counted.v9", b"Counted.v1"))

    assert await reader.retry(Intake("totals", reader.intake._handler, mended)) == Released(2, 0, 0)
    await reader.reads(a(4, by=1000))
    await house.totals_reach({"a": (1111, 4)})
    assert await reader.waiting() == []


async def test_an_unreadable_record_is_let_go_of_with_a_reason_and_the_rest_is_applied(
    house: House, reader: Reader
) -> None:
    await reader.reads(a(1), (b"tally/a", TRUNCATED), a(3))
    assert await reader.discard() == Released(applied=1, discarded=1, still_parked=0)
    await reader.reads(a(4))
    await house.totals_reach({"a": (3, 3)})
    (row,) = await house.fetch("SELECT * FROM discarded")
    assert (row["stream"], row["reason"], row["why"], row["actor"]) == (
        "tally/a", "invalid-json", "no backup has it", "P1",
    )  # fmt: skip


async def test_the_gap_a_discard_leaves_stays_accepted_until_the_next_event_and_no_longer(
    house: House, reader: Reader
) -> None:
    await reader.reads(a(1), (b"tally/a", TRUNCATED))
    assert await reader.discard() == Released(applied=0, discarded=1, still_parked=0)
    await reader.reads(a(3))
    await house.totals_reach({"a": (2, 2)})
    await reader.reads(a(5))
    assert await reader.waiting() == [("tally/a", "version-gap")]


async def test_an_event_that_cannot_be_folded_parks_its_stream_from_that_event_on(house: House, reader: Reader) -> None:
    await reader.reads(a(1), (b"tally/a", UNFOLDABLE), a(3), (b"tally/b", counted("b", 1)))
    await house.totals_reach({"a": (1, 1), "b": (1, 1)})
    assert await reader.waiting() == [("tally/a", "unfoldable"), ("tally/a", "behind-a-parked-event")]
    assert await reader.retry() == Released(applied=0, discarded=0, still_parked=2)
    assert await reader.waiting() == [("tally/a", "unfoldable"), ("tally/a", "behind-a-parked-event")]


async def test_a_stream_that_could_not_be_folded_replays_in_order_once_the_fold_is_mended(
    house: House, reader: Reader
) -> None:
    await reader.reads(a(1), (b"tally/a", UNFOLDABLE), a(3, by=100))

    def mended(row: Total | None, recorded: Recorded) -> Total | None:
        harmless = recorded.event.model_copy(update={"note": ""})
        return project(row, msgspec.structs.replace(recorded, event=harmless))

    handler = ViewHandler(replace(TOTALS, project=mended).at(""))
    assert await reader.retry(Intake("totals", handler)) == Released(applied=2, discarded=0, still_parked=0)
    await house.totals_reach({"a": (111, 3)})


async def test_what_nobody_numbers_replays_as_it_came(house: House, reader: Reader) -> None:
    """The order is that of the offsets, also where others were parked in between."""
    told = [(b"tally/a", counted("a", None, by, source="/hr")) for by in (1, 10, 100)]
    await reader.reads((b"tally/a", TRUNCATED), *told)
    seen = []

    def noting(row: Total | None, recorded: Recorded) -> Total | None:
        seen.append(recorded.event.model_dump()["by"])
        return project(row, recorded)

    handler = ViewHandler(replace(TOTALS, project=noting).at(""))
    reading = Intake("totals", handler, lambda value: decode(told[0][1] if value == TRUNCATED else value))
    assert await reader.retry(reading) == Released(applied=3, discarded=0, still_parked=0)
    assert seen == [1, 10, 100]


async def test_an_event_that_cannot_be_folded_can_be_let_go_of(house: House, reader: Reader) -> None:
    await reader.reads(a(1), (b"tally/a", UNFOLDABLE), a(3))
    assert await reader.discard() == Released(applied=1, discarded=1, still_parked=0)
    await reader.reads(a(4))
    await house.totals_reach({"a": (3, 3)})


async def test_a_missing_version_parks_the_stream_until_it_came(house: House, reader: Reader) -> None:
    await reader.reads(a(1), a(3, by=100))
    assert await reader.retry() == Released(applied=0, discarded=0, still_parked=1)
    await reader.reads(a(2, by=10))
    assert await reader.retry() == Released(applied=2, discarded=0, still_parked=0)
    await house.totals_reach({"a": (111, 3)})


async def test_a_missing_version_parks_the_stream_until_it_is_given_up(house: House, reader: Reader) -> None:
    await reader.reads(a(1), a(3))
    assert await reader.waiting() == [("tally/a", "version-gap")]
    assert await reader.discard() == Released(applied=1, discarded=0, still_parked=0)
    await house.totals_reach({"a": (2, 2)})
    assert await reader.given_up() == [("tally/a", "version-gap")]


async def test_what_came_late_is_not_given_up_by_a_discard(house: House, reader: Reader) -> None:
    """Met again in the order of Kafka, the later one would else be taken first, and the other dropped as a repeat."""
    await reader.reads(a(1), a(3, by=100), a(2, by=10))
    assert await reader.discard() == Released(applied=2, discarded=0, still_parked=0)
    assert await reader.given_up() == []
    await house.totals_reach({"a": (111, 3)})


async def test_what_waited_for_a_version_that_was_given_up_can_itself_be_let_go_of(
    house: House, reader: Reader
) -> None:
    await reader.reads(a(1), (b"tally/a", counted("a", 3, note="unfoldable")))
    assert await reader.discard() == Released(applied=0, discarded=0, still_parked=1)
    assert await reader.waiting() == [("tally/a", "unfoldable")]
    assert await reader.discard() == Released(applied=0, discarded=1, still_parked=0)
    assert await reader.given_up() == [("tally/a", "unfoldable")]
    await reader.reads(a(4))
    await house.totals_reach({"a": (2, 2)})


@pytest.mark.parametrize("fault", ["unreadable", "unfoldable"])
async def test_a_log_that_is_mostly_unusable_stops_the_feed_and_parks_nothing(
    house: House, running: Running, fault: str
) -> None:
    note = "unfoldable" if fault == "unfoldable" else ""
    cut = None if fault == "unfoldable" else -20
    names = [f"t{number}" for number in range(300)]
    await house.put(*((f"tally/{name}".encode(), counted(name, 1, note=note)[:cut]) for name in names))
    feed = house.totals().feed(house.feed_settings(), house.prefix)
    running(feed.run())

    async def stopped() -> bool:
        return feed.condition.problem == "TooManyParked"

    await eventually(stopped)
    assert not feed.condition.ready
    assert await Reader(house).waiting() == []
    assert await house.value("SELECT max(next) FROM subscription_offset") == 0


DEEP = b"[" * 10_000 + b"]" * 10_000
POISON: dict[str, tuple[bytes | None, str]] = {
    "a tombstone": (None, "null-value"),
    "an empty value": (b"", "invalid-json"),
    "invalid UTF-8": (counted("x", 1).replace(b"/tally", b"/\xff\xfe"), "invalid-json"),
    "invalid UTF-8 in the data": (counted("x", 1, note="note").replace(b'"note"}', b'"\xff"}'), "invalid-data"),
    "a byte-order mark": (b"\xef\xbb\xbf" + counted("x", 1), "invalid-json"),
    "truncated JSON": (counted("x", 1)[:100], "invalid-json"),
    "trailing garbage": (counted("x", 1) + b"}", "invalid-json"),
    "no JSON": (bytes(range(256)), "invalid-json"),
    "another shape": (b"[1, 2, 3]", "invalid-envelope"),
    "an unknown version": (counted("x", 1).replace(b"Counted.v1", b"Counted.v2"), "unknown-version"),
    "a wrong type in the envelope": (counted("x", 1).replace(b'version":1', b'version":"1"'), "invalid-envelope"),
    "a wrong type in the data": (counted("x", 1).replace(b'"by":1', b'"by":"1"'), "invalid-data"),
    "a number without end": (counted("x", 1).replace(b'"by":1', b'"by":1e400'), "invalid-data"),
    "a missing field": (counted("x", 1).replace(b'"by":1,', b""), "invalid-data"),
    "a missing version": (counted("x", None), "invalid-envelope"),
    "another CloudEvents version": (counted("x", 1).replace(b'"1.0"', b'"2.0"'), "invalid-envelope"),
    "a time without an offset": (counted("x", 1).replace(b"00:00:00Z", b"00:00:00"), "invalid-envelope"),
    "NUL in the id": (counted("x", 1).replace(b'"id":"', b'"id":"\\u0000'), "invalid-envelope"),
    "half a surrogate": (counted("x", 1).replace(b'"id":"', b'"id":"\\ud800'), "invalid-json"),
    "10,000 levels in the data": (counted("x", 1).replace(b'"by":1', b'"by":' + DEEP), "too-deep"),
    "10,000 levels beside the data": (counted("x", 1).replace(b'"data"', b'"extra":' + DEEP + b',"data"'), "too-deep"),
    "another stream's event": (counted("other", 1), "key-mismatch"),
    "nearly a mebibyte of nothing": (bytes(1_000_000), "invalid-json"),
}  # fmt: skip
BAD_KEYS = [None, b"", b"\xff\xfe", b"tally/\x00", b"k" * 300, "tally/\u202e".encode()]


async def test_every_kind_of_poison_is_parked_with_its_reason_while_good_streams_go_on(
    house: House, reader: Reader
) -> None:
    good = [f"good{number}" for number in range(len(POISON))]
    large = counted("large", 1, note="x" * (MAX_RECORD_BYTES - 1000))
    records: list[Put] = [(b"tally/large", large)]
    for name, stream, (value, _) in zip(good, _streams(), POISON.values(), strict=True):
        key = f"tally/{name}".encode()
        records += [(key, counted(name, 1)), (stream.encode(), value and value.replace(b"tally/x", stream.encode()))]
        records += [(key, counted(name, 2))]
    await reader.reads(*records)
    assert dict(await reader.waiting()) == {
        stream: reason for stream, (_, reason) in zip(_streams(), POISON.values(), strict=True)
    }
    await house.totals_reach(dict.fromkeys(good, (2, 2)) | {"large": (1, 1)})


async def test_a_record_without_a_usable_key_is_parked_alone_under_its_place(house: House, reader: Reader) -> None:
    await reader.reads(*((key, counted("x", 1)) for key in BAD_KEYS), a(1))
    waiting = await reader.waiting()
    assert {reason for _, reason in waiting} == {"key-mismatch"}
    assert len({stream for stream, _ in waiting}) == len(BAD_KEYS)
    assert all(stream.startswith(f"{house.topic_name}/") for stream, _ in waiting)
    await house.totals_reach({"a": (1, 1)})


async def test_events_this_release_has_never_heard_of_are_counted_and_skipped(house: House, reader: Reader) -> None:
    before = _counted("unknown")
    unheard = counted("u", 1).replace(b"tally.Counted.v1", b"tally.Wondered.v1")
    await reader.reads((b"tally/u", unheard), a(1))
    await house.totals_reach({"a": (1, 1)})
    assert await reader.waiting() == []
    assert _counted("unknown") == before + 1


async def test_what_this_release_has_never_heard_of_leaves_no_gap_in_its_stream(house: House, reader: Reader) -> None:
    await reader.reads(a(1), unheard(2), a(3))
    await house.totals_reach({"a": (2, 2)})
    assert await reader.waiting() == []


async def test_what_this_release_has_never_heard_of_waits_in_its_place_for_what_is_missing(
    house: House, reader: Reader
) -> None:
    await reader.reads(a(1), unheard(3), a(4, by=100))
    await reader.reads(a(2, by=10))
    assert await reader.retry() == Released(applied=2, discarded=0, still_parked=0)
    await house.totals_reach({"a": (111, 3)})


async def test_repeats_of_a_stream_are_dropped_by_their_version(house: House, reader: Reader) -> None:
    await reader.reads(a(1), a(2), a(1), a(2), a(3), a(3))
    await reader.reads(a(2), a(4))
    await house.totals_reach({"a": (4, 4)})


def _streams() -> list[str]:
    return [f"tally/poison{number}" for number in range(len(POISON))]


def _counted(outcome: str) -> float:
    labels = {"subscription": "totals", "outcome": outcome}
    return REGISTRY.get_sample_value("daicho_consumed_records_total", labels) or 0


async def _listed(house: House) -> list[Any]:
    async with transaction(house.pool) as connection:
        return list(await list_parked(connection, ("", ""), 10))
