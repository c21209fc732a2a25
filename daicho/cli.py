"""The commands. Each answers on standard output, with `--json` as one document; exit code 1 is a fault."""

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from daicho.doctor import diagnose
from daicho.embedded.faults import StackFault
from daicho.embedded.jars import CHECKOUT
from daicho.endpoints import ask_token, read_endpoints
from daicho.logs import follow_logs, show_logs
from daicho.personas import PERSONAS
from daicho.report import addresses, answer_json, answer_table, faults_told, progress, say_plain
from daicho.run import run as run_all
from daicho.stack import Plan
from daicho.status import status as look
from daicho.up import down as end
from daicho.up import supervise, up_detached

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Daicho: the stack of five services on this machine.",
)

Directory = Annotated[Path, typer.Option("--directory", help="Where the stack keeps its state.")]
Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")]
HERE = CHECKOUT / ".run"


@app.command()
def up(
    directory: Directory = HERE,
    *,
    detach: Annotated[bool, typer.Option("--detach", help="Return when ready, and leave it running.")] = False,
    plain: Annotated[bool, typer.Option("--plain", hidden=True)] = False,
    as_json: Json = False,
) -> None:
    """Start PostgreSQL, Kafka and the five services; stay until Ctrl-C."""
    directory = directory.resolve()

    def tell(endpoints: dict[str, Any]) -> None:
        if as_json:
            answer_json(endpoints)
        else:
            answer_table(("part", "address"), addresses(endpoints))

    with faults_told(as_json=as_json):
        if detach:
            with progress() as say:
                endpoints = up_detached(directory, say=say)
            tell(endpoints)
        else:
            plan = Plan(default_ports=True)
            with _explained(directory):
                supervise(directory, say=say_plain, when_ready=(lambda _: None) if plain else tell, plan=plan)


@contextmanager
def _explained(directory: Path) -> Iterator[None]:
    """A start that fails asks the doctor by itself, for what the failure does not say."""
    try:
        yield
    except Exception as error:
        for finding in diagnose(directory):
            if finding.severity == "fault" and finding.what.removeprefix("stale data: ") not in str(error):
                say_plain(f"doctor: {finding.what}\n  cure: {finding.cure}")
        raise


@app.command()
def down(directory: Directory = HERE, *, as_json: Json = False) -> None:
    """Stop the stack, also one that was killed hard; its data stays."""
    with faults_told(as_json=as_json):
        stopped = end(directory.resolve(), say=say_plain)
    if as_json:
        answer_json({"stopped": stopped})
    elif not stopped:
        say_plain("nothing was running")


@app.command()
def status(directory: Directory = HERE, *, as_json: Json = False) -> None:
    """Tell which parts answer; exit code 1 unless all do."""
    found = look(directory.resolve())
    if as_json:
        answer_json(found)
    elif found["parts"]:
        answer_table(("part", "state"), list(found["parts"].items()))
    else:
        say_plain("starting" if found["supervised"] else "down")
    raise typer.Exit(0 if found["up"] else 1)


@app.command()
def doctor(directory: Directory = HERE, *, as_json: Json = False) -> None:
    """Look for everything that keeps the stack from starting, each with its cure."""
    findings = diagnose(directory.resolve())
    if as_json:
        answer_json([finding.as_dict() for finding in findings])
    else:
        answer_table(("", "what", "cure"), [(finding.sign, finding.what, finding.cure) for finding in findings])
    raise typer.Exit(1 if any(finding.severity == "fault" for finding in findings) else 0)


@app.command()
def token(
    role: Annotated[str, typer.Option("--as", help=f"One of: {', '.join(PERSONAS)}.")],
    directory: Directory = HERE,
    *,
    as_json: Json = False,
) -> None:
    """Print a fresh bearer token of one of the demo's people."""
    with faults_told(as_json=as_json):
        endpoints = read_endpoints(directory.resolve())
        if role not in PERSONAS:
            raise StackFault(f"nobody is called {role!r}", f"one of: {', '.join(PERSONAS)}")
        if endpoints is None:
            raise StackFault("no stack is running", "`make up`")
        fresh = ask_token(endpoints["issuer"], PERSONAS[role])
    if as_json:
        answer_json({"role": role, "person_id": PERSONAS[role].person_id, "token": fresh})
    else:
        sys.stdout.write(f"{fresh}\n")


@app.command()
def logs(
    names: Annotated[list[str] | None, typer.Argument(help="Which parts; all without.")] = None,
    directory: Directory = HERE,
    *,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many of the last lines.")] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    as_json: Json = False,
) -> None:
    """Show the end of the logs of the services, PostgreSQL, Kafka and the supervisor."""
    with faults_told(as_json=as_json):
        found = show_logs(directory.resolve(), tuple(names or ()), lines)
        if as_json:
            answer_json(found)
            return
        for name, text in found.items():
            for line in text:
                sys.stdout.write(f"{name:>11} | {line}\n")
        if follow:
            follow_logs(directory.resolve(), tuple(found))


@app.command()
def run(
    demo: Annotated[list[str] | None, typer.Argument(help="Arguments of the demo.")] = None, directory: Directory = HERE
) -> None:
    """Up, then the demo; on a terminal stay until Ctrl-C, else return the demo's verdict."""
    with faults_told(as_json=False):
        raise typer.Exit(run_all(directory.resolve(), demo or [], stay=sys.stdout.isatty()))


def add_commands_of(module: str) -> None:
    """A package with commands of its own offers `register(app)`; the command line works without it."""
    package = module.rpartition(".")[0]
    if importlib.util.find_spec(package) and importlib.util.find_spec(module):
        importlib.import_module(module).register(app)


for _module in ("daicho.demo.cli", "daicho.operate.cli"):
    add_commands_of(_module)
