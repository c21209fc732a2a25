"""Programs that stand in for the services, and what the tests ask about processes."""

import sys
from pathlib import Path

from daicho.embedded.leftovers import command_line
from daicho.stack import Plan

STUB = [sys.executable, str(Path(__file__).with_name("stub_program.py"))]
SUPERVISOR = [sys.executable, "-m", "tests.embedded.stub_supervisor"]


def stub_service(name: str) -> list[str]:
    return [*STUB]


def stub_issuer() -> list[str]:
    return [*STUB]


STUB_PLAN = Plan(
    services=("ledger", "training"),
    serve_command=stub_service,
    issuer_command=stub_issuer,
    environment={"PYTHONPATH": str(Path(__file__).parents[2])},
    for_tests=True,
)


def processes_of(directory: Path) -> list[str]:
    """Command lines of all living processes that name the folder."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [line for pid in pids if str(directory) in (line := command_line(pid))]
