"""What the demo says, line by line: on the screen as it happens, and once more in the README."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from daicho.demo.script.year import Script
from shared.runtime.clock import JAPAN

PASSED: Final = "✓"
FAILED: Final = "✗"


def heads(script: Script) -> tuple[str, str]:
    """Whose year it is, and by which rules."""
    group = script.group
    at_home = sum(company.domestic for company in group.companies)
    people = f"{len(script.lives):,} people in {at_home} companies at home and {len(group.companies) - at_home} abroad"
    more = f"{script.sent:,} records of HR, {len(script.holdings.all):,} holdings"
    return (
        f"Fiscal 2017 of a group of {people}, {more} (seed {group.seed}, scale {group.scale})",
        "Its house rules since 2016-04-01 are the incident rules of April 2022: report by day 5, and by day 30",
    )


def when(step: Mapping[str, Any]) -> str:
    return f"{datetime.fromisoformat(step['at']).astimezone(JAPAN):%Y-%m-%d %H:%M}"


def figures(step: Mapping[str, Any]) -> str:
    """How many records it came to in how many seconds, and what was done."""
    done = ", ".join(f"{count:,} {what}" for what, count in step["done"].items())
    return f"{step['records']:>7,} records {step['seconds']:5.1f} s  {done}"


def step_line(step: Mapping[str, Any]) -> str:
    return f"{when(step)}  {step['title']:<64} {figures(step)}"


def check_line(check: Mapping[str, Any]) -> str:
    return f"{PASSED if check['passed'] else FAILED} {check['check']}: {check['told']}"


def conclusion(result: Mapping[str, Any]) -> str:
    found = result.get("checks", [])
    passed = sum(check["passed"] for check in found)
    now = datetime.fromisoformat(result["now"]).astimezone(JAPAN)
    return f"{passed} of {len(found)} checks passed in {result['seconds']} s; it is now {now:%Y-%m-%d %H:%M} there"
