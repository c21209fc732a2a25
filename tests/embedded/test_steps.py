"""Steps tell what failed, whether each begins anew or all are born in a nursery."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from daicho.embedded.faults import StackFault
from daicho.embedded.jars import CHECKOUT
from daicho.embedded.ports import HOST, free_port
from daicho.embedded.process import Start, spawn
from daicho.nursery import nursery
from daicho.programs import Program
from daicho.steps import run_steps

ENVIRONMENT = {"DAICHO_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "PYTHONPATH": str(CHECKOUT)}


def program(name: str, logs: Path, environment: dict[str, str]) -> Program:
    argv = [sys.executable, "-m", "tests.embedded.stub_program", "serve"]
    return Program(name, 1, argv, "/readyz", environment, logs)


@pytest.fixture(params=["spawned", "born"])
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Start]:
    if request.param == "spawned":
        yield spawn
    else:
        with nursery(tmp_path / "nursery.log") as born:
            yield born


def test_steps_that_end_well_say_nothing(start: Start, tmp_path: Path) -> None:
    run_steps([(program(name, tmp_path, ENVIRONMENT), "topics") for name in ("ledger", "training")], start)


def test_every_failed_step_is_told_with_its_log(start: Start, tmp_path: Path) -> None:
    ledger = program("ledger", tmp_path, ENVIRONMENT)
    with pytest.raises(StackFault) as told:
        run_steps([(ledger, "topics"), (ledger, "dance"), (ledger, "sing")], start)
    assert "`ledger dance` ended with 1" in str(told.value)
    assert "unknown verb sing" in str(told.value)
    assert "ledger topics" not in str(told.value)


def test_what_one_cure_heals_is_told_with_it_once(start: Start, tmp_path: Path) -> None:
    closed = ENVIRONMENT | {"DAICHO_DATABASE_URL": f"postgresql://x@{HOST}:{free_port()}/x"}
    with pytest.raises(StackFault) as told:
        run_steps([(program(name, tmp_path, closed), "migrate") for name in ("ledger", "training")], start)
    assert "`training migrate` ended with 1" in told.value.what
    assert told.value.cure == "start PostgreSQL, or mend or unset DAICHO_DATABASE_URL"


def test_each_step_sees_its_own_environment(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAICHO_KAFKA_BOOTSTRAP_SERVERS", raising=False)
    environments = {"ledger": ENVIRONMENT, "training": {}}
    with pytest.raises(StackFault) as told:
        run_steps([(program(name, tmp_path, each), "topics") for name, each in environments.items()], start)
    assert "`training topics` ended with 1" in str(told.value)
    assert "KeyError" in str(told.value)
    assert "ledger" not in str(told.value)
