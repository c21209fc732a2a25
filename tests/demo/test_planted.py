"""What is wrong in the year is found, and found only because it is there: without it, exactly its check is red."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from daicho.demo.main import play
from daicho.demo.script.moments import MOMENTS
from daicho.demo.script.plants import EVERYTHING, Plant
from daicho.embedded.given import GivenServer
from daicho.embedded.parts import OpenParts, Parts
from daicho.embedded.process import Start
from daicho.nursery import nursery
from daicho.stack import Plan, Stack
from shared.runtime.clock import DrivenClock

pytestmark = [pytest.mark.stack, pytest.mark.system, pytest.mark.timeout(400)]
FINDS: Final = {
    Plant.BAD_DIVISION: "the division that does not inspect is found",
    Plant.LATE_REPORT: "the preliminary report that was late",
    Plant.NUMBERS_ALONE: "the National ID numbers that nobody is in charge of",
    Plant.LATE_SLIP: "the holding that was entered late",
    Plant.DOUBLED: "what HR sent twice happened once",
    Plant.LATE_LEAVING: "an old answer stands, and today's differs by one late event",
    Plant.DISORDERED: "a transfer told before its hire takes effect",
    Plant.UNREADABLE: "the record that nobody can read is parked and listed, alone",
    Plant.UNKNOWN: "news of somebody unknown waits",
}
"""By what is planted, the check that finds it."""
SHORT: Final = {Plant.BAD_DIVISION, Plant.LATE_REPORT}
"""Tried every time; the others in the long form."""
PLANTS: Final = [pytest.param(each, marks=[] if each in SHORT else [pytest.mark.long]) for each in Plant]


def test_everything_that_is_planted_has_a_check() -> None:
    assert FINDS.keys() == EVERYTHING


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    with nursery(tmp_path_factory.mktemp("nursery") / "nursery.log") as born:
        yield born


@contextmanager
def new_stack(parts: Parts, folder: Path, plant: Plant, start: Start) -> Iterator[Stack]:
    DrivenClock(folder / "clock.json").set(MOMENTS[0].at)
    prefixes = {"DAICHO_TOPIC_PREFIX": f"{plant}-", "DAICHO_GROUP_PREFIX": f"{plant}-"}
    plan = Plan(environment=prefixes, database_prefix=f"{plant.name.lower()}_", for_tests=True)
    opened = OpenParts(GivenServer(parts.postgres_dsn), GivenServer(parts.kafka))
    with Stack.start(folder, plan=plan, say=lambda _: None, opened=opened, start=start) as running:
        yield running


@pytest.mark.parametrize("plant", PLANTS)
def test_without_it_exactly_its_check_is_red(plant: Plant, parts: Parts, tmp_path: Path, start: Start) -> None:
    with new_stack(parts, tmp_path, plant, start) as stack:
        verdict = play(stack.directory, scale="tiny", plants=EVERYTHING - {plant}, prefix=f"{plant}-")
        result: dict[str, Any] = json.loads((stack.directory / "demo.json").read_text())
    assert [each["check"] for each in result["checks"] if not each["passed"]] == [FINDS[plant]], result["checks"]
    assert verdict == 1
