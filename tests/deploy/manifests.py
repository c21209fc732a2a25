"""What a cluster would be given: the overlays as kustomize renders them, and how to find one's way in them."""

import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from daicho.contracts.files import CHECKOUT

Manifest = dict[str, Any]
Manifests = list[Manifest]
Labels = Mapping[str, str]

K8S: Final = CHECKOUT / "deploy" / "k8s"
BASE, DEV, PROD = K8S / "base", K8S / "overlays" / "dev", K8S / "overlays" / "prod"
RENDERERS: Final = (("kustomize", "build"), ("kubectl", "kustomize"))
WORKLOADS: Final = ("Deployment", "StatefulSet", "Job")


@cache
def rendered_text(folder: Path) -> str:
    """Skips the test where neither kustomize nor kubectl is installed."""
    for command in RENDERERS:
        if shutil.which(command[0]):
            return subprocess.run([*command, str(folder)], capture_output=True, text=True, check=True).stdout
    pytest.skip("neither kustomize nor kubectl is installed")


def rendered(folder: Path) -> Manifests:
    """Made anew for every caller, who may plant something in it."""
    return deepcopy(_parsed_once(folder))


@cache
def _parsed_once(folder: Path) -> Manifests:
    return parsed(rendered_text(folder))


def parsed(text: str) -> Manifests:
    return [each for each in yaml.load_all(text, Loader=yaml.CSafeLoader) if each]


@dataclass(frozen=True)
class Pod:
    """The pods of one workload."""

    owner: str
    labels: Labels
    spec: Manifest

    @property
    def containers(self) -> list[Manifest]:
        return [*self.spec.get("initContainers", ()), *self.spec["containers"]]


def title(manifest: Manifest) -> str:
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


def of_kind(manifests: Iterable[Manifest], *kinds: str) -> list[Manifest]:
    return [each for each in manifests if each["kind"] in kinds]


def named(manifests: Iterable[Manifest], kind: str, name: str) -> Manifest:
    return next(each for each in of_kind(manifests, kind) if each["metadata"]["name"] == name)


def pods(manifests: Iterable[Manifest]) -> list[Pod]:
    templates = [(title(each), each["spec"]["template"]) for each in of_kind(manifests, *WORKLOADS)]
    return [Pod(owner, template["metadata"]["labels"], template["spec"]) for owner, template in templates]


def pod_of(manifests: Iterable[Manifest], owner: str) -> Pod:
    return next(pod for pod in pods(manifests) if pod.owner == owner)


def selects(selector: Mapping[str, Any], labels: Labels) -> bool:
    """As Kubernetes reads a label selector; the empty one selects everything."""
    exact = selector.get("matchLabels", {}).items() <= labels.items()
    return exact and all(_expressed(each, labels) for each in selector.get("matchExpressions", ()))


def _expressed(expression: Mapping[str, Any], labels: Labels) -> bool:
    found = labels.get(expression["key"])
    match expression["operator"]:
        case "In":
            return found in expression["values"]
        case "NotIn":
            return found not in expression["values"]
        case "Exists":
            return found is not None
        case _:
            return found is None


def container_ports(pod: Pod) -> Iterator[Manifest]:
    for container in pod.containers:
        yield from container.get("ports", ())


def environment(manifests: Iterable[Manifest], container: Manifest, secrets: Mapping[str, Labels]) -> dict[str, str]:
    """What the container's process finds in its environment. Raises KeyError for a key that is nowhere."""
    manifests = list(manifests)
    found: dict[str, str] = {}
    for source in container.get("envFrom", ()):
        found |= named(manifests, "ConfigMap", source["configMapRef"]["name"])["data"]
    for each in container.get("env", ()):
        if "value" in each:
            found[each["name"]] = each["value"]
        else:
            reference = each["valueFrom"]["secretKeyRef"]
            found[each["name"]] = secrets[reference["name"]][reference["key"]]
    return found
