"""The demo: a fiscal year of a group of companies played on the running stack, and the proof that it was kept right."""

import json as jsons
import time
from pathlib import Path
from typing import Any

import httpx
import uvloop

from daicho.demo.acts.auditor import Auditor
from daicho.demo.acts.incidents import Incidents
from daicho.demo.acts.ledger import Ledger
from daicho.demo.acts.pledges import Pledges
from daicho.demo.acts.training import Training
from daicho.demo.checks import checks
from daicho.demo.checks.evidence import Evidence
from daicho.demo.clients import Refused, people_of
from daicho.demo.endpoints import Stack, find_stack
from daicho.demo.player import Player
from daicho.demo.producer import hr_system
from daicho.demo.progress import Progress
from daicho.demo.quiet import NotQuiet, watch
from daicho.demo.screen import Check, Screen
from daicho.demo.script.plants import EVERYTHING, Plant
from daicho.demo.script.year import Script, make_script
from daicho.demo.verify import verify_stack
from daicho.demo.wording import conclusion, heads
from daicho.embedded.faults import StackFault
from daicho.endpoints import read_endpoints, write_endpoints
from daicho.report import answer_json

FILE = "demo.json"
SEED = 2017
SCALE = "small"


def play(
    stack_directory: Path,
    *,
    seed: int = SEED,
    scale: str = SCALE,
    plants: frozenset[Plant] = EVERYTHING,
    json: bool = False,
    prefix: str = "",
) -> int:
    """Play what is left of the year, check it, and leave the clock running; 0 if every check passed, else 1.

    The result is in `demo.json` as well. `plants` is what goes wrong in the year, `prefix` stands before every topic's
    name. Raises StackFault when no stack runs there, or another year was played on it.
    """
    stack = find_stack(stack_directory, prefix)
    screen, began = Screen(json=json), time.monotonic()
    progress, script = Progress.of(stack, seed, scale, plants), make_script(seed, scale, plants)
    result: dict[str, Any] = {"seed": seed, "scale": scale, "heads": heads(script)}
    _head(screen, script, progress)
    try:
        result |= uvloop.run(_played(stack, script, progress, screen))
    except (NotQuiet, Refused, httpx.HTTPError) as fault:
        screen.check(Check("the year could be played", passed=False, told=str(fault) or type(fault).__name__))
        result |= {"passed": False, "fault": str(fault)}
    result["seconds"] = round(time.monotonic() - began, 1)
    _leave(stack, result)
    screen.head(conclusion(result))
    if json:
        answer_json(result)
    return 0 if result["passed"] else 1


def _head(screen: Screen, script: Script, progress: Progress) -> None:
    for line in heads(script):
        screen.head(line)
    if progress.over:
        screen.head("The year was played on this stack already: it is only checked again")


async def _played(stack: Stack, script: Script, progress: Progress, screen: Screen) -> dict[str, Any]:
    async with watch(stack) as watching, people_of(stack) as people, hr_system(stack.kafka, stack.prefix) as hr:
        pledges, training = Pledges(people, script, progress), Training(people, script)
        auditor = Auditor(people, script, progress)
        acts = (pledges, Ledger(people, script), Incidents(people, script, progress), training)
        look = await Player(script, progress, watching, acts, (auditor,), hr, screen).play()
        verdict, refused = await verify_stack(stack), [*pledges.refused, *training.refused]
        evidence = Evidence(script, stack, people, auditor, progress.kept, refused, look, verdict)
        found = []
        async for check in checks(evidence):
            screen.check(check)
            found.append(check)
    return {
        "passed": all(check.passed for check in found),
        "steps": progress.kept.get("steps", []),
        "checks": [check.document() for check in found],
        "records": look.records,
    }


def _leave(stack: Stack, result: dict[str, Any]) -> None:
    """From its last instant the clock runs on at real pace; what shows the time elsewhere follows."""
    stack.clock.run_on()
    result["now"] = stack.clock.now().isoformat()
    endpoints = read_endpoints(stack.directory)
    if endpoints is not None:
        write_endpoints(stack.directory, {**endpoints, "now": result["now"]})
    draft = stack.directory / f"{FILE}.new"
    draft.write_text(jsons.dumps(result, ensure_ascii=False, indent=2) + "\n")
    draft.replace(stack.directory / FILE)


__all__ = ["StackFault", "play"]
