"""Whether one pod may reach another, as a cluster that enforces network policies would judge."""

from collections.abc import Iterable, Iterator
from typing import Any

from tests.deploy.manifests import Manifest, Manifests, Pod, container_ports, of_kind, selects


def may_reach(manifests: Manifests, source: Pod, target: Pod, port: int) -> bool:
    """Both sides have to allow it; a side that no policy is about allows everything."""
    leaves = _allows(manifests, source, target, target, port, ("Egress", "egress", "to"))
    return leaves and _allows(manifests, target, source, target, port, ("Ingress", "ingress", "from"))


def _allows(manifests: Manifests, judged: Pod, other: Pod, target: Pod, port: int, side: tuple[str, str, str]) -> bool:
    kind, rules, peers = side
    about = [
        policy["spec"]
        for policy in of_kind(manifests, "NetworkPolicy")
        if kind in policy["spec"]["policyTypes"] and selects(policy["spec"]["podSelector"], judged.labels)
    ]
    return not about or any(_fits(rule, peers, other, target, port) for each in about for rule in each.get(rules, ()))


def _fits(rule: Manifest, peers: str, other: Pod, target: Pod, port: int) -> bool:
    at_the_port = "ports" not in rule or port in _numbers(rule["ports"], target)
    return at_the_port and (peers not in rule or any(_is(peer, other) for peer in rule[peers]))


def _is(peer: Manifest, other: Pod) -> bool:
    """Pods of the same namespace only: nobody else is in these manifests."""
    return "podSelector" in peer and "namespaceSelector" not in peer and selects(peer["podSelector"], other.labels)


def _numbers(ports: Iterable[Manifest], target: Pod) -> Iterator[Any]:
    names = {each["name"]: each["containerPort"] for each in container_ports(target)}
    yield from (names.get(each["port"], each["port"]) for each in ports)
