"""How the commands speak: progress to standard error, the answer to standard output, as a table or as one JSON."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from daicho.embedded.faults import StackFault, fault_of

ANSWER = Console()
PROGRESS = Console(stderr=True)


def say_plain(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextmanager
def progress(*, plain: bool = False) -> Iterator[Callable[[str], None]]:
    """A spinner with the newest line on a terminal, else every line."""
    if plain or not PROGRESS.is_terminal:
        yield say_plain
        return
    with PROGRESS.status("") as status:

        def say(line: str) -> None:
            PROGRESS.print(f"[dim]{line}[/dim]", highlight=False)
            status.update(line)

        yield say


def answer_json(document: Any) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()


def answer_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    ANSWER.print(table, soft_wrap=True)


@contextmanager
def faults_told(*, as_json: bool) -> Iterator[None]:
    """A fault ends the command with exit code 1, said with its cure as the last thing on the screen."""
    try:
        yield
    except (StackFault, OSError) as error:
        fault = fault_of(error) if isinstance(error, OSError) else error
        if fault is None:
            raise
        if as_json:
            answer_json({"fault": fault.what, "cure": fault.cure})
        PROGRESS.print(str(fault), style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error


def addresses(endpoints: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a person wants to know of a running stack; passwords and tokens stay in the file."""
    shown = [(name, str(value)) for name, value in endpoints.items() if isinstance(value, str) and name != "now"]
    servers = {str(dsn).rpartition("@")[2].partition("/")[0] for dsn in endpoints.get("postgres", {}).values()}
    return [*shown, *(("postgres", server) for server in servers)]
