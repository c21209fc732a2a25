"""The tables of incidents's database."""

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from shared.organisation.directory import Directory, organisation_view
from shared.runtime.schema.tables import runtime_metadata

metadata = runtime_metadata()

ORGANISATION = organisation_view(metadata)
DIRECTORY = Directory(ORGANISATION.at(""))

INCIDENT_KEY = Table(
    "incident_key",
    metadata,
    Column("incident_id", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    comment="one key per incident; without its row the texts can never be read again",
)
NARRATIVE = Table(
    "narrative",
    metadata,
    Column("ref", Text, primary_key=True),
    Column("incident_id", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Index(None, "incident_id"),
    comment="texts that may name people; events only refer to them",
)
