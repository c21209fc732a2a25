"""What has to be done before the services start: `migrate` and `topics` of each."""

import json
import os
import sys
from collections.abc import Collection
from pathlib import Path

from daicho.embedded.faults import StackFault, log_tail
from daicho.embedded.jars import CHECKOUT
from daicho.embedded.process import Child, spawn, wait_until
from daicho.forked import STEPS, Step
from daicho.programs import Program, together

STEP_SECONDS = 120.0


def run_steps(programs: Collection[Program], verbs: tuple[str, ...]) -> None:
    """Every verb of every program at once, each as a process of its own."""
    steps = {f"{program.name} {verb}": program.step(verb) for program in programs for verb in verbs}
    _wait(list(steps.values()))
    _raise_unless_all_ended_well(
        {name: (child.exit_code, child.log) for name, child in steps.items()},
    )


def run_steps_together(programs: Collection[Program], verbs: tuple[str, ...]) -> None:
    """The same for Python modules: one process imports what all have in common, and forks for each step.

    The import is 9/10 of a step: ten processes took 30 s on two busy cores.
    """
    pairs = [(program, verb) for program in programs for verb in verbs]
    steps = [_forked_step(program, verb) for program, verb in pairs]
    logs = next(iter(programs)).logs
    environment = {**os.environ, STEPS: json.dumps(steps)}
    child = spawn([sys.executable, "-m", "daicho.forked"], log=logs / "steps.log", env=environment, cwd=CHECKOUT)
    _wait([child])
    codes = json.loads(child.log.read_text().splitlines()[-1]) if child.exit_code == 0 else None
    if codes is None:
        raise _step_fault("migrate and topics", child.exit_code, child.log)
    names = [f"{program.name} {verb}" for program, verb in pairs]
    found = zip(codes, (program.step_log(verb) for program, verb in pairs), strict=True)
    _raise_unless_all_ended_well(dict(zip(names, found, strict=True)))


def _forked_step(program: Program, verb: str) -> Step:
    """`python -m MODULE serve` tells the module."""
    module = program.argv[program.argv.index("-m") + 1]
    log = str(program.step_log(verb))
    return {"module": module, "verb": verb, "environment": dict(program.environment), "log": log}


def _wait(children: list[Child]) -> None:
    try:
        wait_until(lambda: not any(child.alive() for child in children), seconds=STEP_SECONDS)
    finally:
        for child in children:
            child.kill()


def _raise_unless_all_ended_well(ended: dict[str, tuple[int | None, Path]]) -> None:
    failed = [_step_fault(name, code, log) for name, (code, log) in ended.items() if code != 0]
    if failed:
        raise together(failed)


def _step_fault(name: str, code: int | None, log: Path) -> StackFault:
    return StackFault(f"`{name}` ended with {code}:\n{log_tail(log)}", f"read {log}")
