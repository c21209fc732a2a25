"""What a service does because of an event: pure functions from the event and look-up rows to its own commands.

Reactions are a subscription of their own: rebuilding a view repeats none of them. Because the offset moves in the
same transaction as the events they cause, each happens exactly once.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from shared.decider import Command, Timer
from shared.events.codec import Recorded
from shared.events.topics import Topic
from shared.runtime.clock import Clock
from shared.runtime.database import Connection
from shared.runtime.reading.intake import Handler, Unfoldable
from shared.runtime.watching.telemetry import current_traceparent, span_from
from shared.runtime.writing.commands import Commands, Undecided
from shared.runtime.writing.event_store import Due
from shared.runtime.writing.origin import Given, Origin, due_of, origin_of

K = TypeVar("K")
Step = Command | Timer


class Task(Command):
    """Work of the reactions that time or another reaction asks for; expanded into commands, decided by no aggregate."""

    kind = "task"
    large: ClassVar[bool] = False
    """Whether it may be so much work that few of its kind fit into one transaction."""


class Performer(Protocol):
    """Who expands some tasks into commands: a service's reactions, or the runtime's own watermark."""

    def named(self, stored: dict[str, Any]) -> Task | None:
        """The task a due row holds; None when it is somebody else's."""

    @property
    def load(self) -> Callable[[Connection, Sequence[Recorded], Sequence[Task]], Awaitable[Any]]: ...

    @property
    def perform(self) -> Callable[[Task, Any, date], Sequence[Step]]: ...


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

    writes_last: ClassVar[bool] = False

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
            if steps := self._react(recorded, known):
                sort_steps(steps, _traced(recorded, self._commands.service), given, due)
        if given or due:
            await self._dispatch(connection, batch, given, once(due, self._clock.now()))

    async def _dispatch(
        self, connection: Connection, batch: Sequence[Recorded], given: Sequence[Given], due: Sequence[Due]
    ) -> None:
        """A bug that a command brings out is laid to the event that caused the command."""
        try:
            await self._commands.dispatch(connection, given, due)
        except Undecided as undecided:
            caused_by = undecided.given.origin.causation_id
            culprit = next(each for each in batch if each.id == caused_by)
            raise Unfoldable(culprit, undecided.cause) from undecided

    def _react(self, recorded: Recorded, known: K) -> Sequence[Step]:
        try:
            return self._reactions.react(recorded, known, self._clock.today())
        except Exception as error:
            raise Unfoldable(recorded, error) from error


def _traced(recorded: Recorded, service: str) -> Origin:
    """What follows goes on with the trace of the event, one span further."""
    with span_from(recorded.traceparent, f"react to {recorded.event.type}"):
        return replace(origin_of(recorded, service), traceparent=current_traceparent())


def once(due: Iterable[Due], now: datetime) -> list[Due]:
    """What a batch asks for several times, and which is due already, is asked for once: by whoever asked last."""
    asked = {(each.command["name"], each.command["fields"]) if each.at <= now else each.id: each for each in due}
    return list(asked.values())


def sort_steps(steps: Iterable[Step], origin: Origin, given: list[Given], due: list[Due]) -> None:
    """Commands to give now and timers to set, each with where it came from."""
    for step in steps:
        if isinstance(step, Timer):
            due.append(due_of(step, origin))
        else:
            given.append(Given(step, origin))
