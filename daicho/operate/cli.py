"""`daicho replay`, `rebuild`, `parked …` and `topics …`."""

import asyncio
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from daicho.embedded.faults import StackFault
from daicho.embedded.jars import CHECKOUT
from daicho.endpoints import read_endpoints
from daicho.operate.client import client_of, get, pages, post
from daicho.programs import SERVICES
from daicho.report import answer_json, answer_table, faults_told, say_plain
from shared.events.topics import ALL
from shared.runtime.topics import TopicFault, create, verify

HERE = CHECKOUT / ".run"
POLL_SECONDS = 0.2
TOLD_EVERY_SECONDS = 2.0
ENDED = ("done", "failed", "cancelled")
Directory = Annotated[Path, typer.Option("--directory", help="Where the stack keeps its state.")]
Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")]

parked = typer.Typer(no_args_is_help=True, help="Streams that wait because a record of them could not be used.")
topics = typer.Typer(no_args_is_help=True, help="The topics of the contract.")


def register(app: typer.Typer) -> None:
    app.command()(replay)
    app.command()(rebuild)
    app.add_typer(parked, name="parked")
    app.add_typer(topics, name="topics")


def replay(
    begins: Annotated[str, typer.Option("--from", help="First day, such as 2016-10-01.")],
    ends: Annotated[str, typer.Option("--to", help="Last day, which must be over.")],
    known_at: Annotated[str | None, typer.Option(help="Only what was known by this instant.")] = None,
    rule_pack: Annotated[str | None, typer.Option(help="Under another rule pack.")] = None,
    source: Annotated[str, typer.Option(help="archive or kafka.")] = "archive",
    directory: Directory = HERE,
    *,
    as_json: Json = False,
) -> None:
    """Compute a period anew from the log, and print its digest."""
    wanted = {"from": begins, "to": ends, "known_at": known_at, "rule_pack": rule_pack, "source": source}
    asked = {name: value for name, value in wanted.items() if value is not None}
    with faults_told(as_json=as_json), client_of(directory.resolve(), "audit", "auditor") as client:
        begun = post(client, "/v1/replays", asked)
        document = _followed(client, f"/v1/replays/{begun['replay_id']}")
        if as_json:
            answer_json(document)
        else:
            answer_table(("", ""), [(name, str(value)) for name, value in document.items() if name != "results"])
        if document["state"] != "done":
            raise StackFault(f"the replay {document['state']}", "`daicho logs audit`")


def _followed(client: Any, path: str) -> Any:
    """The replay when it has ended; a line every two seconds until then."""
    told = time.monotonic()
    while (document := get(client, path))["state"] not in ENDED:
        if time.monotonic() - told > TOLD_EVERY_SECONDS:
            told = time.monotonic()
            say_plain(f"{document['state']}: {document.get('progress')}")
        time.sleep(POLL_SECONDS)
    return document


def rebuild(
    view: Annotated[str, typer.Argument(help="As the service's README calls it.")],
    service: Annotated[str, typer.Option(help=f"One of: {', '.join(SERVICES)}.")] = "training",
    directory: Directory = HERE,
    *,
    as_json: Json = False,
) -> None:
    """Build a view anew beside the live one, and switch when it has caught up."""
    with faults_told(as_json=as_json), client_of(directory.resolve(), service, "office") as client:
        document = post(client, f"/v1/views/{view}/rebuild")
        if as_json:
            answer_json(document)
        else:
            answer_table(("view", "rows"), [(document["view"], f"{document['rows']:,}")])


@parked.command("list")
def list_parked(directory: Directory = HERE, *, as_json: Json = False) -> None:
    """Every stream that waits, in every service, and why."""
    found = []
    with faults_told(as_json=as_json):
        for service in SERVICES:
            with client_of(directory.resolve(), service, "office") as client:
                found += [{"service": service, **item} for item in pages(client, "/v1/parked")]
    if as_json:
        answer_json(found)
    else:
        columns = ("service", "subscription", "stream", "reason", "records")
        answer_table(columns, [tuple(str(item[name]) for name in columns) for item in found])


@parked.command("retry")
def retry_parked(service: str, stream: str, directory: Directory = HERE, *, as_json: Json = False) -> None:
    """Try a stream again after its cause was mended."""
    _decide(directory, service, stream, "retry", None, as_json=as_json)


@parked.command("discard")
def discard_parked(
    service: str,
    stream: str,
    reason: Annotated[str, typer.Option(help="Kept for ever.")],
    directory: Directory = HERE,
    *,
    as_json: Json = False,
) -> None:
    """Let go of what can never be read, and try the rest of the stream."""
    _decide(directory, service, stream, "discard", {"reason": reason}, as_json=as_json)


def _decide(
    directory: Path, service: str, stream: str, what: str, body: dict[str, Any] | None, *, as_json: bool
) -> None:
    with faults_told(as_json=as_json), client_of(directory.resolve(), service, "office") as client:
        released = post(client, f"/v1/parked/{stream}/{what}", body)
        if as_json:
            answer_json(released)
        else:
            answer_table(tuple(released), [tuple(str(value) for value in released.values())])


@topics.command("create")
def create_topics(directory: Directory = HERE, *, as_json: Json = False) -> None:
    """Create what is missing; what is there is verified, never changed."""
    _topics(directory, as_json=as_json, make=True)


@topics.command("verify")
def verify_topics(directory: Directory = HERE, *, as_json: Json = False) -> None:
    """Say which topic is missing, or configured otherwise than the contract says."""
    _topics(directory, as_json=as_json, make=False)


def _topics(directory: Path, *, as_json: bool, make: bool) -> None:
    with faults_told(as_json=as_json):
        endpoints = read_endpoints(directory.resolve())
        if endpoints is None:
            raise StackFault("no stack is running", "`make up`")
        try:
            asyncio.run(create(endpoints["kafka"], ALL, replication=1) if make else verify(endpoints["kafka"], ALL))
        except TopicFault as fault:
            raise StackFault(str(fault), "`daicho topics create`") from fault
        names = [topic.name for topic in ALL]
        if as_json:
            answer_json({"topics": names, "as_promised": True})
        else:
            answer_table(("topic", ""), [(name, "as promised") for name in names])
