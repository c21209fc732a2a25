"""Whether the folder of the stack is fit to be started from, and its ports are free."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from daicho.doctor.finding import Finding, fault, note, well
from daicho.embedded.faults import StackFault
from daicho.embedded.identity import postgres_identity
from daicho.embedded.jars import VERSION as KAFKA_VERSION
from daicho.embedded.kafka import DEFAULT_PORT as KAFKA_PORT
from daicho.embedded.kept import faults_of_kafka, faults_of_pair, faults_of_postgres
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
    found = [
        *faults_of_postgres(directory / "postgres", POSTGRES_VERSION),
        *faults_of_kafka(directory / "kafka"),
        *faults_of_pair(directory),
    ]
    for each in found:
        yield fault(f"stale data: {each.what}", each.cure)
    if not found and (directory / "postgres" / "data").exists():
        yield well(f"data of PostgreSQL {POSTGRES_VERSION} and Kafka {KAFKA_VERSION}")
    yield from _owned_by_another_user(directory)


def leftovers(directory: Path) -> Iterator[Finding]:
    if running(directory):
        return
    for part, mark in MARKS.items():
        pid = read_pid(directory / part / f"{part}.pid")
        if pid is not None and str(directory / mark) in command_line(pid):
            yield note(f"{part} of an earlier run still runs (pid {pid})", "the next start ends it, `make down` too")


def _owned_by_another_user(directory: Path) -> Iterator[Finding]:
    """Root is no exception: inside a user namespace PostgreSQL may read only what is root's."""
    for folder, owner in ((directory / "postgres" / "data", _user_of_postgres()), (directory / "kafka", os.geteuid())):
        if folder.exists() and folder.stat().st_uid != owner:
            what = f"stale data: {folder} belongs to user {folder.stat().st_uid}, and is used as user {owner}"
            yield fault(what, f"start as that user, or let him remove {directory}")


def _user_of_postgres() -> int:
    with suppress(StackFault):
        other = postgres_identity().user
        return os.geteuid() if other is None else other
    return os.geteuid()
