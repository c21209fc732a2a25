"""The whole demo, tiny, on five real services; then what its checks say of a log that somebody changed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from daicho.demo.main import play
from daicho.demo.readme import shown
from daicho.demo.script.moments import BRIEF, MOMENTS
from daicho.demo.verify import verify
from daicho.demo.wording import PASSED
from daicho.embedded.databases import run_sql
from daicho.embedded.given import GivenServer
from daicho.embedded.parts import OpenParts, Parts
from daicho.stack import Plan, Stack
from shared.runtime.clock import DrivenClock

pytestmark = [pytest.mark.stack, pytest.mark.system, pytest.mark.timeout(400)]
PREFIX = "demo-"


@pytest.fixture(scope="module")
def stack(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder: Path = tmp_path_factory.mktemp("run")
    DrivenClock(folder / "clock.json").set(MOMENTS[0].at)
    prefixes = {"DAICHO_TOPIC_PREFIX": PREFIX, "DAICHO_GROUP_PREFIX": PREFIX}
    plan = Plan(environment=prefixes, database_prefix="demo_", for_tests=True)
    opened = OpenParts(GivenServer(parts.postgres_dsn), GivenServer(parts.kafka))
    with Stack.start(folder, plan=plan, say=lambda _: None, opened=opened) as running:
        yield running


@pytest.fixture(scope="module")
def played(stack: Stack) -> dict[str, Any]:
    verdict = play(stack.directory, scale="tiny", prefix=PREFIX)
    result: dict[str, Any] = json.loads((stack.directory / "demo.json").read_text())
    assert (verdict == 0) == result["passed"]
    return result


def test_every_check_passes(played: dict[str, Any]) -> None:
    assert [check for check in played["checks"] if not check["passed"]] == []
    assert len(played["steps"]) == len(BRIEF.moments)


def test_the_readme_shows_every_check(played: dict[str, Any]) -> None:
    said = [line.removeprefix(f"{PASSED} ") for line in shown() if line.startswith(PASSED)]
    names = [check["check"] for check in played["checks"]]
    assert len(said) == len(names)
    assert all(line.startswith(f"{name}: ") for line, name in zip(said, names, strict=True))


def test_the_clock_runs_on_from_the_end_of_the_year(played: dict[str, Any], stack: Stack) -> None:
    clock = DrivenClock(stack.directory / "clock.json")
    assert MOMENTS[-1].at < clock.now()
    assert json.loads((stack.directory / "endpoints.json").read_text())["now"] == played["now"]


def test_a_second_run_only_checks_again(played: dict[str, Any], stack: Stack) -> None:
    assert play(stack.directory, scale="tiny", prefix=PREFIX) == 0
    again = json.loads((stack.directory / "demo.json").read_text())
    assert again["steps"] == played["steps"]


@pytest.mark.usefixtures("played")
def test_one_changed_byte_in_the_event_table_is_named(stack: Stack) -> None:
    dsn = stack.databases["training"]
    (stream,) = run_sql(dsn, "SELECT stream FROM event WHERE type = 'training.PledgeSigned.v1' LIMIT 1")[0]
    space = "UPDATE event SET body = body || ' '::bytea WHERE stream = '{}' AND version = 2"
    run_sql(dsn, space.format(stream))
    verdict = verify(stack.directory, PREFIX)
    assert not verdict.agrees
    assert str(verdict.difference).startswith(f"training.events: {stream} 2 ")
