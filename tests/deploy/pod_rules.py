"""Rules for pods by themselves: what a pod may do, what it may use, what it is asked."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from tests.deploy import known
from tests.deploy.manifests import Manifest, Manifests, Pod, of_kind, pods, title

PROBES: Final = ("startupProbe", "livenessProbe", "readinessProbe")
PINNED: Final = re.compile(r"^[a-z0-9./-]+:(?!latest$)[\w][\w.-]*$")
UNITS: Final = {"": Decimal(1), "m": Decimal("0.001"), "Ki": Decimal(2**10), "Mi": Decimal(2**20), "Gi": Decimal(2**30)}
WRITES_ITS_ROOT: Final = {"StatefulSet/kafka"}
"""Its start script writes its configuration beside its programs."""


def pods_are_restricted(manifests: Manifests) -> Iterator[str]:
    """The Pod Security Standard *restricted*, a root that cannot be written, and no way to Kubernetes itself."""
    for pod in pods(manifests):
        yield from (f"{pod.owner}: {fault}" for fault in _pod_faults(pod))
        for container in pod.containers:
            yield from (f"{pod.owner}: {fault}" for fault in _container_faults(pod, container))


def _pod_faults(pod: Pod) -> Iterator[str]:
    context = pod.spec.get("securityContext", {})
    if context.get("runAsNonRoot") is not True or not context.get("runAsUser"):
        yield "may be root"
    if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        yield "has no seccomp profile"
    if pod.spec.get("automountServiceAccountToken") is not False:
        yield "is given a token"
    if pod.spec.get("enableServiceLinks") is not False:
        yield "is given variables named after services"
    yield from (f"shares {key}" for key in ("hostNetwork", "hostPID", "hostIPC") if pod.spec.get(key))
    yield from (f"mounts {each['name']} of its host" for each in pod.spec.get("volumes", ()) if "hostPath" in each)


def _container_faults(pod: Pod, container: Manifest) -> Iterator[str]:
    context = container.get("securityContext", {})
    if context.get("allowPrivilegeEscalation") is not False:
        yield "may escalate"
    if context.get("capabilities") != {"drop": ["ALL"]}:
        yield "keeps capabilities"
    if context.get("privileged") or context.get("runAsUser") == 0:
        yield "is privileged"
    if context.get("readOnlyRootFilesystem") is not True and pod.owner not in WRITES_ITS_ROOT:
        yield "may write its root"
    if "/tmp" not in {each["mountPath"] for each in container.get("volumeMounts", ())}:  # noqa: S108 - the pod's own
        yield "has no /tmp"


def the_namespace_demands_it(manifests: Manifests) -> Iterator[str]:
    namespaces = of_kind(manifests, "Namespace")
    for each in namespaces:
        if each["metadata"]["labels"].get("pod-security.kubernetes.io/enforce") != "restricted":
            yield f"{title(each)} enforces nothing"
    names = {each["metadata"]["name"] for each in namespaces}
    yield from (
        f"{title(each)} is in no namespace of ours"
        for each in manifests
        if each["kind"] != "Namespace" and each["metadata"].get("namespace") not in names
    )


def probes_are_complete_and_answered(manifests: Manifests) -> Iterator[str]:
    for pod in pods(manifests):
        for container in pod.containers if not pod.owner.startswith("Job/") else ():
            yield from (f"{pod.owner} has no {probe}" for probe in PROBES if probe not in container)
            paths = {asked(container[probe]).get("path") for probe in PROBES if probe in container} - {None}
            yield from (f"{pod.owner}: {path} is not there" for path in paths - known.answered(container["image"]))


def resources_are_bounded(manifests: Manifests) -> Iterator[str]:
    for pod in pods(manifests):
        for container in pod.containers:
            requests, limits = (container.get("resources", {}).get(key, {}) for key in ("requests", "limits"))
            for what in ("cpu", "memory"):
                if what not in requests or what not in limits:
                    yield f"{pod.owner}: {what} is not bounded"
                elif quantity(requests[what]) > quantity(limits[what]):
                    yield f"{pod.owner} asks for more {what} than it may have"


def images_are_pinned(manifests: Manifests) -> Iterator[str]:
    images = [container["image"] for pod in pods(manifests) for container in pod.containers]
    yield from (f"{image} is not pinned" for image in images if not PINNED.match(image))


def quantity(text: Any) -> Decimal:
    """`250m`, `1`, `512Mi` as a number."""
    number, unit = re.fullmatch(r"([\d.]+)([A-Za-z]*)", str(text)).groups()  # type: ignore[union-attr]
    return Decimal(number) * UNITS[unit]


def asked(probe: Manifest) -> Manifest:
    return dict(probe.get("httpGet") or probe.get("tcpSocket") or {})
