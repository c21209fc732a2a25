"""What a service does because of an event: pure functions from the event and look-up rows to its own commands.

Reactions are a subscription of their own: rebuilding a view repeats none of them. Because the offset moves in the
same transaction as the events they cause, each happens exactly once.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from shared.decider import Command, Timer
from shared.events.codec import Recorded
from shared.events.topics import Topic
from shared.runtime.clock import Clock
from shared.runtime.commands import Commands, Given, Origin, due_of, stored_command
from shared.runtime.database import Connection
from shared.runtime.event_store import Due
from shared.runtime.intake import Handler, Unfoldable

K = TypeVar("K")
Step = Command | Timer


class Task(Command):
    """Work of the reactions that time or another reaction asks for; expanded into commands, decided by no aggregate."""

    kind = "task"


@dataclass(frozen=True)
class Reactions(Generic[K]):
    """A service's policies.

    `load` fetches the look-up rows that a batch of events or tasks needs; `react` and `perform` are pure and answer
    with commands to give now and timers to set. `today` is the business date in Japan.
    """

    topics: tuple[Topic, ...]
    load: Callable[[Connection, Sequence[Recorded], Sequence[Task]], Awaitable[K]]
    react: Callable[[Recorded, K, date], Sequence[Step]]
    perform: Callable[[Task, K, date], Sequence[Step]]
    tasks: tuple[type[Task], ...] = ()
    lookups: tuple[Callable[[], Handler], ...] = ()
    """Views that only the reactions read; kept by the same subscription, so they are exactly as far as it is."""

    def named(self, stored: dict[str, Any]) -> Task | None:
        """The task a due row holds; None when it is an aggregate's command."""
        known = next((task for task in self.tasks if task.__name__ == stored["name"]), None)
        return None if known is None else known.model_validate_json(stored["fields"])


class ReactionHandler(Generic[K]):
    """Keeps the look-up rows, then reacts to each event of the batch in order."""

    def __init__(self, reactions: Reactions[K], commands: Commands, clock: Clock) -> None:
        self._reactions = reactions
        self._commands = commands
        self._clock = clock
        self._lookups = [make() for make in reactions.lookups]

    async def handle(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        for lookup in self._lookups:
            await lookup.handle(connection, batch)
        known = await self._reactions.load(connection, batch, ())
        given: list[Given] = []
        due: list[Due] = []
        for recorded in batch:
            for step in self._react(recorded, known):
                _sort(step, origin_of(recorded, self._commands.service), given, due, recorded)
        if given or due:
            await self._commands.dispatch(connection, given, due)

    def _react(self, recorded: Recorded, known: K) -> Sequence[Step]:
        try:
            return self._reactions.react(recorded, known, self._clock.today())
        except Exception as error:
            raise Unfoldable(recorded, error) from error


def origin_of(because: Recorded, service: str) -> Origin:
    """The origin of what a service does of itself because of an event."""
    return Origin(
        actor=f"system/{service}",
        causation_id=because.id,
        correlation_id=because.correlation_id or because.id,
        traceparent=because.traceparent,
    )


def _sort(step: Step, origin: Origin, given: list[Given], due: list[Due], because: Recorded) -> None:
    if isinstance(step, Timer):
        due.append(due_of(step, because))
    else:
        given.append(Given(step, origin))


def timer_due(timer: Timer, origin: Origin) -> Due:
    """A timer set by a task rather than by an event."""
    return Due(
        id=timer.id,
        at=timer.at,
        command=stored_command(timer.command),
        causation_id=origin.causation_id,
        correlation_id=origin.correlation_id,
    )
