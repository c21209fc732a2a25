"""The whole product on one machine: PostgreSQL, Kafka, the dev issuer, the mail catcher and the five services."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import asyncpg

from daicho.embedded.databases import ensure_databases
from daicho.embedded.faults import StackFault, cure_of
from daicho.embedded.parts import OpenParts, Parts, Server, open_parts
from daicho.embedded.ports import HOST, free_port
from daicho.embedded.process import Start, spawn
from daicho.endpoints import FILE, ask_tokens, write_endpoints
from daicho.nursery import nursery
from daicho.programs import (
    SERVICES,
    MailProgram,
    Program,
    python_catcher,
    python_issuer,
    python_service,
    wait_all_ready,
)
from daicho.steps import run_steps
from shared.runtime.clock import DrivenClock

FIRST_PORT = 8101
ISSUER_PORT = 8100
SMTP_PORT = 8125
MAILS = "mails"
AUDIENCE = "daicho"
KEYS = "keys"
"""The folder of what the issuer signs with."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What a stack is made of. Two stacks on the same servers differ in their prefixes."""

    services: tuple[str, ...] = SERVICES
    serve_command: Callable[[str], list[str]] = python_service
    issuer_command: Callable[[], list[str]] = python_issuer
    environment: Mapping[str, str] = field(default_factory=dict)
    """More settings for every service, say `DAICHO_TOPIC_PREFIX`."""
    database_prefix: str = ""
    default_ports: bool = False
    for_tests: bool = False


@dataclass
class Stack:
    """A running stack; as a context manager it stops what it started. To be used from the main thread."""

    directory: Path
    plan: Plan
    opened: OpenParts
    issuer: Program
    mails: MailProgram
    services: dict[str, Program]
    databases: dict[str, str]

    @property
    def programs(self) -> tuple[Program, ...]:
        """The services first: that is the order in which they are stopped."""
        return (*self.services.values(), self.issuer, self.mails)

    @property
    def parts(self) -> Parts:
        return self.opened.parts

    @property
    def postgres(self) -> Server:
        return self.opened.postgres

    @property
    def kafka(self) -> Server:
        return self.opened.kafka

    @classmethod
    def start(
        cls,
        directory: Path,
        *,
        plan: Plan | None = None,
        say: Say = print,
        opened: OpenParts | None = None,
        start: Start | None = None,
    ) -> Self:
        """Everything up and ready, and `endpoints.json` written. `opened` and `start` outlive this stack."""
        plan, directory = plan or Plan(), directory.resolve()
        (directory / "logs").mkdir(parents=True, exist_ok=True)
        (directory / FILE).unlink(missing_ok=True)
        with nullcontext(start) if start else _start_of(plan, directory) as begin, ExitStack() as undo:
            if opened is None:
                say("starting PostgreSQL and Kafka")
                opened = undo.enter_context(open_parts(directory, say=say, for_tests=plan.for_tests))
            stack = cls._assembled(directory, plan, opened)
            undo.callback(stack.kill_programs)
            stack.bring_up(say, begin)
            undo.pop_all()
        return stack

    @classmethod
    def _assembled(cls, directory: Path, plan: Plan, opened: OpenParts) -> Self:
        names = {name: plan.database_prefix + name for name in plan.services}
        made = _databases(opened.parts.postgres_dsn, tuple(names.values()))
        databases = {name: made[database] for name, database in names.items()}
        issuer = _issuer(directory, plan)
        mails = _mails(directory, plan, issuer)
        services: dict[str, Program] = {}
        for name in plan.services:
            taken = {issuer.port, mails.port, *(service.port for service in services.values())}
            port = free_port(_default_port(name, plan), avoid=taken)
            settings = _settings(directory, opened.parts, issuer, databases[name], port)
            services[name] = _service(directory, plan, name, port, settings | {"DAICHO_SMTP_URL": mails.url})
        return cls(directory, plan, opened, issuer, mails, services, databases)

    def bring_up(self, say: Say, start: Start = spawn) -> None:
        """The part of `start` that runs our own programs. Whichever service makes the topics makes all of them."""
        programs = tuple(self.services.values())
        self.issuer.launch(start)
        self.mails.launch(start)
        say("migrating the databases, creating the topics")
        run_steps([*((each, "migrate") for each in programs), *((each, "topics") for each in programs[:1])], start)
        say("starting the services")
        for service in programs:
            service.launch(start)
        wait_all_ready(self.programs)
        self.write_endpoints()

    def write_endpoints(self) -> None:
        """Once more when its tokens grow old or the driven clock was moved."""
        write_endpoints(self.directory, self.endpoints())

    def endpoints(self) -> dict[str, Any]:
        return {
            **{name: service.url for name, service in self.services.items()},
            "kafka": self.parts.kafka,
            "postgres": self.databases,
            "smtp": self.mails.address,
            "issuer": self.issuer.url,
            "now": DrivenClock(self.directory / "clock.json").now().isoformat(),
            "tokens": ask_tokens(self.issuer.url),
        }

    def stop(self) -> None:
        """The services first and all at once, the servers under them last; a second Ctrl-C kills what is left."""
        with ExitStack() as last:
            last.callback(self.opened.stop)
            last.callback(self.kill_programs)
            (self.directory / FILE).unlink(missing_ok=True)
            for program in self.programs:
                program.ask_to_stop()
            for program in self.programs:
                program.stop()

    def kill_programs(self) -> None:
        for program in self.programs:
            program.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _start_of(plan: Plan, directory: Path) -> AbstractContextManager[Start]:
    """Our own services share a nursery, which does its imports while the servers start; images know nothing of it."""
    if plan.serve_command is python_service:
        return nursery(directory / "logs" / "nursery.log")
    return nullcontext(spawn)


def _databases(dsn: str, names: tuple[str, ...]) -> dict[str, str]:
    try:
        return ensure_databases(dsn, names)
    except (asyncpg.PostgresError, OSError) as error:
        where = dsn.rpartition("@")[2].partition("/")[0]
        raise StackFault(f"PostgreSQL at {where} lets no database be made: {error}", cure_of(str(error))) from error


def _issuer(directory: Path, plan: Plan) -> Program:
    port = free_port(ISSUER_PORT if plan.default_ports else None)
    argv = [*plan.issuer_command(), "--port", str(port), "--keys", str(directory / KEYS)]
    environment = {"DAICHO_ENVIRONMENT": "embedded", **plan.environment}
    return Program("issuer", port, argv, "/.well-known/openid-configuration", environment, directory / "logs")


def _mails(directory: Path, plan: Plan, issuer: Program) -> MailProgram:
    """Everything that is mailed, in a folder; it never leaves this machine."""
    port = free_port(SMTP_PORT if plan.default_ports else None, avoid={issuer.port})
    argv = [*python_catcher(), "--port", str(port), "--folder", str(directory / MAILS)]
    return MailProgram("mails", port, argv, "", {}, directory / "logs")


def _default_port(name: str, plan: Plan) -> int | None:
    return FIRST_PORT + SERVICES.index(name) if plan.default_ports and name in SERVICES else None


def _settings(directory: Path, parts: Parts, issuer: Program, dsn: str, port: int) -> dict[str, str]:
    return {
        "DAICHO_DATABASE_URL": dsn,
        "DAICHO_KAFKA_BOOTSTRAP_SERVERS": parts.kafka,
        "DAICHO_OIDC_ISSUER": issuer.url,
        "DAICHO_OIDC_AUDIENCE": AUDIENCE,
        "DAICHO_ENVIRONMENT": "embedded",
        "DAICHO_HOST": HOST,
        "DAICHO_PORT": str(port),
        "DAICHO_CLOCK_FILE": str(directory / "clock.json"),
    }


def _service(directory: Path, plan: Plan, name: str, port: int, settings: dict[str, str]) -> Program:
    environment = {**settings, **plan.environment}
    return Program(name, port, [*plan.serve_command(name), "serve"], "/readyz", environment, directory / "logs")
