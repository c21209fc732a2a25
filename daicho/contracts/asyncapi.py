"""The AsyncAPI 3 document of each producer, from the event registry, the topics and the samples."""

import json
from pathlib import Path
from typing import Any, Final

from daicho.contracts.envelope import ENVELOPE, STREAM_VERSION_REQUIRED
from daicho.contracts.event_schemas import schemas
from daicho.contracts.files import CHECKOUT
from daicho.contracts.manifest import SAMPLES
from shared.events.hr import Contact
from shared.events.topics import HR, HR_CONTACTS, OWN, Topic
from shared.runtime.http.description import CONTACT, LICENCE

PRODUCERS: Final = (*OWN, "hr")
VERSION: Final = "1.0.0"
MEDIA_TYPE: Final = "application/cloudevents+json"
SERVERS: Final = {
    "kafka": {
        "host": "{bootstrap}",
        "protocol": "kafka",
        "description": "The brokers that DAICHO_KAFKA_BOOTSTRAP_SERVERS names.",
        "variables": {"bootstrap": {"default": "localhost:9092", "description": "host:port of one broker"}},
    }
}
CONTACT_SAMPLE: Final = {
    "name": "山田 花子",
    "name_kana": "ヤマダ ハナコ",
    "email": "hanako.yamada@example.com",
    "locale": "ja",
}
Document = dict[str, Any]


def describe(producer: str, root: Path = CHECKOUT) -> Document:
    """What a producer tells, on which topic, under which key."""
    events = {name: schema for name, schema in schemas(root).items() if name.startswith(f"{producer}.")}
    topic = OWN.get(producer, HR)
    document: Document = {
        "asyncapi": "3.0.0",
        "id": f"urn:daicho:asyncapi:{producer}",
        "info": _info(producer),
        "servers": SERVERS,
        "defaultContentType": MEDIA_TYPE,
        "channels": {topic.name: _channel(topic, "Ordered per key; kept for ever.", list(events))},
        "operations": {"tell": _operation(topic, "Tells what happened", "In the transaction's order of each stream.")},
        "components": {
            "messages": {name: _message(producer, name, schema, root) for name, schema in events.items()},
            "schemas": {"Envelope": _embedded(ENVELOPE, "Envelope")}
            | {name: _embedded(schema, name) for name, schema in events.items()},
        },
    }
    return _with_contacts(document) if producer == "hr" else document


def _info(producer: str) -> Document:
    return {
        "title": f"Events of {producer}",
        "version": VERSION,
        "description": "Each record is one CloudEvents 1.0 document in structured mode; its key is the stream.",
        "contact": CONTACT,
        "license": {"name": LICENCE["name"]},
        "tags": [{"name": producer, "description": f"Told by {producer}."}],
    }


def _channel(topic: Topic, description: str, messages: list[str]) -> Document:
    return {
        "address": topic.name,
        "description": description,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {"kafka": {"topic": topic.name, "partitions": topic.partitions, "bindingVersion": "0.5.0"}},
    }


def _operation(topic: Topic, summary: str, description: str) -> Document:
    channel = {"$ref": f"#/channels/{topic.name}"}
    return {"action": "send", "channel": channel, "summary": summary, "description": description}


def _message(producer: str, name: str, schema: Document, root: Path) -> Document:
    sample = root / SAMPLES / f"{name}.json"
    own = () if producer == "hr" else (STREAM_VERSION_REQUIRED,)
    told = {"properties": {"type": {"const": name}, "data": {"$ref": f"#/components/schemas/{name}"}}}
    payload = {"allOf": [{"$ref": "#/components/schemas/Envelope"}, *own, told]}
    return {
        "name": name,
        "title": name.split(".")[1],
        "summary": schema.get("description", name).splitlines()[0],
        "contentType": MEDIA_TYPE,
        "payload": payload,
        "bindings": {"kafka": {"key": _KEY, "bindingVersion": "0.5.0"}},
        **({"examples": [{"name": "sample", "payload": json.loads(sample.read_text())}]} if sample.exists() else {}),
    }


_KEY: Final = {"type": "string", "description": "The stream: the envelope's `subject`."}


def _with_contacts(document: Document) -> Document:
    """Names and addresses go on a topic of their own, whose records can be erased."""
    words = "Compacted: the last record of a person counts, and a null value erases him. Nobody archives it."
    document["channels"][HR_CONTACTS.name] = _channel(HR_CONTACTS, words, ["Contact"])
    document["operations"]["introduce"] = _operation(HR_CONTACTS, "Says how to reach and to name a person", words)
    document["components"]["schemas"]["Contact"] = _embedded(Contact.model_json_schema(), "Contact")
    document["components"]["messages"]["Contact"] = {
        "name": "Contact",
        "title": "Contact",
        "summary": "How to reach and to name a person.",
        "contentType": "application/json",
        "payload": {"oneOf": [{"$ref": "#/components/schemas/Contact"}, {"type": "null"}]},
        "bindings": {
            "kafka": {"key": {"type": "string", "description": "The person's id."}, "bindingVersion": "0.5.0"}
        },
        "examples": [{"name": "sample", "payload": CONTACT_SAMPLE}],
    }
    return document


def _embedded(schema: Document, name: str) -> Document:
    """A schema as a component: its references begin at the document's root."""
    rest = {key: value for key, value in schema.items() if key not in {"$schema", "$id"}}
    text = json.dumps(rest).replace('"$ref": "#/$defs/', f'"$ref": "#/components/schemas/{name}/$defs/')
    embedded: Document = json.loads(text)
    return embedded
