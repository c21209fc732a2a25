"""Sorting a log by subject within bounded memory: the subjects are divided, and the log is read once per part. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from zlib import crc32

import msgspec

from services.audit.domain.context import Surroundings
from services.audit.domain.fold import fold
from services.audit.domain.history import History, Told, as_known_at, history_of
from services.audit.domain.interval import Interval, clipped
from services.audit.domain.subjects import about, asked_about, surrounds
from services.audit.known_at import KnownAt
from services.audit.replay.order import ReplayOrder
from shared.events.codec import Recorded, Undecodable
from shared.law.rule_pack import RulePack, rule_pack
from shared.runtime.reading.record import Read

MOST_HELD = 300_000
"""Records held at once; a log with more of them is read in several passes."""
CHUNK = 500


class Raw(msgspec.Struct, frozen=True):
    """As much of a record as a replay needs; `timestamp` is the broker's, in milliseconds."""

    key: bytes | None
    value: bytes | None
    timestamp: int


@dataclass
class Gathered:
    """What one pass holds: its share of the subjects, and in the first pass whatever subjects ask about.

    Of people only those are asked about whom a seat or a slip names (`people`). A pass that holds everybody finds them
    by itself; the first of several has to be told.
    """

    part: int = 0
    parts: int = 1
    people: set[str] = field(default_factory=set)
    subjects: dict[str, list[Raw]] = field(default_factory=lambda: defaultdict(list))
    around: dict[str, list[Raw]] = field(default_factory=lambda: defaultdict(list))

    def take(self, batch: Iterable[Raw]) -> None:
        for raw in batch:
            found = about(raw.key, raw.value)
            self.people.update(found.people if self.parts == 1 else ())
            for subject in found.subjects:
                self._take(subject, raw)

    def _take(self, subject: str, raw: Raw) -> None:
        if self.part == 0 and (asked_about(subject) or (self.parts > 1 and subject in self.people)):
            self.around[subject].append(raw)
        if not surrounds(subject) and crc32(subject.encode()) % self.parts == self.part:
            self.subjects[subject].append(raw)

    @property
    def surroundings(self) -> dict[str, list[Raw]]:
        """Whatever subjects ask about."""
        people = self.people & self.subjects.keys() if self.parts == 1 else ()
        return {**self.around, **{person: self.subjects[person] for person in people}}

    def chunks(self) -> Iterator[list[str]]:
        names = iter(sorted(self.subjects))
        while chunk := list(islice(names, CHUNK)):
            yield chunk


def people_of(batch: Iterable[Raw]) -> Iterator[str]:
    """Whom subjects will ask about."""
    return (person for raw in batch for person in about(raw.key, raw.value).people)


@dataclass(frozen=True)
class Refold:
    """Records into intervals, as the order has it."""

    order: ReplayOrder
    read: Read
    known_at: KnownAt

    @property
    def pack(self) -> RulePack:
        return rule_pack(self.order.rule_pack)

    def surroundings(self, raws: Mapping[str, list[Raw]]) -> Surroundings:
        return Surroundings({subject: self.history(each) for subject, each in raws.items()})

    def intervals(self, subject: str, raws: Iterable[Raw], surroundings: Surroundings) -> list[Interval]:
        """What is so of a subject in the period."""
        known = surroundings.histories.get(subject)
        history = self.history(raws) if known is None else known
        found = fold(subject, history, surroundings, self.pack).intervals
        pieces = (clipped(each, self.order.begins, self.order.ends) for each in found)
        return [each for each in pieces if each is not None]

    def history(self, raws: Iterable[Raw]) -> History:
        """Each event as it was told first; what can not be read tells nothing."""
        first: dict[tuple[str, str], Told] = {}
        for raw in raws:
            told = self._told(raw)
            if told is not None:
                first.setdefault((told.recorded.source, told.recorded.id), told)
        return _as_known(history_of(first.values()), self.order.known_at)

    def _told(self, raw: Raw) -> Told | None:
        try:
            found = self.read(raw.value)
        except Undecodable:
            return None
        return Told(found, self.known_at(found, raw.timestamp)) if isinstance(found, Recorded) else None


def _as_known(history: History, instant: datetime | None) -> History:
    return history if instant is None else as_known_at(history, instant)
