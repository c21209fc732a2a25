"""The tables of ledger's database."""

from shared.organisation.directory import Directory, organisation_view
from shared.runtime.schema.tables import runtime_metadata

metadata = runtime_metadata()

ORGANISATION = organisation_view(metadata)
KNOWN_ORGANISATION = organisation_view(metadata, "known_organisation")
"""What the reactions know of the organisation: exactly as much as they have reacted to."""

DIRECTORY = Directory(ORGANISATION.at(""))
