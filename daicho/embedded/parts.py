"""Where PostgreSQL and Kafka come from: the one place that decides.

1. `DAICHO_DATABASE_URL`, `DAICHO_KAFKA_BOOTSTRAP_SERVERS`: a server somebody else runs, each for itself;
2. for tests, containers, where a Docker engine answers;
3. local processes.
"""

import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from daicho.embedded.containers import engine_answers, kafka_container, postgres_container
from daicho.embedded.faults import StackFault
from daicho.embedded.given import GivenServer, plain_dsn
from daicho.embedded.jars import kafka_jars
from daicho.embedded.kafka import DEFAULT_PORT as KAFKA_PORT
from daicho.embedded.kafka import LocalKafka
from daicho.embedded.kept import faults_of_pair, remember_pair
from daicho.embedded.ports import free_port
from daicho.embedded.postgres import DEFAULT_PORT as POSTGRES_PORT
from daicho.embedded.postgres import LocalPostgres
from daicho.embedded.server import Parts, Server

__all__ = ["OpenParts", "Parts", "Server", "open_parts", "start_parts"]

Say = Callable[[str], None]


@dataclass
class OpenParts:
    """Both servers, running; as a context manager it stops what it started."""

    postgres: Server
    kafka: Server

    @property
    def parts(self) -> Parts:
        return Parts(postgres_dsn=self.postgres.address, kafka=self.kafka.address)

    def stop(self) -> None:
        with ExitStack() as even_after_a_fault:
            even_after_a_fault.callback(self.postgres.stop)
            self.kafka.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def open_parts(directory: Path, *, say: Say = print, for_tests: bool = False) -> OpenParts:
    """Both servers from wherever this machine has them; local ones keep all their state in `directory`."""
    database, brokers = os.environ.get("DAICHO_DATABASE_URL"), os.environ.get("DAICHO_KAFKA_BOOTSTRAP_SERVERS")
    docker = for_tests and not (database and brokers) and engine_answers()
    ports = (None, None) if for_tests else (POSTGRES_PORT, KAFKA_PORT)
    return _opened_in(
        directory,
        GivenServer(plain_dsn(database))
        if database
        else (postgres_container() if docker else local_postgres(directory, ports[0], durable=not for_tests)),
        GivenServer(brokers) if brokers else (kafka_container() if docker else local_kafka(directory, ports[1], say)),
    )


def start_parts(directory: Path, *, say: Say = print, durable: bool = True) -> OpenParts:
    """Both servers as local processes on free ports, whatever the environment says."""
    return _opened_in(directory, local_postgres(directory, None, durable=durable), local_kafka(directory, None, say))


def local_postgres(directory: Path, port: int | None, *, durable: bool) -> LocalPostgres:
    return LocalPostgres(directory.resolve() / "postgres", free_port(port), durable)


def local_kafka(directory: Path, port: int | None, say: Say) -> LocalKafka:
    return LocalKafka(directory.resolve() / "kafka", kafka_jars(say), free_port(port))


def _opened_in(directory: Path, postgres: Server, kafka: Server) -> OpenParts:
    """What both have recorded fits together only as long as neither is taken away."""
    if not (isinstance(postgres, LocalPostgres) and isinstance(kafka, LocalKafka)):
        return _opened(postgres, kafka)
    for fault in faults_of_pair(directory):
        raise fault
    opened = _opened(postgres, kafka)
    remember_pair(directory)
    return opened


def _opened(postgres: Server, kafka: Server) -> OpenParts:
    """Both at once, since each waits mostly for itself; when one fails neither stays."""
    both = (kafka, postgres)
    with ExitStack() as undo:
        for server in both:
            undo.callback(_end, server)
        for server in both:
            server.prepare()
        for server in both:
            server.launch()
        for server in both:
            server.wait_ready()
        undo.pop_all()
    return OpenParts(postgres, kafka)


def _end(server: Server) -> None:
    with suppress(StackFault):  # a given server is not ours to end
        server.kill()
