"""How is a person called and reached? The only place in the system that knows, and forgets when HR says so.

Each record of hr.contacts replaces the one before it, and a null erases: nothing of the old row stays anywhere. A
record that can not be read is noted by its place in Kafka, never by its content, and the person keeps what he had.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

from pydantic import ValidationError

from shared.events.hr import Contact
from shared.events.topics import HR_CONTACTS
from shared.runtime.database import Connection
from shared.runtime.reading.feed import Feed
from shared.runtime.reading.record import Record
from shared.runtime.reading.subscription import topic_names
from shared.runtime.service import Running

LONGEST_KEY: Final = 200
Told: TypeAlias = Contact | str | None
"""A contact, why the record can not be read, or nothing: an erasure."""

_ERASE: Final = "DELETE FROM contact WHERE person_id = ANY($1::text[])"
_KEEP: Final = """
INSERT INTO contact (person_id, name, name_kana, email, locale)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
ON CONFLICT (person_id) DO UPDATE
   SET name = excluded.name, name_kana = excluded.name_kana, email = excluded.email, locale = excluded.locale
"""
_NOTE: Final = """
INSERT INTO unreadable_contact (topic, partition, "offset", person_id, reason)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
"""


def contacts_feed(running: Running) -> Feed:
    """Reads hr.contacts, which no service archives and no view copies."""
    topics = topic_names((HR_CONTACTS,), running.settings.topic_prefix)
    return Feed("contacts", topics, running.pool, keep, running.feed_settings)


async def keep(connection: Connection, records: Sequence[Record]) -> None:
    """Take a batch in, in the transaction that moves the position; the last word on a person counts."""
    told = [(record, person_of(record), read(record)) for record in records]
    faults = [(record, person, why) for record, person, why in told if isinstance(why, str)]
    last = {person: what for _, person, what in told if not isinstance(what, str)}
    contacts = {person: what for person, what in last.items() if isinstance(what, Contact)}
    await connection.execute(_ERASE, [person for person, what in last.items() if what is None])
    await connection.execute(_KEEP, *_columns(contacts))
    await connection.executemany(
        _NOTE, [(record.topic, record.partition, record.offset, person, why) for record, person, why in faults]
    )


def person_of(record: Record) -> str:
    """The record's key; empty where it can be nobody's id."""
    try:
        key = (record.key or b"").decode()
    except UnicodeDecodeError:
        return ""
    return key if key.isprintable() and len(key) <= LONGEST_KEY else ""


def read(record: Record) -> Told:
    """What a record tells. Of a fault only its kind and its field: the message of a validator quotes the value."""
    if not person_of(record):
        return "no usable key"
    if record.value is None:
        return None
    try:
        return Contact.model_validate_json(record.value)
    except ValidationError as error:
        return "; ".join(f"/{'/'.join(map(str, fault['loc']))} {fault['type']}" for fault in error.errors()[:5])


def _columns(contacts: dict[str, Contact]) -> list[list[str]]:
    rows = list(contacts.values())
    return [
        list(contacts),
        [row.name for row in rows],
        [row.name_kana for row in rows],
        [row.email for row in rows],
        [str(row.locale) for row in rows],
    ]
