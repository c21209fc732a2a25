"""PostgreSQL and Kafka as local processes: they can be killed, left behind, moved to another port, run by anybody."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from daicho.embedded.databases import run_sql
from daicho.embedded.faults import StackFault
from daicho.embedded.identity import Identity
from daicho.embedded.jars import CHECKOUT
from daicho.embedded.parts import OpenParts, open_parts, start_parts
from daicho.embedded.ports import HOST, free_port, is_free
from daicho.embedded.postgres import LocalPostgres
from daicho.embedded.process import wait_until
from tests.embedded.stubs import processes_of

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

PARENT = """
import sys, time
from pathlib import Path
from daicho.embedded.databases import run_sql
from daicho.embedded.parts import start_parts
opened = start_parts(Path(sys.argv[1]), durable=False)
print("server", run_sql(opened.parts.postgres_dsn, "SHOW server_version")[0][0], opened.parts.kafka, flush=True)
time.sleep(1000)
"""


def quiet(line: str) -> None:
    """The tests need no progress."""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenParts]:
    """Servers of this file alone: it kills them."""
    with start_parts(tmp_path_factory.mktemp("own"), say=quiet, durable=False) as opened:
        yield opened


def test_postgres_keeps_committed_rows_over_kill_9(own: OpenParts) -> None:
    address = own.postgres.address
    run_sql(address, "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (1)")
    own.postgres.kill()
    assert not own.postgres.alive()
    own.postgres.restart()
    assert own.postgres.address == address
    assert run_sql(address, "SELECT id FROM kept")[0]["id"] == 1


async def test_kafka_keeps_its_topics_over_kill_9(own: OpenParts) -> None:
    address = own.kafka.address
    await create_topic(address, "kept")
    own.kafka.kill()
    own.kafka.restart()
    assert own.kafka.address == address
    assert "kept" in await topics(address)


def test_a_folder_that_postgres_has_no_chance_in_is_told_with_a_cure(tmp_path: Path) -> None:
    data = tmp_path / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("12\n")
    with pytest.raises(StackFault, match="written by PostgreSQL 12") as told:
        LocalPostgres(tmp_path / "postgres", free_port()).prepare()
    assert "make clean" in told.value.cure


def test_kill_9_of_the_parent_leaves_nothing_and_the_next_start_works(tmp_path: Path) -> None:
    for _ in range(2):
        with subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE) as parent:
            assert parent.stdout
            assert parent.stdout.readline().startswith(b"server 18")
            assert len(processes_of(tmp_path)) >= 3
            parent.kill()
        assert wait_until(lambda: not ours(tmp_path), seconds=15), ours(tmp_path)


def test_a_start_right_after_a_hard_kill_ends_what_still_runs(tmp_path: Path) -> None:
    first = start_parts(tmp_path, say=quiet, durable=False)
    before = (first.postgres.pid, first.kafka.pid)
    with start_parts(tmp_path, say=quiet, durable=False) as second:
        assert not first.postgres.alive()
        assert not first.kafka.alive()
        assert (second.postgres.pid, second.kafka.pid) != before
        assert run_sql(second.parts.postgres_dsn, "SELECT 1")[0][0] == 1
    first.stop()


def test_a_port_that_is_taken_meanwhile_is_replaced(tmp_path: Path, occupied_port: int) -> None:
    server = LocalPostgres(tmp_path / "postgres", occupied_port, durable=False)
    server.prepare()
    server.launch()
    server.wait_ready()
    assert server.port != occupied_port
    assert run_sql(server.address, "SELECT 1")[0][0] == 1
    server.stop()


def test_a_busy_default_port_is_dodged(occupied_port: int) -> None:
    assert not is_free(occupied_port)
    assert free_port(occupied_port) != occupied_port


@pytest.fixture
def occupied_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind((HOST, free_port()))
        other.listen()
        yield other.getsockname()[1]


async def test_a_path_may_hold_blanks_commas_and_japanese_in_any_locale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    folder = tmp_path / "a, b 台帳"
    with start_parts(folder, say=quiet, durable=False) as opened:
        await create_topic(opened.kafka.address, "kept")
    assert (folder / "kafka" / "data" / "kept-0").is_dir()


def test_given_servers_are_used_and_left_alone(own: OpenParts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dsn = own.parts.postgres_dsn.replace("postgresql://", "postgresql+asyncpg://")
    monkeypatch.setenv("DAICHO_DATABASE_URL", dsn)
    monkeypatch.setenv("DAICHO_KAFKA_BOOTSTRAP_SERVERS", own.parts.kafka)
    with open_parts(tmp_path, say=quiet, for_tests=True) as opened:
        assert opened.parts == own.parts
        with pytest.raises(StackFault, match="not ours"):
            opened.postgres.kill()
    assert own.postgres.alive()
    assert list(tmp_path.iterdir()) == []


def test_one_given_server_leaves_the_other_to_us(
    own: OpenParts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAICHO_KAFKA_BOOTSTRAP_SERVERS", own.parts.kafka)
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    with open_parts(tmp_path, say=quiet, for_tests=True) as opened:
        assert opened.kafka.address == own.kafka.address
        assert run_sql(opened.parts.postgres_dsn, "SELECT 1")[0][0] == 1


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="daicho-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def open_python() -> Iterator[str]:
    """An interpreter that everybody may start: ours, or a copy where ours lies in root's home."""
    original = Path(sys.executable).resolve()
    if all(folder.stat().st_mode & 0o005 == 0o005 for folder in original.parents):
        yield sys.executable
        return
    with tempfile.TemporaryDirectory(prefix="daicho-python-") as name:
        Path(name).chmod(0o755)
        unneeded = shutil.ignore_patterns("test", "site-packages", "__pycache__", "config-*", "idlelib", "*.a")
        library = Path(sys.base_prefix) / "lib"
        wanted = [path for path in library.iterdir() if path.name.startswith(("libpython", original.name))]
        for folder in ("bin", "lib"):
            (Path(name) / folder).mkdir()
        shutil.copy(original, Path(name) / "bin")
        for path in wanted:
            copy = Path(name) / "lib" / path.name
            shutil.copytree(path, copy, ignore=unneeded) if path.is_dir() else shutil.copy(path, copy)
        yield str(Path(name) / "bin" / original.name)


@as_root
@pytest.mark.parametrize("uid", [65534, 54321], ids=["with a name", "without a name"])
def test_an_ordinary_user_starts_both(open_folder: Path, open_python: str, uid: int) -> None:
    os.chown(open_folder, uid, uid)
    command = [open_python, "-c", PARENT, str(open_folder)]
    packages = os.pathsep.join([str(CHECKOUT), *(path for path in sys.path if path.endswith("site-packages"))])
    libraries = str(Path(open_python).parents[1] / "lib")
    environment = {**os.environ, "HOME": str(open_folder), "PYTHONPATH": packages, "LD_LIBRARY_PATH": libraries}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, user=uid, group=uid, extra_groups=[], env=environment, cwd=open_folder
    ) as parent:
        assert parent.stdout
        assert parent.stdout.readline().startswith(b"server 18")
        owners = {path.stat().st_uid for path in open_folder.rglob("*")}
        parent.send_signal(signal.SIGKILL)
    assert owners == {uid}
    assert wait_until(lambda: not ours(open_folder), seconds=15), ours(open_folder)


@as_root
def test_root_without_user_namespaces_starts_postgres_as_nobody(open_folder: Path) -> None:
    server = LocalPostgres(open_folder / "postgres", free_port(), durable=False, identity=Identity(user=65534))
    server.prepare()
    server.launch()
    server.wait_ready()
    assert run_sql(server.address, "SELECT 1")[0][0] == 1
    server.stop()


def ours(directory: Path) -> list[str]:
    """PostgreSQL and Kafka of the folder, not the test's own helper processes."""
    return [line for line in processes_of(directory) if "postgres" in line or "java" in line]


async def create_topic(address: str, name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    await admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=1)])
    await admin.close()


async def topics(address: str) -> list[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    names: list[str] = await admin.list_topics()
    await admin.close()
    return names
