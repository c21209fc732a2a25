"""`docker compose up` would start the product: the file says what the code and the embedded stack say."""

import re
import subprocess
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from daicho.contracts.files import CHECKOUT
from daicho.embedded.jars import VERSION as KAFKA_VERSION
from daicho.embedded.kafka import SETTINGS as KAFKA_SETTINGS
from daicho.embedded.postgres import VERSION as POSTGRES_VERSION
from daicho.programs import SERVICES
from services.incidents.narratives import vault_of
from services.notifier.smtp import mail_server_of
from shared.runtime.settings import Settings
from tests.deploy import compose as rules
from tests.deploy import known
from tests.deploy.compose import RULES, Compose, Rule, filled, read
from tests.deploy.manifests import DEV, pod_of, rendered

PROMISES: Final = {"auto.create.topics.enable", "log.retention.ms", "message.max.bytes"}
"""What the contract of the topics rests upon."""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_holds(rule: Rule) -> None:
    assert list(rule(read())) == []


def test_docker_reads_it() -> None:
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker compose is not installed")
    subprocess.run(["docker", "compose", "-f", str(rules.FILE), "config", "--quiet"], check=True)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_would_start_with_its_settings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in known.VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    for variable, value in filled(read()["services"][name]["environment"]).items():
        monkeypatch.setenv(variable, value)
    settings = Settings()
    assert settings.environment == "embedded"
    assert settings.clock_file is None
    database = urlsplit(settings.database_url)
    assert (database.username, database.hostname, database.path) == (name, "postgres", f"/{name}")
    if name == "incidents":
        assert vault_of(settings)
    if name == "notifier":
        assert mail_server_of(settings)


def test_the_issuer_names_itself_as_the_services_know_it() -> None:
    services = read()["services"]
    assert services["issuer"]["command"] == ["--issuer", services["ledger"]["environment"]["DAICHO_OIDC_ISSUER"]]


def test_the_servers_are_those_of_the_embedded_stack() -> None:
    services = read()["services"]
    assert services["kafka"]["image"] == f"apache/kafka:{KAFKA_VERSION}"
    assert services["postgres"]["image"].startswith(f"postgres:{POSTGRES_VERSION}-")


@pytest.mark.parametrize("where", ["compose", "cluster"])
def test_kafka_promises_what_the_embedded_one_does(where: str) -> None:
    given = read()["services"]["kafka"]["environment"] if where == "compose" else _in_the_cluster("StatefulSet/kafka")
    settings = {name.removeprefix("KAFKA_").lower().replace("_", "."): value for name, value in given.items()}
    same = (settings.keys() & KAFKA_SETTINGS.keys()) - {"listener.security.protocol.map"}
    assert same >= PROMISES
    assert {name: settings[name] for name in same} == {name: KAFKA_SETTINGS[name] for name in same}


def _in_the_cluster(owner: str) -> dict[str, str]:
    return {each["name"]: each["value"] for each in pod_of(rendered(DEV), owner).containers[0]["env"]}


def test_every_service_has_a_database_and_nobody_else_enters_it() -> None:
    statements = (CHECKOUT / "deploy" / "postgres" / "databases.sql").read_text()
    for listed in re.findall(r"ARRAY\[(.*?)\]", statements):
        assert tuple(re.findall(r"'(\w+)'", listed)) == SERVICES
    assert "REVOKE ALL ON DATABASE %I FROM PUBLIC" in statements


def test_the_volume_of_postgres_is_where_version_18_looks_for_it() -> None:
    volumes = read()["services"]["postgres"]["volumes"]
    assert "postgres:/var/lib/postgresql" in volumes


Plant = Callable[[Compose], object]


def _of(compose: Compose, name: str = "ledger") -> Any:
    return compose["services"][name]


PLANTED: Final[list[tuple[Rule, Plant]]] = [
    (rules.images_are_pinned_or_built, lambda c: _of(c, "kafka").update(image="apache/kafka")),
    (rules.images_are_pinned_or_built, lambda c: _of(c, "mails").update(image="axllent/mailpit:latest")),
    (rules.images_are_pinned_or_built, lambda c: _of(c, "topics").pop("build")),
    (rules.several_can_run_on_one_machine, lambda c: _of(c).update(container_name="ledger")),
    (rules.ports_are_for_this_machine_only, lambda c: _of(c).update(ports=["8101:8000"])),
    (rules.ports_are_for_this_machine_only, lambda c: _of(c).update(ports=["127.0.0.1:8101:8000"])),
    (rules.ports_are_for_this_machine_only, lambda c: _of(c).update(ports=["127.0.0.1:${LEDGER_PORT:-8102}:8000"])),
    (rules.ports_are_for_this_machine_only, lambda c: _of(c).update(ports=["127.0.0.1:${AUDIT_PORT:-8201}:8000"])),
    (rules.everything_is_checked, lambda c: _of(c).pop("healthcheck")),
    (rules.everything_is_checked, lambda c: _of(c, "ledger-migrate").pop("healthcheck")),
    (rules.everything_waits_for_what_it_needs, lambda c: _of(c)["depends_on"].pop("ledger-migrate")),
    (
        rules.everything_waits_for_what_it_needs,
        lambda c: _of(c)["depends_on"].update(topics={"condition": "service_started"}),
    ),
    (rules.everything_waits_for_what_it_needs, lambda c: c["services"].pop("mails")),
    (rules.variables_are_settings, lambda c: _of(c)["environment"].update(DAICHO_KAFKA="kafka:9092")),
    (rules.our_containers_may_do_little, lambda c: _of(c).update(read_only=False)),
    (rules.our_containers_may_do_little, lambda c: _of(c, "topics").pop("security_opt")),
    (rules.a_job_does_what_it_is_called, lambda c: _of(c, "audit-migrate").update(command=["serve"])),
    (rules.a_job_does_what_it_is_called, lambda c: _of(c, "topics").update(restart="always")),
    (rules.a_service_and_its_job_are_of_one_image, lambda c: _of(c)["build"]["args"].update(SERVICE="audit")),
    (
        rules.a_service_and_its_job_are_of_one_image,
        lambda c: _of(c).update(environment={**_of(c)["environment"], "DAICHO_DATABASE_URL": "postgresql://x/y"}),
    ),
]


@pytest.mark.parametrize(("rule", "plant"), PLANTED)
def test_the_rule_finds_what_is_planted(rule: Rule, plant: Plant) -> None:
    compose = read()
    plant(compose)
    assert list(rule(compose))


def test_every_rule_was_planted_against() -> None:
    assert {rule for rule, _ in PLANTED} == set(RULES)
