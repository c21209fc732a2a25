from typing import Any, cast

import pytest

from shared.runtime.reacting.reactions import Performer, Task
from shared.runtime.reacting.timers import Timers


class Small(Task):
    @property
    def stream(self) -> str:
        return "task/small"


class Large(Task):
    large = True

    @property
    def stream(self) -> str:
        return "task/large"


class Everything:
    """Performs whatever is named after a task above."""

    def named(self, stored: dict[str, Any]) -> Task | None:
        return {"Small": Small(), "Large": Large()}.get(stored["name"])


@pytest.mark.parametrize(
    ("due", "together"),
    [
        ([], []),
        (["Small", "Command", "Small"], ["Small", "Command", "Small"]),
        (["Large", "Small"], ["Large", "Small"]),
        (["Large", "Large"], ["Large"]),
        (["Small", "Large", "Command", "Large", "Small"], ["Small", "Large", "Command"]),
    ],
)
def test_one_large_task_is_taken_as_long_as_nobody_knows_how_long_it_takes(due: list[str], together: list[str]) -> None:
    nothing: Any = None
    timers = Timers(nothing, nothing, nothing, [cast("Performer", Everything())])
    rows: Any = [{"command": {"name": name}} for name in due]
    assert [row["command"]["name"] for row in timers._together(rows)] == together
