"""The background work of a process: each piece is watched, begun again when it dies, and missed when it stays dead."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog
from prometheus_client import Counter, Gauge

BACKOFF: Final = (0.1, 0.5, 2.0, 5.0, 15.0)
"""Seconds before each further start in a row; the last one goes on for ever."""
MOST_FAILURES: Final = 8
SETTLED_SECONDS: Final = 60.0
"""Who has worked this long has recovered: the failures before no longer count."""
STOP_SECONDS: Final = 8.0

RESTARTS: Final = Counter("daicho_task_restarts_total", "Background tasks that ended and were begun again", ["task"])
DEAD: Final = Gauge("daicho_task_dead", "1 for a background task that is not begun again", ["task"])
log = structlog.get_logger()

Work = Callable[[], Awaitable[None]]
"""Makes the task's coroutine anew for every start. It works until it is cancelled: to return is to fail."""


class Ended(RuntimeError):  # noqa: N818 - what happened
    """A task returned, though there is always more to do."""


@dataclass
class _Supervised:
    name: str
    work: Work
    runner: asyncio.Task[None] | None = None
    failures: int = 0
    began_at: float = field(default_factory=time.monotonic)
    dead: bool = False

    def note_failure(self) -> None:
        settled = time.monotonic() - self.began_at > SETTLED_SECONDS
        self.failures = 1 if settled else self.failures + 1


async def woken(news: asyncio.Event, within: float) -> None:
    """Return when there is news in this process, at the latest after so many seconds: another may have some."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(news.wait(), within)
    news.clear()


class Tasks:
    """Supervises; whoever asks `dead` learns which tasks stay dead, for liveness."""

    def __init__(self, backoff: Sequence[float] = BACKOFF, most_failures: int = MOST_FAILURES) -> None:
        self._backoff = backoff
        self._most_failures = most_failures
        self._tasks: dict[str, _Supervised] = {}

    def start(self, name: str, work: Work) -> None:
        """Begin a piece of work, and begin it again whenever it ends. Raises ValueError for a name already in use."""
        if name in self._tasks:
            raise ValueError(f"the task {name} is started twice")
        task = _Supervised(name, work)
        self._tasks[name] = task
        RESTARTS.labels(name)
        DEAD.labels(name).set(0)
        task.runner = asyncio.create_task(self._supervise(task), name=name)

    @property
    def dead(self) -> list[str]:
        """The tasks that failed too often in a row, and any whose supervision itself ended."""
        return [task.name for task in self._tasks.values() if task.dead or (task.runner and task.runner.done())]

    async def stop(self, seconds: float = STOP_SECONDS) -> list[str]:
        """Cancel all, the last started first; return the names of those that did not end in time."""
        runners = [task.runner for task in reversed(self._tasks.values()) if task.runner]
        self._tasks.clear()
        for runner in runners:
            runner.cancel()
        if not runners:
            return []
        _, late = await asyncio.wait(runners, timeout=seconds)
        for runner in late:
            log.error("task_not_stopped", task=runner.get_name(), seconds=seconds)
        return [runner.get_name() for runner in late]

    async def _supervise(self, task: _Supervised) -> None:
        while True:
            task.began_at = time.monotonic()
            try:
                await task.work()
                raise Ended(task.name)  # noqa: TRY301 - to return is one more way to fail
            except Exception:
                task.note_failure()
                log.exception("task_failed", task=task.name, failures=task.failures)
            if task.failures >= self._most_failures:
                task.dead = True
                DEAD.labels(task.name).set(1)
                log.error("task_dead", task=task.name, failures=task.failures)
                return
            await asyncio.sleep(self._backoff[min(task.failures, len(self._backoff)) - 1])
            RESTARTS.labels(task.name).inc()
