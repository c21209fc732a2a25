"""One line of the doctor's answer."""

from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["well", "note", "fault"]
SIGNS: dict[Severity, str] = {"well": "[green]ok[/green]", "note": "[yellow]note[/yellow]", "fault": "[red]FAULT[/red]"}


@dataclass(frozen=True)
class Finding:
    """A `note` will be got around by itself; a `fault` keeps the stack from starting."""

    severity: Severity
    what: str
    cure: str = ""

    @property
    def sign(self) -> str:
        return SIGNS[self.severity]

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def well(what: str) -> Finding:
    return Finding("well", what)


def note(what: str, cure: str = "") -> Finding:
    return Finding("note", what, cure)


def fault(what: str, cure: str) -> Finding:
    return Finding("fault", what, cure)
