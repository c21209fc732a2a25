"""What a mutant changes, in words."""

import ast
from os.path import commonprefix
from typing import Final

BESIDE: Final = 40
"""Characters beside a change that are shown."""


def words(node: ast.AST) -> str:
    """On one line, and of a compound statement its head."""
    match node:
        case ast.Match(subject=subject, cases=cases):
            return f"match {ast.unparse(subject)}: {', '.join(ast.unparse(each.pattern) for each in cases)}"
        case ast.match_case(pattern=pattern, guard=guard):
            return f"case {ast.unparse(pattern)}" + (f" if {ast.unparse(guard)}" if guard else "")
        case ast.If(test=test) | ast.While(test=test):
            return f"if {ast.unparse(test)}"
        case ast.FunctionDef(args=arguments) | ast.AsyncFunctionDef(args=arguments):
            return f"def {node.name}({ast.unparse(arguments)})"
        case _:
            return " ".join(ast.unparse(node).split())


def difference(before: str, after: str) -> str:
    """Both, without what is the same far from where they differ."""
    same = next((index for index, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)
    begin = max(0, same - BESIDE)
    end = len(before) - len(commonprefix((before[same:][::-1], after[same:][::-1]))) + BESIDE  # noqa: RUF071 - texts
    return f"{_cut(before, begin, end)} → {_cut(after, begin, end + len(after) - len(before))}"


def _cut(text: str, begin: int, end: int) -> str:
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}"
