"""All mutants of a module. Left out is what no behaviour hangs on: texts, annotations, decorators, log lines."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any, Final

from tests.mutation.changes import changed
from tests.mutation.wording import difference, words

UNSEEN: Final = {"annotation", "returns", "decorator_list"}


@dataclass(frozen=True)
class Mutant:
    path: str
    line: int
    change: str
    code: CodeType
    inside: bool
    """Whether the change is in the body of a function, and takes effect when that is called."""
    lines: range
    """Who runs none of these does not run the change."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {self.change}"


@dataclass(frozen=True)
class _Place:
    """Where a node stands: `holder[key]` is a field's list with an index, or a node's dictionary with a name."""

    holder: Any
    key: Any
    inside: bool
    around: ast.AST
    """The statement, or the case of a match, that it stands in or is."""

    @property
    def lines(self) -> range:
        return _header(self.around) or range(0)

    @property
    def node(self) -> ast.AST:
        found: ast.AST = self.holder[self.key]
        return found


def mutants(path: str, text: str, file: str) -> Iterator[Mutant]:
    """`file` is where the module's code says it comes from."""
    tree = ast.parse(text)
    for place in _places(tree, inside=False, around=tree):
        original, before = place.node, words(place.around)
        for other in list(changed(original)):
            place.holder[place.key] = ast.fix_missing_locations(other)
            code = compile(tree, file, "exec")
            line = getattr(original, "lineno", place.lines.start)
            change = difference(before, words(other if place.around is original else place.around))
            yield Mutant(path, line, change, code, place.inside, place.lines)
        place.holder[place.key] = original


def _places(node: ast.AST, *, inside: bool, around: ast.AST) -> Iterator[_Place]:
    for field, value in ast.iter_fields(node):
        if field in UNSEEN:
            continue
        within = inside or (field == "body" and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))
        several = isinstance(value, list)
        holder: Any = value if several else vars(node)
        for key in range(len(value)) if several else (field,):
            child = holder[key]
            if isinstance(child, ast.AST) and not _left_out(child):
                nearer = child if _header(child) else around
                yield _Place(holder, key, within, nearer)
                if not isinstance(child, ast.Raise):  # a reason's words
                    yield from _places(child, inside=within, around=nearer)


def _header(node: ast.AST) -> range | None:
    """The lines of a simple statement, or those of a compound one before its body."""
    match node:
        case ast.Match(subject=subject):
            return _lines(node.lineno, subject)
        case ast.match_case(pattern=pattern, body=[first, *_]):
            return _lines(pattern.lineno, pattern, first)
        case ast.stmt() | ast.ExceptHandler():
            return _lines(node.lineno, node, next(iter(getattr(node, "body", ())), None))
        case _:
            return None


def _lines(
    begin: int, whole: ast.expr | ast.stmt | ast.pattern | ast.ExceptHandler, body: ast.stmt | None = None
) -> range:
    end = body.lineno if body else (whole.end_lineno or begin) + 1
    return range(begin, max(end, begin + 1))


def _left_out(node: ast.AST) -> bool:
    match node:
        case ast.AnnAssign(annotation=ast.Name(id="TypeAlias")) | ast.Import() | ast.ImportFrom():
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id="assert_never"))):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="log")))):
            return True
        case ast.keyword(arg="strict", value=ast.Constant()):  # of zip: two lists of one length by construction
            return True
        case _:
            return False
