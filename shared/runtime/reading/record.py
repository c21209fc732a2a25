"""One Kafka record: the stream it belongs to, and what it reads as."""

from collections.abc import Callable
from typing import Protocol

from shared.events.codec import Recorded, Undecodable, Unknown


class Record(Protocol):
    """One Kafka record, fresh from the feed or as it was parked."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def timestamp(self) -> int: ...


Read = Callable[[bytes | None], Recorded | Unknown]
Outcome = Recorded | Unknown | Undecodable
Place = tuple[str, int, int]
"""Topic, partition, offset."""
Mark = tuple[str, str]
"""What names one event wherever it came from: source and id."""


def stream_of(record: Record) -> str:
    """The record's key; a record without a usable key stands alone, under its place in Kafka."""
    try:
        key = (record.key or b"").decode()
    except UnicodeDecodeError:
        key = ""
    usable = key and key.isprintable() and len(key) <= 200
    return key if usable else f"{record.topic}/{record.partition}/{record.offset}"


def place_of(record: Record) -> Place:
    return (record.topic, record.partition, record.offset)


def outcome_of(record: Record, read: Read) -> Outcome:
    """The record read, or why it can not be."""
    try:
        found = read(record.value)
    except Undecodable as undecodable:
        return undecodable
    fault = _misplaced(record, found)
    if isinstance(found, Unknown):
        return Unknown(found.type) if fault else found
    return fault or found


def _misplaced(record: Record, found: Recorded | Unknown) -> Undecodable | None:
    """Why what was read may not stand where it does: under this key, on this topic."""
    if found.stream != stream_of(record):
        return Undecodable("key-mismatch", "the record's key is not its subject")
    name = found.type if isinstance(found, Unknown) else found.event.type
    if not record.topic.endswith(f"{producer_of(name)}.events"):
        return Undecodable("wrong-topic", f"{name} is not for this topic: who may write here is not its producer")
    return None


def producer_of(name: str) -> str:
    """The service, or the outside system, that alone may tell events of this type."""
    return name.partition(".")[0]


def mark_of(recorded: Recorded) -> Mark:
    return (recorded.source, recorded.id)
