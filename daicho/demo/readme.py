"""Run as `python -m daicho.demo.readme`: shows the last run, as it is in `.run/demo.json`, in the README."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from daicho.demo.wording import check_line, conclusion, step_line
from daicho.embedded.jars import CHECKOUT

README: Final = CHECKOUT / "README.md"
RESULT: Final = CHECKOUT / ".run" / "demo.json"
BEGIN: Final = "<!-- run:begin -->\n```text\n"
END: Final = "```\n<!-- run:end -->"
FIRST: Final = 6
LAST: Final = 3
"""So many of the steps are shown."""


def main() -> None:
    text = README.read_text()
    before, after = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]
    README.write_text(before + "\n".join(lines(json.loads(RESULT.read_text()))) + "\n" + after)


def lines(result: Mapping[str, Any]) -> Iterator[str]:
    """The first steps and the last, and every check."""
    yield from result["heads"]
    yield from (step_line(step) for step in result["steps"][:FIRST])
    yield "…"
    yield from (step_line(step) for step in result["steps"][-LAST:])
    yield from (check_line(check) for check in result["checks"])
    yield conclusion(result)


def shown() -> list[str]:
    """What the README shows now."""
    text = README.read_text()
    return text[text.index(BEGIN) + len(BEGIN) : text.index(END)].splitlines()


if __name__ == "__main__":
    main()
