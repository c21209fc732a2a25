"""How the demo speaks: a line for each moment, a line for each check; colours on a terminal only."""

import sys
from dataclasses import dataclass, field
from typing import Any, TextIO

from rich.console import Console
from rich.markup import escape

from daicho.demo.wording import check_line


@dataclass(frozen=True)
class Check:
    """Something that must be so at the end; `told` says with figures how it is."""

    name: str
    passed: bool
    told: str
    facts: dict[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        return {"check": self.name, "passed": self.passed, "told": self.told, **self.facts}


class Screen:
    """To standard output; to standard error where that is kept for a JSON document."""

    def __init__(self, *, json: bool = False) -> None:
        self._stream: TextIO = sys.stderr if json else sys.stdout
        self._console = Console(file=self._stream, highlight=False) if self._stream.isatty() else None

    def head(self, text: str) -> None:
        self._say(text, "bold")

    def step(self, when: str, title: str, figures: str) -> None:
        if self._console:
            self._console.print(
                f"[cyan]{when}[/cyan]  {escape(title):<64} [dim]{escape(figures)}[/dim]", soft_wrap=True
            )
        else:
            self._plain(f"{when}  {title:<64} {figures}")

    def check(self, check: Check) -> None:
        self._say(check_line(check.document()), "green" if check.passed else "red")

    def _say(self, text: str, style: str) -> None:
        if self._console:
            self._console.print(escape(text), style=style, soft_wrap=True)
        else:
            self._plain(text)

    def _plain(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()
