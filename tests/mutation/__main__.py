"""`python -m tests.mutation [PART…]`: how many planted slips of the pen the tests notice, and which they do not."""

import os
import sys
import time
import tomllib
import uuid
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.mutation.bench import FORK, Found, anew, in_place
from tests.mutation.mutants import Mutant
from tests.mutation.parts import PARTS, Part

EQUIVALENT: Final = {
    (each["path"], each["change"])
    for each in tomllib.loads((Path(__file__).parent / "equivalent.toml").read_text()).get("equivalent", [])
}


@dataclass(frozen=True)
class Outcome:
    mutants: int
    survivors: list[Mutant]

    def __str__(self) -> str:
        killed = self.mutants - len(self.survivors)
        return f"{self.mutants} | {killed} | {len(self.survivors)} | {100 * killed / self.mutants:.1f} %"


def mutants_of(part: Part) -> list[Mutant]:
    return [each for each in part.mutants() if (each.path, each.change) not in EQUIVALENT]


def examine(part: Part) -> Outcome:
    mutants = mutants_of(part)
    with ProcessPoolExecutor(1, FORK) as apart:
        found = apart.submit(_in_place, part).result()
    survived = [
        mutant
        for number, mutant in enumerate(mutants)
        if found.survived.get(number) or (number not in found.survived and anew(mutant, part.arguments, found))
    ]
    return Outcome(len(mutants), survived)


def _in_place(part: Part) -> Found:
    return in_place(mutants_of(part), part.arguments)


def main(names: list[str]) -> None:
    if unknown := set(names) - {part.name for part in PARTS}:
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are: {', '.join(part.name for part in PARTS)}")
    # as workers of xdist do, all processes of one run share its servers
    os.environ |= {"PYTEST_XDIST_WORKER": "mutation", "PYTEST_XDIST_TESTRUNUID": uuid.uuid4().hex}
    say("| part | mutants | killed | survived | score | seconds |\n|---|---|---|---|---|---|")
    survivors = list[Mutant]()
    for part in PARTS:
        if not names or part.name in names:
            begun = time.monotonic()
            outcome = examine(part)
            say(f"| {part.name} | {outcome} | {time.monotonic() - begun:.0f} |")
            survivors += outcome.survivors
    say("\n" + "\n".join(map(str, survivors)))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
