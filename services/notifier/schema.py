"""The tables of notifier's database."""

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from shared.organisation.directory import Directory, organisation_view
from shared.runtime.schema.tables import runtime_metadata

metadata = runtime_metadata()

ORGANISATION = organisation_view(metadata)
KNOWN_ORGANISATION = organisation_view(metadata, "known_organisation")
"""What the reactions know of the organisation: exactly as much as they have reacted to."""

DIRECTORY = Directory(ORGANISATION.at(""))

CONTACT = Table(
    "contact",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_kana", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("locale", Text, nullable=False),
)
UNREADABLE_CONTACT = Table(
    "unreadable_contact",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    comment="where, never what: the value may be personal data",
)
