"""What a cluster is given fits together, and every rule that says so finds what is planted against it."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from kubernetes_validate.utils import ValidationError, latest_version, validate

from daicho.programs import SERVICES
from services.incidents.narratives import vault_of
from services.notifier.smtp import mail_server_of
from shared.runtime.settings import Settings
from tests.deploy import known, manifest_rules, pod_rules
from tests.deploy.manifest_rules import RULES, Rule
from tests.deploy.manifests import (
    BASE,
    DEV,
    PROD,
    Manifest,
    Manifests,
    environment,
    named,
    of_kind,
    pod_of,
    pods,
    rendered,
    title,
)
from tests.deploy.network import may_reach

OVERLAYS: Final = (BASE, DEV, PROD)


def _name(value: Any) -> str:
    return value.name if isinstance(value, Path) else getattr(value, "__name__", str(value))


@pytest.mark.parametrize("overlay", OVERLAYS, ids=_name)
@pytest.mark.parametrize("rule", RULES, ids=_name)
def test_the_rule_holds(rule: Rule, overlay: Path) -> None:
    assert list(rule(rendered(overlay))) == []


@pytest.mark.parametrize("overlay", OVERLAYS, ids=_name)
def test_kubernetes_knows_every_field(overlay: Path) -> None:
    for manifest in rendered(overlay):
        validate(manifest, latest_version(), strict=True)


def test_an_unknown_field_is_found() -> None:
    serve = named(rendered(DEV), "Deployment", "ledger-serve")
    serve["spec"]["template"]["spec"]["serviceAccount1"] = "x"
    with pytest.raises(ValidationError):
        validate(serve, latest_version(), strict=True)


@pytest.mark.parametrize("overlay", OVERLAYS, ids=_name)
def test_every_service_is_there_with_its_job(overlay: Path) -> None:
    workloads = {title(each) for each in of_kind(rendered(overlay), "Deployment", "Job")}
    assert workloads >= {f"Deployment/{name}-serve" for name in SERVICES} | {f"Job/{name}-migrate" for name in SERVICES}
    assert "Job/topics" in workloads


def test_production_has_two_of_each_on_different_nodes() -> None:
    for each in of_kind(rendered(PROD), "Deployment"):
        assert each["spec"]["replicas"] >= 2
        spread = each["spec"]["template"]["spec"]["topologySpreadConstraints"]
        assert ("kubernetes.io/hostname", "DoNotSchedule") in [
            (constraint["topologyKey"], constraint["whenUnsatisfiable"]) for constraint in spread
        ]


def test_production_brings_no_secret_and_no_server_of_its_own() -> None:
    assert {each["kind"] for each in rendered(PROD)} & {"Secret", "StatefulSet"} == set()
    assert not [pod for pod in pods(rendered(PROD)) if "issuer" in pod.owner]


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("overlay", [DEV, PROD], ids=_name)
def test_a_service_would_start_with_its_settings(overlay: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    manifests = rendered(overlay)
    container = pod_of(manifests, f"Deployment/{name}-serve").containers[0]
    for variable in known.VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment(manifests, container, _secrets(manifests)).items():
        monkeypatch.setenv(variable, value)
    settings = Settings()
    assert settings.database_url.endswith(f"/{name}")
    assert settings.environment == ("production" if overlay == PROD else "embedded")
    if name == "incidents":
        assert vault_of(settings)
    if name == "notifier":
        assert mail_server_of(settings)


def _secrets(manifests: Manifests) -> dict[str, dict[str, str]]:
    made = {
        each["metadata"]["name"]: {key: base64.b64decode(value).decode() for key, value in each["data"].items()}
        for each in of_kind(manifests, "Secret")
    }
    return made or {name: dict(values) for name, values in known.SECRETS.items()}


def test_each_job_does_what_it_is_called() -> None:
    for pod in pods(rendered(DEV)):
        component = pod.labels.get("app.kubernetes.io/component")
        if component:
            assert pod.containers[0]["args"] == [component]


def test_the_issuer_names_itself_as_the_services_know_it() -> None:
    manifests = rendered(DEV)
    assert pod_of(manifests, "Deployment/issuer").containers[0]["args"] == [
        "--issuer",
        _secrets(manifests)["daicho"]["DAICHO_OIDC_ISSUER"],
    ]


def test_every_secret_of_the_base_is_documented(operations: str) -> None:
    rows = [line for line in operations.splitlines() if line.startswith("| `")]
    for name, values in known.SECRETS.items():
        for key in values:
            assert [row for row in rows if f"`{name}`" in row and f"`{key}`" in row], f"{name}: {key}"


NEEDED: Final = [
    *((f"Deployment/{name}-serve", "StatefulSet/kafka", 9092) for name in SERVICES),
    *((f"Deployment/{name}-serve", "StatefulSet/postgres", 5432) for name in SERVICES),
    *((f"Deployment/{name}-serve", "Deployment/issuer", 8000) for name in SERVICES),
    *((f"Job/{name}-migrate", "StatefulSet/postgres", 5432) for name in SERVICES),
    ("Job/topics", "StatefulSet/kafka", 9092),
    ("Deployment/notifier-serve", "Deployment/mails", 1025),
    ("StatefulSet/kafka", "StatefulSet/kafka", 9092),
]


def test_exactly_what_is_needed_can_be_reached() -> None:
    manifests = rendered(DEV)
    ports = {"StatefulSet/kafka": 9092, "StatefulSet/postgres": 5432, "Deployment/mails": 1025}
    possible = {
        (source.owner, target.owner, ports.get(target.owner, 8000))
        for source in pods(manifests)
        for target in pods(manifests)
        if may_reach(manifests, source, target, ports.get(target.owner, 8000))
    }
    assert possible == set(NEEDED)


def test_without_the_policies_everything_can_be_reached() -> None:
    manifests = [each for each in rendered(DEV) if each["kind"] != "NetworkPolicy"]
    assert may_reach(manifests, pod_of(manifests, "Job/topics"), pod_of(manifests, "StatefulSet/postgres"), 5432)


Plant = Callable[[Manifests], object]


def _pod(manifests: Manifests, owner: str = "Deployment/ledger-serve") -> Manifest:
    return pod_of(manifests, owner).spec


def _container(manifests: Manifests, owner: str = "Deployment/ledger-serve") -> Manifest:
    return pod_of(manifests, owner).containers[0]


def _policy(manifests: Manifests, name: str) -> Any:
    return named(manifests, "NetworkPolicy", name)["spec"]


PLANTED: Final[list[tuple[Rule, Plant]]] = [
    (pod_rules.pods_are_restricted, lambda m: _pod(m)["securityContext"].pop("runAsNonRoot")),
    (pod_rules.pods_are_restricted, lambda m: _pod(m)["securityContext"].update(runAsUser=0)),
    (pod_rules.pods_are_restricted, lambda m: _pod(m, "Job/topics")["securityContext"].pop("seccompProfile")),
    (pod_rules.pods_are_restricted, lambda m: _pod(m).pop("automountServiceAccountToken")),
    (pod_rules.pods_are_restricted, lambda m: _pod(m, "StatefulSet/kafka").pop("enableServiceLinks")),
    (pod_rules.pods_are_restricted, lambda m: _pod(m).update(hostNetwork=True)),
    (pod_rules.pods_are_restricted, lambda m: _pod(m)["volumes"].append({"name": "x", "hostPath": {"path": "/"}})),
    (
        pod_rules.pods_are_restricted,
        lambda m: _container(m, "StatefulSet/postgres")["securityContext"].update(allowPrivilegeEscalation=True),
    ),
    (pod_rules.pods_are_restricted, lambda m: _container(m)["securityContext"]["capabilities"].update(add=["NET_RAW"])),
    (pod_rules.pods_are_restricted, lambda m: _container(m)["securityContext"].update(privileged=True)),
    (pod_rules.pods_are_restricted, lambda m: _container(m)["securityContext"].pop("readOnlyRootFilesystem")),
    (pod_rules.pods_are_restricted, lambda m: _container(m, "Job/ledger-migrate").pop("volumeMounts")),
    (
        pod_rules.the_namespace_demands_it,
        lambda m: named(m, "Namespace", "daicho-dev")["metadata"]["labels"].pop("pod-security.kubernetes.io/enforce"),
    ),
    (
        pod_rules.the_namespace_demands_it,
        lambda m: named(m, "Service", "kafka")["metadata"].update(namespace="default"),
    ),
    (
        pod_rules.probes_are_complete_and_answered,
        lambda m: _container(m)["livenessProbe"]["httpGet"].update(path="/health"),
    ),
    (
        pod_rules.probes_are_complete_and_answered,
        lambda m: _container(m, "Deployment/issuer")["readinessProbe"]["httpGet"].update(path="/readyz"),
    ),
    (pod_rules.probes_are_complete_and_answered, lambda m: _container(m).pop("startupProbe")),
    (pod_rules.resources_are_bounded, lambda m: _container(m)["resources"]["limits"].update(memory="100Mi")),
    (pod_rules.resources_are_bounded, lambda m: _container(m)["resources"]["requests"].update(cpu="1001m")),
    (pod_rules.resources_are_bounded, lambda m: _container(m, "Job/topics").pop("resources")),
    (pod_rules.images_are_pinned, lambda m: _container(m).update(image="daicho-ledger")),
    (pod_rules.images_are_pinned, lambda m: _container(m).update(image="daicho-ledger:latest")),
    (pod_rules.images_are_pinned, lambda m: _container(m).update(image="images.example.com:5000/daicho-ledger")),
    (
        manifest_rules.selectors_find_their_pods,
        lambda m: named(m, "Service", "ledger-http")["spec"]["selector"].pop("app.kubernetes.io/name"),
    ),
    (
        manifest_rules.selectors_find_their_pods,
        lambda m: named(m, "Deployment", "audit-serve")["spec"]["selector"]["matchLabels"].pop(
            "app.kubernetes.io/name"
        ),
    ),
    (
        manifest_rules.selectors_find_their_pods,
        lambda m: named(m, "PodDisruptionBudget", "audit-serve")["spec"]["selector"]["matchLabels"].update(x="y"),
    ),
    (
        manifest_rules.selectors_find_their_pods,
        lambda m: _pod(m)["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"].pop("app.kubernetes.io/name"),
    ),
    (
        manifest_rules.services_are_protected_from_disruption,
        lambda m: m.remove(named(m, "PodDisruptionBudget", "notifier-serve")),
    ),
    (
        manifest_rules.network_policies_are_about_somebody,
        lambda m: _policy(m, "to-mails")["podSelector"]["matchLabels"].update({"app.kubernetes.io/name": "notifer"}),
    ),
    (
        manifest_rules.network_policies_are_about_somebody,
        lambda m: _policy(m, "to-kafka")["egress"][0]["to"][0]["podSelector"].update(matchLabels={"app": "kafka"}),
    ),
    (manifest_rules.everything_is_denied_first, lambda m: m.remove(named(m, "NetworkPolicy", "nothing"))),
    (manifest_rules.everything_is_denied_first, lambda m: _policy(m, "nothing").update(policyTypes=["Ingress"])),
    (manifest_rules.ports_exist, lambda m: _container(m)["readinessProbe"]["httpGet"].update(port="https")),
    (
        manifest_rules.ports_exist,
        lambda m: named(m, "Service", "audit-http")["spec"]["ports"][0].update(targetPort="web"),
    ),
    (manifest_rules.ports_exist, lambda m: _policy(m, "callers")["ingress"][0]["ports"][0].update(port=8080)),
    (manifest_rules.ports_exist, lambda m: _policy(m, "to-kafka")["egress"][0]["ports"][0].update(port=9093)),
    (manifest_rules.what_is_referred_to_exists, lambda m: m.remove(named(m, "Secret", "ledger"))),
    (
        manifest_rules.what_is_referred_to_exists,
        lambda m: named(m, "Secret", "incidents")["data"].pop("DAICHO_NARRATIVE_KEY"),
    ),
    (manifest_rules.what_is_referred_to_exists, lambda m: m.remove(named(m, "ConfigMap", "settings"))),
    (manifest_rules.what_is_referred_to_exists, lambda m: m.remove(named(m, "ConfigMap", "databases"))),
    (manifest_rules.what_is_referred_to_exists, lambda m: m.remove(named(m, "ServiceAccount", "ledger-account"))),
    (manifest_rules.what_is_referred_to_exists, lambda m: _pod(m).pop("volumes")),
    (
        manifest_rules.variables_are_settings,
        lambda m: named(m, "ConfigMap", "settings")["data"].update(DAICHO_LOGLEVEL="INFO"),
    ),
    (
        manifest_rules.variables_are_settings,
        lambda m: _container(m)["env"].append({"name": "DAICHO_SMTP", "value": ""}),
    ),
    (manifest_rules.names_are_given_once, lambda m: m.append(named(m, "Service", "kafka"))),
]


@pytest.mark.parametrize(("rule", "plant"), PLANTED)
def test_the_rule_finds_what_is_planted(rule: Rule, plant: Plant) -> None:
    manifests = rendered(DEV)
    plant(manifests)
    assert list(rule(manifests))


def test_every_rule_was_planted_against() -> None:
    assert {rule for rule, _ in PLANTED} == set(RULES)
