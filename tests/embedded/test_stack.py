"""The whole stack as a library, with stubs for the services."""

import json
from collections.abc import Iterator
from pathlib import Path
from smtplib import SMTP

import pytest

from daicho.embedded.databases import run_sql
from daicho.embedded.faults import StackFault
from daicho.embedded.given import GivenServer
from daicho.embedded.mail_catcher import mails_in
from daicho.embedded.parts import OpenParts, Parts
from daicho.personas import PERSONAS
from daicho.stack import Plan, Stack
from daicho.status import status
from tests.embedded.stubs import STUB_PLAN, stub_issuer

pytestmark = pytest.mark.stack


def quiet(line: str) -> None:
    """The tests need no progress."""


@pytest.fixture(scope="module")
def shared(parts: Parts) -> OpenParts:
    return OpenParts(GivenServer(parts.postgres_dsn), GivenServer(parts.kafka))


def plan(prefix: str, **changes: object) -> Plan:
    return Plan(**{**vars(STUB_PLAN), "database_prefix": prefix, **changes})


@pytest.fixture(scope="module")
def stack(shared: OpenParts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack.start(tmp_path_factory.mktemp("run"), plan=plan("stack_"), say=quiet, opened=shared) as running:
        yield running


def test_every_service_is_ready_on_a_migrated_database_of_its_own(stack: Stack) -> None:
    assert all(service.ready() for service in stack.services.values())
    assert len(set(stack.databases.values())) == 2
    for dsn in stack.databases.values():
        assert run_sql(dsn, "SELECT count(*) FROM migrated")[0][0] == 0


def test_the_endpoints_say_where_everything_is(stack: Stack) -> None:
    file = stack.directory / "endpoints.json"
    found = json.loads(file.read_text())
    assert found["ledger"] == stack.services["ledger"].url
    assert found["kafka"] == stack.parts.kafka
    assert found["postgres"] == stack.databases
    assert found["tokens"]["office"] == f"token of {PERSONAS['office'].person_id}"
    assert set(found) == {"ledger", "training", "kafka", "postgres", "smtp", "issuer", "now", "tokens"}
    assert file.stat().st_mode & 0o077 == 0


def test_a_mail_stays_in_the_folder_of_the_stack(stack: Stack) -> None:
    host, _, port = json.loads((stack.directory / "endpoints.json").read_text())["smtp"].rpartition(":")
    with SMTP(host, int(port), timeout=10) as server:
        server.sendmail("a@example.com", ["b@example.com"], b"Subject: kept\r\n\r\nhere\r\n")
    assert [mail["Subject"] for mail in mails_in(stack.directory / "mails")] == ["kept"]
    assert (stack.directory / "mails").stat().st_mode & 0o077 == 0


def test_a_killed_service_is_not_ready_and_comes_back_on_its_port(stack: Stack) -> None:
    service = stack.services["training"]
    before = (service.pid, service.port)
    service.kill()
    assert not service.ready()
    assert status(stack.directory)["parts"]["training"].startswith("unreachable")
    service.restart()
    assert service.ready()
    assert service.pid != before[0]
    assert service.port == before[1]


def test_the_status_says_what_answers(stack: Stack) -> None:
    found = status(stack.directory)
    assert found["parts"] == {
        "ledger": "ready",
        "training": "ready",
        "postgres": "ready",
        "kafka": "ready",
        "smtp": "ready",
    }
    assert found["up"]


def test_all_services_that_fail_are_named_and_nothing_stays(shared: OpenParts, tmp_path: Path) -> None:
    broken = plan("broken_", serve_command=lambda name: ["sh", "-c", f"echo {name} is unwell; exit 3"])
    with pytest.raises(StackFault) as told:
        Stack.start(tmp_path, plan=broken, say=quiet, opened=shared)
    assert "ledger is unwell" in str(told.value)
    assert "training is unwell" in str(told.value)
    assert not (tmp_path / "endpoints.json").exists()


def test_a_service_that_starts_and_ends_is_a_fault_with_its_log(shared: OpenParts, tmp_path: Path) -> None:
    script = '[ "$0" = serve ] && { echo cannot serve; exit 1; } || exit 0'
    broken = plan("ended_", serve_command=lambda _: ["sh", "-c", script], issuer_command=stub_issuer)
    with pytest.raises(StackFault, match="cannot serve"):
        Stack.start(tmp_path, plan=broken, say=quiet, opened=shared)
