"""Whether the folder of the stack is fit to be started from, and its ports are free."""

import os
from collections.abc import Iterator
from pathlib import Path

from daicho.doctor.finding import Finding, fault, note, well
from daicho.embedded.jars import VERSION as KAFKA_VERSION
from daicho.embedded.kafka import DEFAULT_PORT as KAFKA_PORT
from daicho.embedded.leftovers import command_line, read_pid
from daicho.embedded.ports import is_free
from daicho.embedded.postgres import DEFAULT_PORT as POSTGRES_PORT
from daicho.embedded.postgres import VERSION as POSTGRES_VERSION
from daicho.programs import SERVICES
from daicho.stack import FIRST_PORT, ISSUER_PORT, SMTP_PORT
from daicho.up import running

PORTS = {
    "PostgreSQL": POSTGRES_PORT,
    "Kafka": KAFKA_PORT,
    "issuer": ISSUER_PORT,
    "mails": SMTP_PORT,
    **{name: FIRST_PORT + place for place, name in enumerate(SERVICES)},
}
MARKS = {"postgres": "postgres/data", "kafka": "kafka/server.properties"}


def ports(directory: Path) -> Iterator[Finding]:
    if running(directory):
        yield well("the stack is running")
        return
    busy = {name: port for name, port in PORTS.items() if not is_free(port)}
    for name, port in busy.items():
        yield note(f"port {port} ({name}) is in use", "another one will be taken; .run/endpoints.json says which")
    if not busy:
        yield well("the default ports are free")


def data(directory: Path) -> Iterator[Finding]:
    yield from _written_by_another_postgres(directory / "postgres" / "data" / "PG_VERSION")
    yield from _owned_by_another_user(directory)
    yield from _unreadable_kafka(directory / "kafka" / "data")


def leftovers(directory: Path) -> Iterator[Finding]:
    if running(directory):
        return
    for part, mark in MARKS.items():
        pid = read_pid(directory / part / f"{part}.pid")
        if pid is not None and str(directory / mark) in command_line(pid):
            yield note(f"{part} of an earlier run still runs (pid {pid})", "the next start ends it, `make down` too")


def _written_by_another_postgres(version: Path) -> Iterator[Finding]:
    if not version.exists():
        return
    found = version.read_text().strip()
    if found != POSTGRES_VERSION:
        what = f"stale data: {version.parent} was written by PostgreSQL {found}, this one is {POSTGRES_VERSION}"
        yield fault(what, "`make clean` throws the embedded data away")
    else:
        yield well(f"data of PostgreSQL {found}")


def _owned_by_another_user(directory: Path) -> Iterator[Finding]:
    for folder in (directory / "postgres", directory / "kafka"):
        if folder.exists() and os.geteuid() not in {0, folder.stat().st_uid}:
            what = f"stale data: {folder} belongs to user {folder.stat().st_uid}"
            yield fault(what, f"start as that user, or let him remove {directory}")


def _unreadable_kafka(folder: Path) -> Iterator[Finding]:
    if folder.exists() and (folder / "formatted").exists() and not (folder / "meta.properties").exists():
        yield fault(f"stale data: {folder} has lost its identity (Kafka {KAFKA_VERSION})", "`make clean`")
