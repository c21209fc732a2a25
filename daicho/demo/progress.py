"""How far the year has been played on a stack, so that a second run goes on where the first one ended."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from daicho.demo.endpoints import Stack
from daicho.demo.script.moments import MOMENTS
from daicho.embedded.faults import StackFault

FILE: Final = "demo-progress.json"
_CURE: Final = "`make down clean`, then `make run`"


@dataclass
class Progress:
    """`done` steps are over; `kept` is what was seen on the way and is looked at again at the end."""

    path: Path
    seed: int
    scale: str
    done: int = 0
    kept: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, stack: Stack, seed: int, scale: str) -> Self:
        """Raises StackFault where another year, or something else, was played already."""
        path = stack.directory / FILE
        if not path.exists():
            _refuse_late(stack)
            return cls(path, seed, scale)
        found = cls(path, **json.loads(path.read_text()))
        if (found.seed, found.scale) != (seed, scale):
            raise StackFault(f"the year of seed {found.seed}, scale {found.scale} was played here", _CURE)
        return found

    @property
    def over(self) -> bool:
        return self.done == len(MOMENTS)

    def save(self) -> None:
        """Replaced as a whole."""
        kept = {"seed": self.seed, "scale": self.scale, "done": self.done, "kept": self.kept}
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
