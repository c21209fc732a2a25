"""What a mutant changes at one place of a syntax tree: the slips of a pen that a test should notice."""

import ast
import copy
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

Swaps: TypeAlias = dict[type[ast.AST], tuple[type[Any], ...]]

COMPARED: Final[Swaps] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
"""Each boundary once to its other side, each comparison once to its opposite."""
COMBINED: Final[Swaps] = {
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitAnd: (ast.BitOr,),
}
PLAIN: Final = (ast.Compare, ast.Constant)
"""Conditions that are turned round by changes of their own."""


def changed(node: ast.AST) -> Iterator[ast.AST]:
    """Every mutant of this one node; nodes within it have theirs."""
    yield from _operators(node)
    yield from _values(node)
    yield from _branches(node)
    if _can_go(node):
        yield ast.copy_location(ast.Pass(), node)


def _operators(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=ops):
            for index, each in enumerate(ops):
                for other in COMPARED[type(each)]:
                    yield _with(node, ops=[*ops[:index], other(), *ops[index + 1 :]])
        case ast.BoolOp(op=op, values=values):
            yield _with(node, op=COMBINED[type(op)][0]())
            yield from (_with(node, values=rest) if rest[1:] else rest[0] for rest in _without_one(values))
        case ast.BinOp(op=op) | ast.AugAssign(op=op):
            yield from (_with(node, op=other()) for other in COMBINED.get(type(op), ()))
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand


def _values(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(value=bool() as value):
            yield _with(node, value=not value)
        case ast.Constant(value=int() | float() as value):
            yield from (_with(node, value=other) for other in (value + 1, value - 1))
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield _with(node, value=ast.copy_location(ast.Constant(None), value))


def _branches(node: ast.AST) -> Iterator[ast.AST]:
    """The other branch, or one branch less."""
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) if not _turns_itself(test):
            yield _with(node, test=_negated(test))
        case ast.comprehension(ifs=tests):
            for index, each in enumerate(tests):
                if not _turns_itself(each):
                    yield _with(node, ifs=[*tests[:index], _negated(each), *tests[index + 1 :]])
        case ast.match_case(guard=ast.expr() as guard) if not _turns_itself(guard):
            yield _with(node, guard=_negated(guard))
        case ast.Match(cases=cases):
            yield from (_with(node, cases=rest) for rest in _without_one(cases) if rest[-1:] == cases[-1:])


def _without_one(parts: list[Any]) -> Iterator[list[Any]]:
    return (parts[:index] + parts[index + 1 :] for index in range(len(parts)))


def _with(node: ast.AST, **parts: Any) -> ast.AST:
    other = copy.copy(node)
    for name, part in parts.items():
        setattr(other, name, part)
    return other


def _turns_itself(test: ast.expr) -> bool:
    return isinstance(test, PLAIN) or (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not))


def _negated(test: ast.expr) -> ast.expr:
    return ast.copy_location(ast.UnaryOp(ast.Not(), test), test)


def _can_go(node: ast.AST) -> bool:
    """Statements that name nothing: without a name's assignment every test fails."""
    if isinstance(node, ast.Assign):
        return not any(isinstance(target, ast.Name) for target in node.targets)
    return isinstance(node, ast.Expr | ast.AugAssign | ast.Raise | ast.Continue | ast.Break | ast.Delete)
