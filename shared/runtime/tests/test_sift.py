"""What becomes of each record of a batch, without any server."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from shared.events.base import DomainEvent
from shared.events.codec import Recorded, Undecodable, Unknown
from shared.runtime.reading.record import Outcome, Record, mark_of, outcome_of, stream_of
from shared.runtime.reading.sift import Known, Parking, Sifted, TooManyParked, check_share, sift

MOMENT = datetime(2016, 4, 1, tzinfo=UTC)
POISON = Undecodable("invalid-json")


@dataclass(frozen=True)
class At:
    """A record, of which only the place and the key matter here."""

    offset: int
    key: bytes | None
    value: bytes | None = b""
    topic: str = "ledger.events"
    partition: int = 0
    timestamp: int = 0


def event(stream: str, version: int | None, mark: str = "") -> Recorded:
    name = mark or f"{stream}@{version}"
    return Recorded(name, "/ledger" if version else "/hr", stream, version, MOMENT, MOMENT, DomainEvent())


def batch(*outcomes: tuple[str, Outcome]) -> list[tuple[Record, Outcome]]:
    return [(At(offset, key.encode()), outcome) for offset, (key, outcome) in enumerate(outcomes)]


def versions(stream: str, *numbers: int) -> list[tuple[str, Outcome]]:
    return [(stream, event(stream, number)) for number in numbers]


def unheard(stream: str, version: int) -> tuple[str, Outcome]:
    return (stream, Unknown("ledger.Unheard.v1", stream, version))


def accepted(sifted: Sifted) -> list[tuple[str, int | None]]:
    return [(recorded.stream, recorded.version) for recorded in sifted.accepted]


def reasons(sifted: Sifted) -> list[tuple[str, str]]:
    return [(parking.stream, parking.reason) for parking in sifted.parked]


def test_events_in_order_are_accepted_and_the_last_version_is_kept() -> None:
    sifted = sift(batch(*versions("a", 1, 2), *versions("b", 4)), Known(versions={"b": 3}))
    assert accepted(sifted) == [("a", 1), ("a", 2), ("b", 4)]
    assert sifted.versions == {"a": 2, "b": 4}


def test_repeats_are_dropped_within_a_batch_and_after_it() -> None:
    sifted = sift(batch(*versions("a", 1, 1, 2, 1), *versions("b", 3, 2)), Known(versions={"b": 3}))
    assert accepted(sifted) == [("a", 1), ("a", 2)]
    assert sifted.repeated == 4
    assert sifted.versions == {"a": 2}


def test_a_foreign_event_is_taken_once_by_its_source_and_id() -> None:
    once, again, known = event("p", None, "x"), event("p", None, "x"), event("p", None, "seen")
    sifted = sift(batch(("p", once), ("p", again), ("p", known)), Known(seen=frozenset({("/hr", "seen")})))
    assert sifted.accepted == [once]
    assert sifted.seen == {("/hr", "x")}
    assert sifted.repeated == 2


def test_a_gap_parks_the_stream_from_there_on() -> None:
    sifted = sift(batch(*versions("a", 1, 3, 2, 4), *versions("b", 1)), Known())
    assert accepted(sifted) == [("a", 1), ("b", 1)]
    assert reasons(sifted) == [("a", "version-gap"), ("a", "behind-a-parked-event"), ("a", "behind-a-parked-event")]
    assert sifted.newly_parked == {"a": "version-gap"}


def test_a_stream_that_does_not_begin_with_its_first_version_is_parked() -> None:
    assert reasons(sift(batch(*versions("a", 2)), Known())) == [("a", "version-gap")]


def test_an_accepted_gap_covers_the_next_event_only() -> None:
    sifted = sift(batch(*versions("a", 5, 6, 9)), Known(versions={"a": 2}, gaps_accepted=frozenset({"a"})))
    assert accepted(sifted) == [("a", 5), ("a", 6)]
    assert reasons(sifted) == [("a", "version-gap")]


def test_an_accepted_gap_lets_no_repeat_through() -> None:
    sifted = sift(batch(*versions("a", 2, 4)), Known(versions={"a": 2}, gaps_accepted=frozenset({"a"})))
    assert accepted(sifted) == [("a", 4)]


def test_a_record_that_was_let_go_of_is_passed_over_and_covers_the_next_event_only() -> None:
    known = Known(let_go=frozenset({("ledger.events", 0, 1)}))
    sifted = sift(batch(*versions("a", 1), ("a", POISON), *versions("a", 3, 5)), known)
    assert accepted(sifted) == [("a", 1), ("a", 3)]
    assert reasons(sifted) == [("a", "version-gap")]
    assert sifted.let_go == set()


def test_what_was_given_up_before_a_record_is_not_waited_for_and_what_is_missing_after_it_is() -> None:
    known = Known(given_up=frozenset({("ledger.events", 0, 1)}))
    sifted = sift(batch(*versions("a", 1, 3, 5)), known)
    assert accepted(sifted) == [("a", 1), ("a", 3)]
    assert reasons(sifted) == [("a", "version-gap")]
    assert [record.offset for record in sifted.leapt] == [1]


def test_what_was_let_go_of_at_the_end_of_a_batch_is_said_to_the_next() -> None:
    known = Known(let_go=frozenset({("ledger.events", 0, 1)}))
    assert sift(batch(*versions("a", 1), ("a", POISON)), known).let_go == {"a"}


def test_an_unreadable_record_parks_its_stream_alone() -> None:
    sifted = sift(batch(*versions("a", 1), ("a", POISON), *versions("a", 3), *versions("b", 1)), Known())
    assert accepted(sifted) == [("a", 1), ("b", 1)]
    assert reasons(sifted) == [("a", "invalid-json"), ("a", "behind-a-parked-event")]


def test_what_comes_for_a_parked_stream_waits_behind_it() -> None:
    sifted = sift(batch(*versions("a", 1), ("a", Unknown("x")), ("a", POISON)), Known(parked=frozenset({"a"})))
    assert reasons(sifted) == [("a", "behind-a-parked-event")] * 3
    assert sifted.newly_parked == {}


def test_an_unfoldable_event_parks_its_stream_from_that_event_on() -> None:
    refused = {mark_of(event("a", 2)): "no such template"}
    sifted = sift(batch(*versions("a", 1, 2, 3), *versions("b", 1)), Known(), refused)
    assert accepted(sifted) == [("a", 1), ("b", 1)]
    assert reasons(sifted) == [("a", "unfoldable"), ("a", "behind-a-parked-event")]
    assert sifted.parked[0].detail == "no such template"


def test_an_unknown_event_is_counted_and_parks_nothing() -> None:
    sifted = sift(batch(("a", Unknown("somebody.Else.v1")), *versions("a", 1)), Known())
    assert (sifted.unknown, accepted(sifted), sifted.parked) == (1, [("a", 1)], [])


def test_an_unknown_event_of_a_numbered_stream_takes_its_place_in_it() -> None:
    sifted = sift(batch(*versions("a", 1), unheard("a", 2), unheard("a", 2), *versions("a", 3)), Known())
    assert (sifted.unknown, accepted(sifted), sifted.parked) == (2, [("a", 1), ("a", 3)], [])
    assert sift(batch(unheard("a", 2)), Known(versions={"a": 1})).versions == {"a": 2}
    assert sift(batch(unheard("a", 2)), Known(versions={"a": 3})).versions == {}


def test_an_unknown_event_behind_a_gap_waits_for_what_is_missing() -> None:
    assert reasons(sift(batch(*versions("a", 1), unheard("a", 3)), Known())) == [("a", "version-gap")]


def test_an_accepted_gap_is_used_up_by_an_unknown_event() -> None:
    known = Known(versions={"a": 1}, gaps_accepted=frozenset({"a"}))
    sifted = sift(batch(unheard("a", 3), *versions("a", 4, 6)), known)
    assert accepted(sifted) == [("a", 4)]
    assert reasons(sifted) == [("a", "version-gap")]


def test_every_record_of_a_batch_is_accounted_for() -> None:
    outcomes = [*versions("a", 1, 1, 2, 5, 6), ("b", POISON), *versions("b", 1), ("c", Unknown("x"))]
    sifted = sift(batch(*outcomes), Known())
    found = len(sifted.accepted) + len(sifted.parked) + sifted.repeated + sifted.unknown
    assert found == len(outcomes)


@pytest.mark.parametrize("key", [None, b"", b"\xff", b"slip/\x00", b"k" * 201, "slip/\u202e".encode()])
def test_a_record_without_a_usable_key_stands_under_its_place(key: bytes | None) -> None:
    assert stream_of(At(7, key)) == "ledger.events/0/7"


def test_a_key_that_is_not_the_subject_is_unreadable() -> None:
    outcome = outcome_of(At(1, b"slip/1"), lambda _: event("slip/2", 1))
    assert isinstance(outcome, Undecodable)
    assert outcome.reason == "key-mismatch"


@pytest.mark.parametrize(("key", "name"), [(b"slip/2", "ledger.Unheard.v1"), (b"slip/1", "training.Unheard.v1")])
def test_an_unknown_event_that_is_out_of_place_moves_no_stream(key: bytes, name: str) -> None:
    in_place = Unknown("ledger.Unheard.v1", "slip/1", 2)
    assert outcome_of(At(1, b"slip/1"), lambda _: in_place) == in_place
    assert outcome_of(At(1, key), lambda _: Unknown(name, "slip/1", 2)) == Unknown(name)


@pytest.mark.parametrize(
    ("parked", "total", "stops"), [(49, 49, False), (50, 99, True), (50, 100, False), (51, 101, True)]
)
def test_a_batch_stops_only_when_many_and_most_records_are_unusable(parked: int, total: int, stops: bool) -> None:
    sifted = Sifted(parked=[Parking(At(offset, b"a"), "a", "invalid-json") for offset in range(parked)])
    sifted.parked += [Parking(At(offset, b"a"), "a", "behind-a-parked-event") for offset in range(100)]
    if stops:
        with pytest.raises(TooManyParked):
            check_share(sifted, total)
    else:
        check_share(sifted, total)
