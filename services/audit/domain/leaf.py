"""A leaf of the archive: one Kafka record, its place, and the hash that binds both."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec

from services.audit.domain.canonical import canonical

LONGEST: Final = 500
"""Longer texts are not indexed: a B-tree refuses them, and a record must never be refused."""
_LEAF_PREFIX: Final = b"\x00"
"""RFC 9162: a leaf can not be taken for an inner node."""


@dataclass(frozen=True, slots=True)
class Index:
    """What the envelope says of itself, to find it by; all None where it can not be read."""

    type: str | None = None
    subject: str | None = None
    source: str | None = None
    event_id: str | None = None
    stream_version: int | None = None
    time: datetime | None = None
    recordedtime: datetime | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One record as Kafka gave it; `topic` without a deployment's prefix, `timestamp` in milliseconds by the broker."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    headers: bytes
    value: bytes | None


class _Envelope(msgspec.Struct, rename="lower"):
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    recordedtime: datetime
    streamversion: int | None = None


_decoder: Final = msgspec.json.Decoder(_Envelope)
_NOTHING: Final = Index()


def index_of(value: bytes | None) -> Index:
    """The index columns of a value."""
    try:
        envelope = _decoder.decode(value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _NOTHING
    return _columns(envelope) if _indexable(envelope) else _NOTHING


def _indexable(envelope: _Envelope) -> bool:
    texts = (envelope.id, envelope.source, envelope.type, envelope.subject)
    return (
        all(len(text) <= LONGEST and "\x00" not in text for text in texts)
        and envelope.time.tzinfo is not None
        and envelope.recordedtime.tzinfo is not None
        and abs(envelope.streamversion or 0) < 2**31
    )


def _columns(envelope: _Envelope) -> Index:
    return Index(
        envelope.type,
        envelope.subject,
        envelope.source,
        envelope.id,
        envelope.streamversion,
        envelope.time,
        envelope.recordedtime,
    )


def leaf_hash(leaf: Leaf, event_id: str | None) -> bytes:
    """SHA-256 over the leaf's document in RFC 8785 form, as a leaf of RFC 9162."""
    document = {
        "v": 1,
        "i": event_id,
        "t": leaf.topic,
        "p": leaf.partition,
        "o": leaf.offset,
        "k": _digest(leaf.key),
        "ts": leaf.timestamp,
        "h": _digest(leaf.value),
        "n": len(leaf.value or b""),
    }
    return sha256(_LEAF_PREFIX + canonical(document)).digest()


def _digest(content: bytes | None) -> str | None:
    return None if content is None else sha256(content).hexdigest()


def headers_document(headers: Iterable[tuple[str, bytes | None]]) -> bytes:
    """Headers as one column: a JSON list of name and Base64, in their order."""
    return canonical([[name, None if value is None else b64encode(value).decode()] for name, value in headers])
