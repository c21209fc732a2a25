"""Steps that share one import behave as if each were a process of its own."""

import sys
from pathlib import Path

import pytest

from daicho.embedded.faults import StackFault
from daicho.embedded.jars import CHECKOUT
from daicho.programs import Program
from daicho.steps import run_steps, run_steps_together

ENVIRONMENT = {"DAICHO_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "PYTHONPATH": str(CHECKOUT)}


def program(name: str, logs: Path, environment: dict[str, str]) -> Program:
    argv = [sys.executable, "-m", "tests.embedded.stub_program", "serve"]
    return Program(name, 1, argv, "/readyz", environment, logs)


@pytest.mark.parametrize("run", [run_steps, run_steps_together])
def test_steps_that_end_well_say_nothing(run: type, tmp_path: Path) -> None:
    run([program("ledger", tmp_path, ENVIRONMENT), program("training", tmp_path, ENVIRONMENT)], ("topics",))


@pytest.mark.parametrize("run", [run_steps, run_steps_together])
def test_every_failed_step_is_told_with_its_log(run: type, tmp_path: Path) -> None:
    with pytest.raises(StackFault) as told:
        run([program("ledger", tmp_path, ENVIRONMENT)], ("topics", "dance", "sing"))
    assert "`ledger dance` ended with 1" in str(told.value)
    assert "unknown verb sing" in str(told.value)
    assert "ledger topics" not in str(told.value)


@pytest.mark.parametrize("run", [run_steps, run_steps_together])
def test_each_step_sees_its_own_environment(run: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAICHO_KAFKA_BOOTSTRAP_SERVERS", raising=False)
    with pytest.raises(StackFault) as told:
        run([program("ledger", tmp_path, ENVIRONMENT), program("training", tmp_path, {})], ("topics",))
    assert "`training topics` ended with 1" in str(told.value)
    assert "KeyError" in str(told.value)
    assert "ledger" not in str(told.value)
