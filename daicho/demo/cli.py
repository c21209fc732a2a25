"""`daicho demo` and `daicho verify`."""

from pathlib import Path
from typing import Annotated

import typer

from daicho.embedded.jars import CHECKOUT
from daicho.endpoints import read_endpoints
from daicho.report import answer_json, answer_table, faults_told, say_plain
from daicho.run import begin_the_year
from daicho.up import up_detached

HERE = CHECKOUT / ".run"
Directory = Annotated[Path, typer.Option("--directory", help="Where the stack keeps its state.")]
Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON document.")]


def register(app: typer.Typer) -> None:
    app.command()(demo)
    app.command()(verify)


def demo(
    directory: Directory = HERE,
    *,
    seed: Annotated[int, typer.Option("--seed", help="Another seed is another group and another year.")] = 2017,
    scale: Annotated[str, typer.Option("--scale", help="tiny, small, medium or full (100,000 people).")] = "small",
    without: Annotated[
        list[str] | None, typer.Option("--without", help="Leave out something that goes wrong; several times for more.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Play a fiscal year of a group of companies, and check what came of it; starts a stack where none runs."""
    from daicho.demo.main import play  # noqa: PLC0415 - likewise
    from daicho.demo.script.group import SCALES  # noqa: PLC0415 - other commands start faster without the demo
    from daicho.demo.script.plants import EVERYTHING, Plant  # noqa: PLC0415 - likewise

    left_out = frozenset(without or ())
    if not left_out <= EVERYTHING:
        raise typer.BadParameter(f"of: {', '.join(Plant)}", param_hint="--without")
    if scale not in SCALES:
        raise typer.BadParameter(f"one of: {', '.join(SCALES)}", param_hint="--scale")
    with faults_told(as_json=as_json):
        if read_endpoints(directory.resolve()) is None:
            begin_the_year(directory.resolve())
            up_detached(directory.resolve(), say=say_plain)
        plants = EVERYTHING - frozenset(map(Plant, left_out))
        raise typer.Exit(play(directory.resolve(), seed=seed, scale=scale, plants=plants, json=as_json))


def verify(directory: Directory = HERE, *, as_json: Json = False) -> None:
    """Compare the bytes of event tables, Kafka and archive; exit code 1 names the first difference."""
    from daicho.demo.verify import verify as compare  # noqa: PLC0415 - likewise

    with faults_told(as_json=as_json):
        verdict = compare(directory.resolve())
    if as_json:
        answer_json(verdict.document())
    else:
        rows = [(each.topic, f"{each.events:,}", each.difference or "the same everywhere") for each in verdict.topics]
        answer_table(("topic", "events", "bytes"), rows)
    raise typer.Exit(0 if verdict.agrees else 1)
