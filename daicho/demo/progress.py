"""How far the year has been played on a stack, so that a second run goes on where the first one ended."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from daicho.demo.endpoints import Stack
from daicho.demo.script.moments import MOMENTS, calendar_of
from daicho.demo.script.plants import EVERYTHING, Plant
from daicho.embedded.faults import StackFault

FILE: Final = "demo-progress.json"
_CURE: Final = "`make down clean`, then `make run`"


@dataclass
class Progress:
    """`done` steps are over; `kept` is what was seen on the way and is looked at again at the end."""

    path: Path
    seed: int
    scale: str
    without: list[str]
    """What is left out of the year's mishaps."""
    done: int = 0
    kept: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, stack: Stack, seed: int, scale: str, plants: frozenset[Plant] = EVERYTHING) -> Self:
        """Raises StackFault where another year, or something else, was played already."""
        path, fresh = stack.directory / FILE, cls(stack.directory / FILE, seed, scale, sorted(EVERYTHING - plants))
        if not path.exists():
            _refuse_late(stack)
            return fresh
        found = cls(path, **json.loads(path.read_text()))
        if found.year != fresh.year:
            raise StackFault(f"the year of {found.year} was played here", _CURE)
        return found

    @property
    def year(self) -> str:
        left_out = f", without {', '.join(self.without)}" if self.without else ""
        return f"seed {self.seed}, scale {self.scale}{left_out}"

    @property
    def over(self) -> bool:
        return self.done == len(calendar_of(self.scale).moments)

    def save(self) -> None:
        """Replaced as a whole."""
        kept = {name: each for name, each in vars(self).items() if name != "path"}
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps(kept, indent=2))
        draft.replace(self.path)

    def keep(self, name: str, what: Any) -> None:
        self.kept[name] = what


def _refuse_late(stack: Stack) -> None:
    """Business time does not run backwards, so a year that is over can not be played."""
    if stack.untouched:
        raise StackFault("this stack lives in real time, and its services were born in it", _CURE)
    now: datetime = stack.clock.now()
    if now > MOMENTS[0].at:
        raise StackFault(f"the clock shows {now.date()}: fiscal 2017 can no longer be played", _CURE)
