"""Dashboards and alerts as Prometheus reads them, and the metrics that the code has."""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, Final

import yaml
from prometheus_client import REGISTRY

from daicho.contracts.files import CHECKOUT
from daicho.programs import SERVICES

GRAFANA: Final = CHECKOUT / "deploy" / "grafana"
ENDINGS: Final = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
METRIC: Final = re.compile(r"\b(?:daicho_\w+|up)\b(?=\s*[{)\[ ]|$)")
BRACES: Final = re.compile(r"\{([^}]*)\}")
MATCHED: Final = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
GROUPED: Final = re.compile(r"\b(?:by|without|on)\s*\(([^)]*)\)")
OF_PROMETHEUS: Final = {"job", "instance", "le"}
SEVERITIES: Final = {"critical", "warning"}

Rule = dict[str, Any]
Metrics = dict[str, set[str]]


@cache
def metrics() -> Metrics:
    """Every series of ours that a process may show, with its labels."""
    for service in SERVICES:
        import_module(f"services.{service}.app")
    found: Metrics = {"up": set()}
    for collector in list(REGISTRY._names_to_collectors.values()):  # the registry lists no labels of what is empty
        name, kind = getattr(collector, "_name", ""), getattr(collector, "_type", "")
        if name.startswith("daicho_"):
            found |= {name + end: set(getattr(collector, "_labelnames", ())) for end in ENDINGS[kind]}
    return found


def alerts() -> list[Rule]:
    groups = yaml.safe_load((GRAFANA / "alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def dashboards() -> dict[str, Any]:
    return {path.name: json.loads(path.read_text()) for path in GRAFANA.glob("*.json")}


def questions(dashboard: Any) -> list[str]:
    """Every expression of a dashboard's panels."""
    return [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]


def unknown(expression: str) -> Iterator[str]:
    """Metrics that no process has, and labels that they do not have."""
    names = METRIC.findall(BRACES.sub("{}", expression))
    if not names:
        yield "asks for nothing"
    yield from (name for name in names if name not in metrics())
    allowed = OF_PROMETHEUS.union(*(metrics().get(name, set()) for name in names))
    groups = [label for group in GROUPED.findall(expression) for label in re.split(r"[,\s]+", group) if label]
    matched = [label for braces in BRACES.findall(expression) for label in MATCHED.findall(braces)]
    yield from (label for label in (*groups, *matched) if label not in allowed)


def faults(alert: Rule, anchors: set[str]) -> Iterator[str]:
    """What an alert lacks for whoever it wakes."""
    yield from unknown(alert["expr"])
    if alert.get("labels", {}).get("severity") not in SEVERITIES:
        yield "has no severity"
    words = alert.get("annotations", {})
    if not words.get("summary"):
        yield "has no summary"
    page, _, anchor = words.get("runbook_url", "").partition("#")
    if page != "docs/operations.md" or anchor not in anchors:
        yield f"has no runbook: {anchor}"


def anchors_of(page: str) -> set[str]:
    """As the page's headings are linked to."""
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
