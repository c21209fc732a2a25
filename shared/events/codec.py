"""Between an event and the bytes on Kafka: one CloudEvents 1.0 document in structured mode.

The bytes are fixed when the command commits. The event table, Kafka and the archive hold the very same ones.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec
from pydantic import ValidationError

from shared.events.base import REGISTERED, DomainEvent
from shared.events.upcasters import UPCASTERS, lift

LAST_VERSION: Final = 2**31 - 1
LONGEST_NAME: Final = 200
"""Characters of an id, a subject or a source: they become keys of indexes."""
HEADERS: Final = [("content-type", b"application/cloudevents+json")]


class Undecodable(Exception):  # noqa: N818 - the name of one of three failures, not an error class among many
    """The record can not be read as an event of the contract; its stream is parked with this reason."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event whose name this release does not know: counted and skipped; it takes its place in its stream."""

    type: str
    stream: str = ""
    version: int | None = None


class Recorded(msgspec.Struct, frozen=True):
    """An event as it stands in the log: the fact, and who recorded it when, where and because of what.

    `time` is when it happened, `recorded_at` when it was recorded. `version` is the place in its stream, 1..n;
    None for foreign events (the HR system numbers nothing).
    """

    id: str
    source: str
    stream: str
    version: int | None
    time: datetime
    recorded_at: datetime
    event: DomainEvent
    actor: str = ""
    company_id: str | None = None
    org_unit_id: str | None = None
    correlation_id: str = ""
    causation_id: str | None = None
    traceparent: str | None = None


class _Envelope(msgspec.Struct, rename="lower", omit_defaults=True):
    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    recordedtime: datetime
    data: msgspec.Raw
    datacontenttype: str | None = None
    dataschema: str | None = None
    streamversion: int | None = None
    actor: str = ""
    companyid: str | None = None
    orgunitid: str | None = None
    correlationid: str = ""
    causationid: str | None = None
    traceparent: str | None = None


_decoder: Final = msgspec.json.Decoder(_Envelope)
_encoder: Final = msgspec.json.Encoder()


def encode(recorded: Recorded) -> bytes:
    """The document as it will be stored and published; the order of its fields is part of the contract."""
    document = {
        "specversion": "1.0",
        "id": recorded.id,
        "source": recorded.source,
        "type": recorded.event.type,
        "subject": recorded.stream,
        "time": _instant(recorded.time),
        "recordedtime": _instant(recorded.recorded_at),
        "datacontenttype": "application/json",
        "dataschema": f"urn:daicho:schema:{recorded.event.type}",
        "streamversion": recorded.version,
        "actor": recorded.actor or None,
        "companyid": recorded.company_id,
        "orgunitid": recorded.org_unit_id,
        "correlationid": recorded.correlation_id or None,
        "causationid": recorded.causation_id,
        "traceparent": recorded.traceparent,
    }
    present: dict[str, object] = {name: value for name, value in document.items() if value is not None}
    present["data"] = msgspec.Raw(recorded.event.model_dump_json(exclude_none=True).encode())
    return _encoder.encode(present)


def decode(value: bytes | None) -> Recorded | Unknown:
    """Read one record's value.

    Raises Undecodable for anything that is no event of the contract in a version this release knows.
    """
    if value is None:
        raise Undecodable("null-value", "a tombstone has no meaning in an event topic")
    envelope = _envelope(value)
    if envelope.type not in REGISTERED and envelope.type not in UPCASTERS:
        return _unknown(envelope)
    _check_version(envelope)
    return Recorded(
        id=envelope.id,
        source=envelope.source,
        stream=envelope.subject,
        version=envelope.streamversion,
        time=envelope.time,
        recorded_at=envelope.recordedtime,
        event=_event(envelope.type, bytes(envelope.data)),
        actor=envelope.actor,
        company_id=envelope.companyid,
        org_unit_id=envelope.orgunitid,
        correlation_id=envelope.correlationid,
        causation_id=envelope.causationid,
        traceparent=envelope.traceparent,
    )


def _envelope(value: bytes) -> _Envelope:
    try:
        envelope = _decoder.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Undecodable(_reason(error), str(error)) from error
    if envelope.specversion != "1.0":
        raise Undecodable("invalid-envelope", "specversion must be 1.0")
    if envelope.time.tzinfo is None or envelope.recordedtime.tzinfo is None:
        raise Undecodable("invalid-envelope", "time and recordedtime need an offset")
    for name in ("id", "subject", "source"):
        text = getattr(envelope, name)
        if not 1 <= len(text) <= LONGEST_NAME or "\x00" in text:
            raise Undecodable("invalid-envelope", f"{name} must have 1 to {LONGEST_NAME} characters, without NUL")
    return envelope


def _check_version(envelope: _Envelope) -> None:
    """Our own streams count from 1; the HR system numbers nothing."""
    version = envelope.streamversion
    if version is None and not envelope.source.startswith("/hr"):
        raise Undecodable("invalid-envelope", "streamversion is missing")
    if version is not None and not _is_place(version):
        raise Undecodable("invalid-envelope", f"streamversion must be from 1 to {LAST_VERSION}")


def _is_place(version: int) -> bool:
    return 1 <= version <= LAST_VERSION


def _reason(error: Exception) -> str:
    if isinstance(error, msgspec.ValidationError):
        return "invalid-envelope"
    return "too-deep" if isinstance(error, RecursionError) else "invalid-json"


def _unknown(envelope: _Envelope) -> Unknown:
    """A name we never heard of is somebody else's business; a version we never heard of is a deploy too old."""
    name, version = envelope.type, envelope.streamversion
    stem = name.rpartition(".v")[0]
    if any(known.rpartition(".v")[0] == stem for known in REGISTERED):
        raise Undecodable("unknown-version", name)
    return Unknown(name, envelope.subject, version if version is not None and _is_place(version) else None)


def _event(name: str, data: bytes) -> DomainEvent:
    try:
        if name in UPCASTERS:
            name, data = lift(name, data)
        return REGISTERED[name].model_validate_json(data)
    except ValidationError as error:
        raise Undecodable("invalid-data", f"{name}: {_faults(error)}") from error


def _faults(error: ValidationError) -> str:
    """Where and what, never the value: it may be personal."""
    return "; ".join(f"/{'/'.join(map(str, fault['loc']))} {fault['msg']}" for fault in error.errors()[:5])


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
