"""The kinds of contract by the name of their make target, each with the folder it fills."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from daicho.contracts import asyncapi, event_schemas, manifest, openapi
from daicho.contracts.files import CHECKOUT, Folder, document
from shared.events.topics import OWN

API: Final = "docs/api"


def events(root: Path) -> Iterator[Folder]:
    """The JSON Schemas of events and envelope, and the manifest of the samples."""
    path = event_schemas.FOLDER
    schemas = event_schemas.schemas(root).items()
    yield Folder(path, "*.json", {f"{path}/{name}.json": document(schema) for name, schema in schemas})
    yield Folder(manifest.SAMPLES, manifest.NAME, {f"{manifest.SAMPLES}/{manifest.NAME}": manifest.extended(root)})


def asyncapis(root: Path) -> Iterator[Folder]:
    """One AsyncAPI document for each producer, the HR system among them."""
    documents = {f"{API}/{name}.asyncapi.json": document(asyncapi.describe(name, root)) for name in asyncapi.PRODUCERS}
    yield Folder(API, "*.asyncapi.json", documents)


def openapis(_root: Path) -> Iterator[Folder]:
    """One OpenAPI document for each service."""
    documents = {f"{API}/{name}.openapi.json": document(openapi.describe(name)) for name in OWN}
    yield Folder(API, "*.openapi.json", documents)


KINDS: Final[dict[str, Callable[[Path], Iterator[Folder]]]] = {
    "events": events,
    "asyncapi": asyncapis,
    "openapi": openapis,
}


def generated(kinds: Iterable[str] = KINDS, root: Path = CHECKOUT) -> list[Folder]:
    """Everything of these kinds, as it has to be; schemas of retired versions and samples are read from `root`."""
    return [folder for kind in kinds for folder in KINDS[kind](root)]
