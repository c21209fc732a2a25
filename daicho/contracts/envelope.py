"""The envelope of every event: CloudEvents 1.0 in structured mode, with our extension attributes."""

from typing import Any, Final


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "description": description, **more}


def _instant(description: str) -> dict[str, Any]:
    return {"type": "string", "format": "date-time", "description": description}


ENVELOPE: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:daicho:schema:envelope",
    "title": "Envelope",
    "description": "One record of an event topic. Attributes a reader does not know are ignored.",
    "type": "object",
    "required": ["specversion", "id", "source", "type", "subject", "time", "recordedtime", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": _text("Unique per source. Ours are UUIDv7; of events that time gives, uuid5(stream, cycle, type)."),
        "source": _text("Who tells: `/ledger`, `/hr`, …", pattern="^/"),
        "type": _text("What happened: `service.PastTense.vN`.", pattern=r"^[a-z]+\.[A-Z][A-Za-z]*\.v[1-9][0-9]*$"),
        "subject": _text("The stream, which is the record's key too: `slip/<id>`, `person/<id>`, …"),
        "time": _instant("When it happened."),
        "recordedtime": _instant("When it was recorded."),
        "datacontenttype": {"const": "application/json"},
        "dataschema": _text("`urn:daicho:schema:<type>`", pattern="^urn:daicho:schema:"),
        "streamversion": {
            "type": "integer",
            "minimum": 1,
            "description": "Its place in the stream, 1..n without gaps. The HR system numbers nothing.",
        },
        "actor": _text("Who did it: `person/<id>`, `client/<id>` or `system/<name>`."),
        "companyid": _text("The company it concerns."),
        "orgunitid": _text("The unit it concerns."),
        "correlationid": _text("The same for all that follows from one cause."),
        "causationid": _text("The id of the event that caused this one."),
        "traceparent": _text("W3C Trace Context of the request that caused it."),
        "data": {"type": "object", "description": "The event itself, by the schema of its type."},
    },
}

STREAM_VERSION_REQUIRED: Final = {"required": ["streamversion", "dataschema", "actor"]}
"""Beside the envelope, for the events of our own services."""
