"""What becomes of each record of a batch: accepted, dropped as a repeat, skipped as unknown, or parked. Pure.

A record that can not be read, or a fold that fails, parks its stream: this and every later event of that key wait, in
order, until somebody retries or discards them; all other streams go on. Nothing is dropped in silence. What is of a
type that this release does not know is skipped, and takes its place in its stream: it is no gap.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from shared.events.codec import Recorded, Undecodable, Unknown
from shared.runtime.reading.record import Mark, Outcome, Place, Record, mark_of, place_of, stream_of

SHARE: Final = 0.5
AT_LEAST: Final = 50
"""A batch in which this many records, and more than this share, would newly park is a bad deploy, not bad data."""

UNFOLDABLE: Final = "unfoldable"
GAP: Final = "version-gap"
BEHIND: Final = "behind-a-parked-event"
"""Why a good record is parked; every other reason names a culprit."""


class TooManyParked(Exception):  # noqa: N818 - an alarm: the feed stops rather than park the whole log
    pass


@dataclass(frozen=True, slots=True)
class Parking:
    record: Record
    stream: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says of the streams in a batch, before it."""

    versions: Mapping[str, int] = field(default_factory=dict)
    parked: frozenset[str] = frozenset()
    gaps_accepted: frozenset[str] = frozenset()
    """Streams whose next event may have any later version: somebody let go of what is missing before it."""
    seen: frozenset[Mark] = frozenset()
    let_go: frozenset[Place] = frozenset()
    """Records that somebody let go of, met again because a view is built anew."""
    given_up: frozenset[Place] = frozenset()
    """Records before which something is missing that somebody gave up."""


@dataclass(slots=True)
class Sifted:
    """A batch sorted by what becomes of each record."""

    accepted: list[Recorded] = field(default_factory=list)
    parked: list[Parking] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    seen: set[Mark] = field(default_factory=set)
    newly_parked: dict[str, str] = field(default_factory=dict)
    let_go: set[str] = field(default_factory=set)
    """Streams whose last record was one that somebody let go of: what comes next may leave a gap."""
    leapt: list[Record] = field(default_factory=list)
    """Those accepted although something is missing before them."""
    repeated: int = 0
    unknown: int = 0


def sift(records: Iterable[tuple[Record, Outcome]], known: Known, refused: Mapping[Mark, str] | None = None) -> Sifted:
    """Decide what becomes of each record. Pure; `refused` are events found unfoldable in an earlier attempt."""
    sifted = Sifted()
    for record, outcome in records:
        if place_of(record) in known.let_go:
            sifted.let_go.add(stream_of(record))
            continue
        reason = _why_parked(record, outcome, known, sifted, refused or {})
        if reason is not None:
            _park(sifted, record, reason, known)
        elif not isinstance(outcome, Undecodable):
            _take(sifted, record, outcome, known)
    return sifted


def _why_parked(
    record: Record, outcome: Outcome, known: Known, sifted: Sifted, refused: Mapping[Mark, str]
) -> tuple[str, str] | None:
    stream = stream_of(record)
    if stream in known.parked or stream in sifted.newly_parked:
        return (BEHIND, "")
    if isinstance(outcome, Undecodable):
        return (outcome.reason, outcome.detail)
    if isinstance(outcome, Recorded) and mark_of(outcome) in refused:
        return (UNFOLDABLE, refused[mark_of(outcome)])
    if _leaps(stream, outcome.version, known, sifted) and not _gap_accepted(record, known, sifted):
        return (GAP, f"version {outcome.version} after {_last(stream, known, sifted)}")
    return None


def _leaps(stream: str, version: int | None, known: Known, sifted: Sifted) -> bool:
    return version is not None and version > _last(stream, known, sifted) + 1


def _gap_accepted(record: Record, known: Known, sifted: Sifted) -> bool:
    if place_of(record) in known.given_up:
        return True
    stream = stream_of(record)
    return stream in sifted.let_go or (stream in known.gaps_accepted and stream not in sifted.versions)


def _park(sifted: Sifted, record: Record, reason: tuple[str, str], known: Known) -> None:
    stream = stream_of(record)
    if stream not in known.parked:
        sifted.newly_parked.setdefault(stream, reason[0])
    sifted.parked.append(Parking(record, stream, *reason))


def _take(sifted: Sifted, record: Record, outcome: Recorded | Unknown, known: Known) -> None:
    if _leaps(outcome.stream, outcome.version, known, sifted):
        sifted.leapt.append(record)
    if isinstance(outcome, Recorded):
        _accept(sifted, outcome, known)
    else:
        _skip(sifted, outcome, known)


def _accept(sifted: Sifted, recorded: Recorded, known: Known) -> None:
    if recorded.version is None:
        new = _marked(sifted, mark_of(recorded), known)
    else:
        new = _moved_on(sifted, recorded.stream, recorded.version, known)
    if new:
        sifted.accepted.append(recorded)
    else:
        sifted.repeated += 1


def _skip(sifted: Sifted, unknown: Unknown, known: Known) -> None:
    sifted.unknown += 1
    if unknown.version is not None:
        _moved_on(sifted, unknown.stream, unknown.version, known)


def _marked(sifted: Sifted, mark: Mark, known: Known) -> bool:
    """Whether a foreign event is new; it is no longer."""
    if mark in known.seen or mark in sifted.seen:
        return False
    sifted.seen.add(mark)
    return True


def _moved_on(sifted: Sifted, stream: str, version: int, known: Known) -> bool:
    """Whether the stream had not come as far as this version; now it has."""
    if version <= _last(stream, known, sifted):
        return False
    sifted.versions[stream] = version
    sifted.let_go.discard(stream)
    return True


def _last(stream: str, known: Known, sifted: Sifted) -> int:
    return sifted.versions.get(stream, known.versions.get(stream, 0))


def check_share(sifted: Sifted, total: int) -> None:
    """Raises TooManyParked when so much of a batch is unreadable that the fault is likelier ours."""
    check_count(sum(1 for parking in sifted.parked if parking.reason != BEHIND), total)


def check_count(unusable: int, total: int) -> None:
    """Raises TooManyParked likewise, for so many unusable records of a batch."""
    if unusable >= AT_LEAST and unusable > SHARE * total:
        raise TooManyParked(f"{unusable} of {total} records could not be used; is an old release running?")
