"""Rules that no schema knows: what in one manifest must fit what is in another, and in the code."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from shared.runtime.settings import PREFIX
from tests.deploy import known, pod_rules
from tests.deploy.manifests import Manifest, Manifests, Pod, container_ports, of_kind, pods, selects, title
from tests.deploy.pod_rules import PROBES, asked

Rule = Callable[[Manifests], Iterator[str]]


def selectors_find_their_pods(manifests: Manifests) -> Iterator[str]:
    for workload in of_kind(manifests, "Deployment", "StatefulSet"):
        template = workload["spec"]["template"]
        spread = template["spec"].get("topologySpreadConstraints", ())
        for selector in (workload["spec"]["selector"], *(each["labelSelector"] for each in spread)):
            if _owners(manifests, selector) != [title(workload)]:
                yield f"{title(workload)}: {selector} selects {_owners(manifests, selector)}"
    for each in of_kind(manifests, "PodDisruptionBudget"):
        if len(_owners(manifests, each["spec"]["selector"])) != 1:
            yield f"{title(each)} is not about one workload"
    for each in of_kind(manifests, "Service"):
        if len(_owners(manifests, {"matchLabels": each["spec"]["selector"]})) != 1:
            yield f"{title(each)} does not lead to one workload"


def services_are_protected_from_disruption(manifests: Manifests) -> Iterator[str]:
    budgets = [each["spec"]["selector"] for each in of_kind(manifests, "PodDisruptionBudget")]
    for pod in pods(manifests):
        serves = pod.labels.get("app.kubernetes.io/component") == "serve"
        if serves and not any(selects(selector, pod.labels) for selector in budgets):
            yield f"{pod.owner} has no budget"


def network_policies_are_about_somebody(manifests: Manifests) -> Iterator[str]:
    for policy in of_kind(manifests, "NetworkPolicy"):
        for selector in (policy["spec"]["podSelector"], *_own_peers(policy)):
            if not _owners(manifests, selector):
                yield f"{title(policy)}: {selector} selects nobody"


def everything_is_denied_first(manifests: Manifests) -> Iterator[str]:
    denying = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    if denying not in [each["spec"] for each in of_kind(manifests, "NetworkPolicy")]:
        yield "nothing denies everything"


def ports_exist(manifests: Manifests) -> Iterator[str]:
    for pod in pods(manifests):
        for container in pod.containers:
            wanted = [asked(container[probe]).get("port") for probe in PROBES if probe in container]
            yield from _unknown(pod.owner, [port for port in wanted if port], [container], strict=True)
    for each in of_kind(manifests, "Service"):
        found = _selected(manifests, {"matchLabels": each["spec"]["selector"]})
        targets = [port.get("targetPort", port["port"]) for port in each["spec"]["ports"]]
        yield from _unknown(title(each), targets, [container for pod in found for container in pod.containers])
    for policy in of_kind(manifests, "NetworkPolicy"):
        for rule in policy["spec"].get("ingress", ()):
            yield from _unknown(title(policy), _ports(rule), _containers(manifests, policy["spec"]["podSelector"]))
        for rule in policy["spec"].get("egress", ()):
            for selector in _selectors(rule.get("to", ())):
                yield from _unknown(title(policy), _ports(rule), _containers(manifests, selector))


def what_is_referred_to_exists(manifests: Manifests) -> Iterator[str]:
    """ConfigMaps and Secrets with their keys, volumes, accounts. Secrets that nobody makes are those of the base."""
    made = {each["metadata"]["name"]: set(each["data"]) for each in of_kind(manifests, "Secret")}
    secrets = made or {name: set(values) for name, values in known.SECRETS.items()}
    maps = {each["metadata"]["name"]: set(each["data"]) for each in of_kind(manifests, "ConfigMap")}
    accounts = {each["metadata"]["name"]: each for each in of_kind(manifests, "ServiceAccount")}
    for pod in pods(manifests):
        account = accounts.get(pod.spec.get("serviceAccountName", "default"), {})
        if account.get("automountServiceAccountToken") is not False:
            yield f"{pod.owner} has no account of its own"
        yield from (f"{pod.owner}: {fault}" for fault in _loose_volumes(pod, maps))
        for container in pod.containers:
            yield from (f"{pod.owner}: {fault}" for fault in _loose_variables(container, maps, secrets))


def _loose_volumes(pod: Pod, maps: dict[str, set[str]]) -> Iterator[str]:
    volumes = {each["name"]: each for each in pod.spec.get("volumes", ())}
    yield from (
        f"there is no ConfigMap {each['configMap']['name']}"
        for each in volumes.values()
        if "configMap" in each and each["configMap"]["name"] not in maps
    )
    mounted = {each["name"] for container in pod.containers for each in container.get("volumeMounts", ())}
    claimed = {"data"} if pod.owner.startswith("StatefulSet/") else set[str]()
    yield from (f"there is no volume {name}" for name in sorted(mounted - volumes.keys() - claimed))


def _loose_variables(container: Manifest, maps: dict[str, set[str]], secrets: dict[str, set[str]]) -> Iterator[str]:
    for source in container.get("envFrom", ()):
        if source["configMapRef"]["name"] not in maps:
            yield f"there is no ConfigMap {source['configMapRef']['name']}"
    for each in container.get("env", ()):
        reference = each.get("valueFrom", {}).get("secretKeyRef")
        if reference and reference["key"] not in secrets.get(reference["name"], ()):
            yield f"there is no {reference['key']} in the Secret {reference['name']}"


def variables_are_settings(manifests: Manifests) -> Iterator[str]:
    """A name that nothing reads would be ignored in silence."""
    named_in: dict[str, Iterable[str]] = {
        title(each): each["data"] for each in of_kind(manifests, "ConfigMap", "Secret") if "data" in each
    }
    named_in |= {
        pod.owner: [each["name"] for container in pod.containers for each in container.get("env", ())]
        for pod in pods(manifests)
    }
    for where, names in named_in.items():
        unknown = {name for name in names if name.startswith(PREFIX)} - known.VARIABLES
        yield from (f"{where}: {name} is no setting" for name in sorted(unknown))


def names_are_given_once(manifests: Manifests) -> Iterator[str]:
    titles = [title(each) for each in manifests]
    yield from sorted({each for each in titles if titles.count(each) > 1})


def _owners(manifests: Manifests, selector: Manifest) -> list[str]:
    return [pod.owner for pod in _selected(manifests, selector)]


def _selected(manifests: Manifests, selector: Manifest) -> list[Pod]:
    return [pod for pod in pods(manifests) if selects(selector, pod.labels)]


def _containers(manifests: Manifests, selector: Manifest) -> list[Manifest]:
    return [container for pod in _selected(manifests, selector) for container in pod.containers]


def _own_peers(policy: Manifest) -> Iterator[Manifest]:
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for rule in policy["spec"].get(direction, ()):
            yield from _selectors(rule.get(side, ()))


def _selectors(peers: Iterable[Manifest]) -> list[Manifest]:
    """Of the peers in the same namespace."""
    return [peer["podSelector"] for peer in peers if "podSelector" in peer and "namespaceSelector" not in peer]


def _ports(rule: Manifest) -> list[Any]:
    return [each["port"] for each in rule.get("ports", ())]


def _unknown(where: str, wanted: list[Any], containers: list[Manifest], *, strict: bool = False) -> Iterator[str]:
    ports = list(container_ports(Pod(where, {}, {"containers": containers})))
    names = {port["name"] for port in ports} | ({port["containerPort"] for port in ports} if not strict else set())
    yield from (f"{where}: there is no port {port}" for port in wanted if port not in names)


RULES: Final[tuple[Rule, ...]] = (
    pod_rules.pods_are_restricted,
    pod_rules.the_namespace_demands_it,
    selectors_find_their_pods,
    services_are_protected_from_disruption,
    network_policies_are_about_somebody,
    everything_is_denied_first,
    ports_exist,
    pod_rules.probes_are_complete_and_answered,
    what_is_referred_to_exists,
    pod_rules.resources_are_bounded,
    variables_are_settings,
    pod_rules.images_are_pinned,
    names_are_given_once,
)
