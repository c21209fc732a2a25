"""Dashboards and alerts ask for what the code has, and whoever is woken finds what to do."""

import re
import shutil
import subprocess
from typing import Any

import pytest

from daicho.programs import SERVICES
from tests.deploy.watching import GRAFANA, alerts, anchors_of, dashboards, faults, metrics, questions, unknown

WATCHED = {
    "daicho_consumer_lag_seconds": "how far behind",
    "daicho_relay_failures_total": "what does not get out",
    "daicho_outbox_age_seconds": "what has not got out",
    "daicho_timers_held": "timers that failed",
    "daicho_parked_streams": "streams that wait for somebody",
    "daicho_task_dead": "tasks that were given up",
    "daicho_mails_queued": "mails that wait",
    "daicho_mail_server_down": "why they wait",
    "daicho_http_requests_total": "errors",
    "daicho_http_request_seconds_bucket": "slow answers",
}


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_an_alert_has_all_that_whoever_it_wakes_needs(alert: dict[str, Any], operations: str) -> None:
    assert list(faults(alert, anchors_of(operations))) == []


@pytest.mark.parametrize("name", dashboards())
def test_a_dashboard_asks_for_what_there_is(name: str) -> None:
    asked = questions(dashboards()[name])
    assert asked
    assert {expression: found for expression in asked if (found := list(unknown(expression)))} == {}


def test_what_matters_wakes_somebody() -> None:
    asked = " ".join(alert["expr"] for alert in alerts())
    assert [name for name in WATCHED if name not in asked] == []


def test_a_service_that_is_down_is_missed() -> None:
    down = next(alert["expr"] for alert in alerts() if alert["alert"] == "DaichoDown")
    assert re.findall(r'"(.*)"', down) == ["|".join(SERVICES)]


def _ours() -> set[str]:
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in metrics() if name.startswith("daicho_")}


def test_every_metric_is_shown_by_a_dashboard() -> None:
    asked = " ".join(expression for each in dashboards().values() for expression in questions(each))
    assert sorted(name for name in _ours() if name not in asked) == []


def test_every_metric_is_documented(operations: str) -> None:
    assert sorted(name for name in _ours() if f"`{name}`" not in operations) == []


def test_names_and_panels_are_given_once() -> None:
    names = [alert["alert"] for alert in alerts()]
    assert len(names) == len(set(names))
    for dashboard in dashboards().values():
        ids = [panel["id"] for panel in dashboard["panels"]]
        assert len(ids) == len(set(ids))


def test_prometheus_reads_the_rules() -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed")
    subprocess.run(["promtool", "check", "rules", str(GRAFANA / "alerts.yaml")], check=True)


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("max by (job) (daicho_timer_held) > 0", "daicho_timer_held"),
        ("rate(daicho_http_requests[5m])", "daicho_http_requests"),
        ("sum by (person) (daicho_timers_held)", "person"),
        ('daicho_parked_streams{stream="x"} > 0', "stream"),
        ("vector(1)", "asks for nothing"),
    ],
)
def test_a_planted_question_is_found(expression: str, found: str) -> None:
    assert list(unknown(expression)) == [found]


@pytest.mark.parametrize(
    "planted",
    [
        {"labels": {}},
        {"labels": {"severity": "bad"}},
        {"annotations": {"summary": "x", "runbook_url": "docs/operations.md#nowhere"}},
        {"annotations": {"runbook_url": "docs/operations.md#mails"}},
        {"expr": "daicho_nothing > 0"},
    ],
    ids=str,
)
def test_what_an_alert_lacks_is_found(planted: dict[str, Any], operations: str) -> None:
    assert list(faults({**alerts()[0], **planted}, anchors_of(operations)))
