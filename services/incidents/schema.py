"""The tables of incidents's database."""

from shared.organisation.directory import Directory, organisation_view
from shared.runtime.schema import runtime_metadata

metadata = runtime_metadata()

ORGANISATION = organisation_view(metadata)
DIRECTORY = Directory(ORGANISATION.at(""))
