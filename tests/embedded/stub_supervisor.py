"""Run as a script: `daicho up` in a folder, with stubs in the place of the services."""

import json
import sys
from pathlib import Path

from daicho.stack import Plan
from daicho.up import supervise
from tests.embedded.stubs import STUB_PLAN

if __name__ == "__main__":

    def say(line: str) -> None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    def when_ready(endpoints: dict[str, object]) -> None:
        sys.stdout.write(json.dumps(endpoints) + "\n")
        sys.stdout.flush()

    plan: Plan = STUB_PLAN
    supervise(Path(sys.argv[1]), say=say, when_ready=when_ready, plan=plan)
