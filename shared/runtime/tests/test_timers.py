from typing import Any, cast

import pytest

from shared.runtime.reacting.reactions import Performer, Task
from shared.runtime.reacting.timers import Timers


class Small(Task):
    @property
    def stream(self) -> str:
        return "task/small"


class Large(Task):
    alone = True

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
        (["Large", "Small"], ["Large"]),
        (["Large", "Large"], ["Large"]),
        (["Small", "Command", "Large", "Small"], ["Small", "Command"]),
    ],
)
def test_a_large_task_gets_a_transaction_of_its_own(due: list[str], together: list[str]) -> None:
    nothing: Any = None
    timers = Timers(nothing, nothing, nothing, [cast("Performer", Everything())])
    rows: Any = [{"command": {"name": name}} for name in due]
    assert [row["command"]["name"] for row in timers._together(rows)] == together
