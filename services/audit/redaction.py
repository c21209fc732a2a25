"""Nothing that looks like a National ID number leaves the archive, whatever somebody once managed to write into it."""

from typing import Any

from shared.law.national_id import redact


def redacted(node: Any) -> Any:
    """The same JSON value with every such number replaced, in texts, names and numbers."""
    match node:
        case dict():
            return {redact(name): redacted(value) for name, value in node.items()}
        case list():
            return [redacted(each) for each in node]
        case str():
            return redact(node)
        case bool() | None | float():
            return node
        case int():
            return node if redact(str(node)) == str(node) else redact(str(node))
        case _:
            return node
