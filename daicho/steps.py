"""What has to be done before the services start, by their own verbs `migrate` and `topics`."""

from collections.abc import Iterable

from daicho.embedded.faults import StackFault, cure_of, log_reasons
from daicho.embedded.process import Child, Start, spawn, wait_until
from daicho.programs import Program, together

STEP_SECONDS = 120.0


def run_steps(verbs: Iterable[tuple[Program, str]], start: Start = spawn) -> None:
    """Each verb of a program in a process of its own, all at once."""
    steps = {f"{program.name} {verb}": program.step(verb, start) for program, verb in verbs}
    try:
        wait_until(lambda: not any(child.alive() for child in steps.values()), seconds=STEP_SECONDS)
    finally:
        for child in steps.values():
            child.kill()
    failed = [_fault(name, child) for name, child in steps.items() if child.exit_code != 0]
    if failed:
        raise together(failed)


def _fault(name: str, child: Child) -> StackFault:
    reasons = log_reasons(child.log)
    what = f"`{name}` ended with {child.exit_code}, see {child.log}:\n{reasons}"
    return StackFault(what, cure_of(reasons, f"read {child.log}"))
