"""Rules that no linter knows: what a line of ours may do depends on the room it stands in."""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Final

from shared.runtime.watching.logs import ALLOWED
from tests.architecture.tree import Source

Rule = Callable[[Source], Iterator[str]]

PURE: Final = (
    "services/*/domain/*.py",
    "services/*/rules/*.py",
    "services/*/spells/*.py",
    "services/*/reactions.py",
    "services/*/duties/*.py",
    "shared/law/*.py",
    "shared/events/*.py",
    "shared/decider.py",
    "shared/late_entry.py",
)
CHANCE: Final = {"now", "utcnow", "today", "uuid1", "uuid4", "uuid7", "monotonic", "time_ns", "perf_counter"}
SQL_CLOCK: Final = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(\)|\bcurrent_(timestamp|date|time)\b",
    re.IGNORECASE,
)
LOG_KEYS: Final = ALLOWED | {"exc_info"}
LEVELS: Final = {"debug", "info", "warning", "error", "exception", "critical"}
LABELS: Final = {"command", "method", "outcome", "reason", "route", "slug", "status", "subscription", "task"}
"""Numbers of values that are small and of our own making: no person, no stream, no text of a caller."""
METRICS: Final = {"Counter", "Gauge", "Histogram", "Summary"}
EVENT: Final = re.compile(r"^([a-z]+)\.[A-Z]\w*\.v[1-9]\d*$")


def nobody_commits(source: Source) -> Iterator[str]:
    """One request or batch is one transaction, ended where it was begun. What Kafka is told is for lag tools only."""
    if source.path.startswith(("shared/", "services/")):
        commits = (call for call in _calls(source) if _called(call) == "commit")
        yield from (_at(call) for call in commits if "consumer" not in ast.unparse(call.func))


def pure_code_knows_no_time_and_no_chance(source: Source) -> Iterator[str]:
    """`today`, ids and instants arrive from outside."""
    if source.matches(*PURE):
        yield from (f"{_at(call)}: {_called(call)}()" for call in _calls(source) if _called(call) in CHANCE)


def pure_code_never_waits(source: Source) -> Iterator[str]:
    if source.matches(*PURE):
        waits = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
        yield from (_at(node) for node in ast.walk(source.tree) if isinstance(node, waits))


def sql_is_given_the_time(source: Source) -> Iterator[str]:
    """The domain's clock can be driven; the database's can not."""
    if source.is_test or not source.path.startswith(("shared/", "services/")):
        return
    words = _docstrings(source)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in words:
            if SQL_CLOCK.search(node.value):
                yield _at(node)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("func.now"):
            yield _at(node)


def no_failure_is_swallowed_unnamed(source: Source) -> Iterator[str]:
    yield from (_at(node) for node in ast.walk(source.tree) if isinstance(node, ast.ExceptHandler) and not node.type)


def nothing_is_printed(source: Source) -> Iterator[str]:
    if not source.path.startswith("benchmarks/"):
        yield from (_at(call) for call in _calls(source) if isinstance(call.func, ast.Name) and call.func.id == "print")


def logs_hold_only_what_is_listed(source: Source) -> Iterator[str]:
    """What is not listed would be dropped in silence, and a text is never put together."""
    if source.is_test or not source.path.startswith(("shared/", "services/")):
        return
    for call in _calls(source):
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "log" and call.func.attr in LEVELS:
            yield from (f"{_at(call)}: {key.arg}" for key in call.keywords if key.arg not in LOG_KEYS)
            if any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in call.args):
                yield f"{_at(call)}: a text"


def metrics_are_labelled_by_what_is_listed(source: Source) -> Iterator[str]:
    for call in _calls(source):
        if _called(call) in METRICS and call.args and isinstance(call.args[0], ast.Constant):
            given = [*call.args[2:3], *(key.value for key in call.keywords if key.arg == "labelnames")]
            labels = {label for each in given for label in ast.literal_eval(each)}
            yield from (f"{_at(call)}: {label}" for label in sorted(labels - LABELS))


def events_are_declared_by_their_producer(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if source.is_test or not isinstance(node, ast.ClassDef):
            continue
        for name in _type_of(node):
            producer = EVENT.match(name)
            if producer is None:
                yield f"{_at(node)}: {name} is not service.Name.vN"
            elif source.path != f"shared/events/{producer[1]}.py":
                yield f"{_at(node)}: {name} belongs to {producer[1]}"


def projections_are_pure(source: Source) -> Iterator[str]:
    """What a view's `project` and `key` call in their file neither waits nor touches table, database or runtime."""
    if not source.matches("services/*/views/*.py", "shared/organisation/row.py"):
        return
    functions = {
        node.name: node for node in source.tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    outside = _imported(source, ("sqlalchemy", "asyncpg", "shared.runtime"))
    for name in _reached(functions, {"project", "key"} & functions.keys()):
        if isinstance(functions[name], ast.AsyncFunctionDef):
            yield f"{name} waits"
        yield from (f"{name} uses {used}" for used in sorted(_names(functions[name]) & outside))


def _reached(functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef], begin: set[str]) -> set[str]:
    reached, open_ends = set[str](), begin
    while open_ends:
        reached |= open_ends
        open_ends = {used for name in open_ends for used in _names(functions[name]) & functions.keys()} - reached
    return reached


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _imported(source: Source, roots: tuple[str, ...]) -> set[str]:
    found = (node for node in ast.walk(source.tree) if isinstance(node, ast.ImportFrom | ast.Import))
    return {
        alias.asname or alias.name
        for node in found
        for alias in node.names
        if (getattr(node, "module", None) or alias.name).startswith(roots)
    }


def _type_of(node: ast.ClassDef) -> Iterator[str]:
    """The literal after `type=` in a class statement."""
    for keyword in node.keywords:
        if keyword.arg == "type" and isinstance(keyword.value, ast.Constant):
            yield str(keyword.value.value)


def _calls(source: Source) -> Iterator[ast.Call]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))


def _called(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _docstrings(source: Source) -> set[ast.AST]:
    return {node.value for node in ast.walk(source.tree) if isinstance(node, ast.Expr)}


def _at(node: ast.AST) -> str:
    return f"line {getattr(node, 'lineno', 0)}"


RULES: Final[tuple[Rule, ...]] = (
    nobody_commits,
    pure_code_knows_no_time_and_no_chance,
    pure_code_never_waits,
    sql_is_given_the_time,
    no_failure_is_swallowed_unnamed,
    nothing_is_printed,
    logs_hold_only_what_is_listed,
    metrics_are_labelled_by_what_is_listed,
    events_are_declared_by_their_producer,
    projections_are_pure,
)
