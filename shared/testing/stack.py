"""Real PostgreSQL and Kafka for tests: import these fixtures into a conftest, and mark the tests `stack`.

    from shared.testing.stack import database, make_database, migration, parts, stack_session, templates, topic_prefix

One pair of servers serves a whole test run with all its workers. Each test has a database of its own, cloned from a
template that the service's migrations have been run on once, and a prefix of its own for topics. A service's conftest
says what its databases hold by overriding one fixture:

    @pytest.fixture(scope="session")
    def migration() -> Migration:
        return Migration("ledger", upgrade_to_head)  # Callable[[str], None], given a DSN
"""

import json
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from daicho.embedded.databases import create_database, database_exists, drop_database, run_sql, seal_template
from daicho.embedded.jars import CHECKOUT
from daicho.embedded.keeper import ANSWER, FAULT
from daicho.embedded.locks import locked
from daicho.embedded.parts import Parts
from daicho.embedded.process import wait_until

START_SECONDS = 600  # the first start on a machine downloads Kafka


@dataclass(frozen=True)
class Migration:
    """`migrate` brings the empty database behind a DSN to what service `name` expects."""

    name: str
    migrate: Callable[[str], None]


EMPTY = Migration("empty", lambda _: None)


@dataclass(frozen=True)
class StackSession:
    """One test run: `owner` is the pid of pytest itself (under xdist: of the controller)."""

    id: str
    owner: int
    folder: Path


@dataclass
class Templates:
    """Migrated databases to clone, each made once per test run by whichever worker needs it first."""

    parts: Parts
    session: StackSession
    known: set[str] = field(default_factory=set)

    def of(self, migration: Migration) -> str:
        name = f"{self.session.id}_{migration.name}"
        if name not in self.known:
            with locked(self.session.folder / f"{migration.name}.lock"):
                self._make_unless_made(name, migration)
            self.known.add(name)
        return name

    def _make_unless_made(self, name: str, migration: Migration) -> None:
        admin, draft = self.parts.postgres_dsn, f"{name}_draft"
        if database_exists(admin, name):
            return
        drop_database(admin, draft)
        migration.migrate(create_database(admin, draft))
        seal_template(admin, draft)
        run_sql(admin, f'ALTER DATABASE "{draft}" RENAME TO "{name}"')


@pytest.fixture(scope="session")
def stack_session() -> StackSession:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    owner = os.getppid() if worker else os.getpid()
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(owner)) if worker else uuid.uuid4().hex
    root = CHECKOUT / ".run" if os.access(CHECKOUT, os.W_OK) else Path(tempfile.gettempdir())
    folder = root / f"tests-{run[:8]}"
    folder.mkdir(parents=True, exist_ok=True)
    return StackSession(f"test_{run[:8]}", owner, folder)


@pytest.fixture(scope="session")
def parts(stack_session: StackSession) -> Parts:
    """Addresses of the run's PostgreSQL and Kafka. A test that kills a server starts its own with `start_parts`."""
    folder = stack_session.folder
    with locked(folder / "keeper.lock"):
        if not (folder / ANSWER).exists() and not (folder / FAULT).exists():
            _start_keeper(stack_session)
    if (folder / FAULT).exists():
        raise RuntimeError(f"PostgreSQL and Kafka could not be started:\n{(folder / FAULT).read_text()}")
    answer = json.loads((folder / ANSWER).read_text())
    return Parts(postgres_dsn=answer["postgres_dsn"], kafka=answer["kafka"])


def _start_keeper(session: StackSession) -> None:
    folder = session.folder
    command = [sys.executable, "-m", "daicho.embedded.keeper", str(folder), str(session.owner), session.id]
    with (folder / "keeper.log").open("w") as log:
        subprocess.run(command, stdout=log, stderr=log, cwd=CHECKOUT, check=True)  # noqa: S603 - our own module
    answered = wait_until(lambda: (folder / ANSWER).exists() or (folder / FAULT).exists(), seconds=START_SECONDS)
    if not answered:
        (folder / FAULT).write_text((folder / "keeper.log").read_text())


@pytest.fixture(scope="session")
def templates(parts: Parts, stack_session: StackSession) -> Templates:
    return Templates(parts, stack_session)


@pytest.fixture(scope="session")
def migration() -> Migration:
    """What `database` holds; overridden by a service's conftest."""
    return EMPTY


@pytest.fixture
def make_database(parts: Parts, templates: Templates) -> Iterator[Callable[[Migration], str]]:
    """For a test that needs several: each call gives the DSN of a new database; all are dropped afterwards."""
    made: list[str] = []

    def make(migration: Migration) -> str:
        name = f"{templates.of(migration)}_{uuid.uuid4().hex[:8]}"
        made.append(name)
        return create_database(parts.postgres_dsn, name, template=templates.of(migration))

    yield make
    for name in made:
        drop_database(parts.postgres_dsn, name)


@pytest.fixture
def database(make_database: Callable[[Migration], str], migration: Migration) -> str:
    """The DSN of this test's own database."""
    return make_database(migration)


@pytest.fixture
async def topic_prefix(parts: Parts) -> AsyncIterator[str]:
    """Begins the names of this test's topics; what it leaves behind is deleted."""
    prefix = f"t{uuid.uuid4().hex[:10]}."
    yield prefix
    admin = AIOKafkaAdminClient(bootstrap_servers=parts.kafka)
    await admin.start()
    try:
        mine = [topic for topic in await admin.list_topics() if topic.startswith(prefix)]
        if mine:
            await admin.delete_topics(mine)
    finally:
        await admin.close()
