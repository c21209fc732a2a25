"""Every aggregate of one service, and what a command makes of a stream: events and timers, not yet stored."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

import uuid_utils.compat

from shared.decider import Command, Decider, Timer
from shared.events.base import DomainEvent
from shared.events.codec import Recorded, encode
from shared.runtime.clock import Clock
from shared.runtime.writing.event_store import Due, NewEvent
from shared.runtime.writing.origin import Given, due_of, origin_of

S = TypeVar("S")
C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=DomainEvent)

NAMESPACE: Final = uuid5(NAMESPACE_URL, "urn:daicho")


@dataclass(frozen=True)
class Aggregate(Generic[C, S, E]):
    """One kind of stream: its decider, its commands, and what its events put on the calendar.

    `episodes`: what time brought once it may bring again, when a later event sets the same timer for the same cycle.
    Then `decide` has to answer [] to what is so already.
    """

    kind: str
    decider: Decider[C, S, E]
    commands: tuple[type[C], ...]
    timers: Callable[[E], Iterable[Timer]] = lambda _event: ()
    episodes: bool = False

    def asked(self, fact: E, version: int) -> Iterable[Timer]:
        """The timers of an event, under names of their own if it is not the stream's first and begins an episode."""
        named = f"@{version}" if self.episodes and version > 1 else ""
        return (replace(timer, cycle=timer.cycle + named) for timer in self.timers(fact))


@dataclass(frozen=True, slots=True)
class Standing:
    """A stream while a batch is decided: what is stored plus what the batch has added so far."""

    state: Any
    version: int


class Aggregates:
    """A stream's kind is the part of its name before the first slash; it says which aggregate decides."""

    def __init__(self, service: str, aggregates: Sequence[Aggregate[Any, Any, Any]], clock: Clock) -> None:
        self._service = service
        self._clock = clock
        self._by_kind: Mapping[str, Aggregate[Any, Any, Any]] = {each.kind: each for each in aggregates}
        self._names = {command.__name__: command for each in aggregates for command in each.commands}

    def named(self, stored: Mapping[str, Any]) -> Command | None:
        """The command a due row holds; None when no aggregate of this service has it."""
        known = self._names.get(stored["name"])
        return None if known is None else known.model_validate_json(stored["fields"])

    def standing(self, stream: str, events: Sequence[Recorded]) -> Standing:
        """All events of a stream, folded."""
        return Standing(self._of(stream).decider.fold(each.event for each in events), len(events))

    def decide(self, given: Given, before: Standing) -> tuple[Standing, list[NewEvent], list[Due]]:
        """How the stream stands after the command, and what leads there. Raises Rejected."""
        aggregate = self._of(given.command.stream)
        facts = aggregate.decider.decide(given.command, before.state)
        state, version = before.state, before.version
        events: list[NewEvent] = []
        due: list[Due] = []
        for fact in facts:
            state, version = aggregate.decider.evolve(state, fact), version + 1
            recorded = self._recorded(given, fact, version, ordinal=len(events))
            events.append(_new(recorded))
            due += (due_of(timer, origin_of(recorded, self._service)) for timer in aggregate.asked(fact, version))
        return Standing(state, version), events, due

    def _recorded(self, given: Given, fact: DomainEvent, version: int, *, ordinal: int) -> Recorded:
        origin, now = given.origin, self._clock.now()
        event_id = _event_id(origin.seed, fact, ordinal)
        return Recorded(
            id=str(event_id),
            source=f"/{self._service}",
            stream=given.command.stream,
            version=version,
            time=origin.time or now,
            recorded_at=now,
            event=fact,
            actor=origin.actor,
            company_id=getattr(fact, "company_id", None),
            org_unit_id=getattr(fact, "org_unit_id", None),
            correlation_id=origin.correlation_id or origin.causation_id or str(event_id),
            causation_id=origin.causation_id,
            traceparent=origin.traceparent,
        )

    def _of(self, stream: str) -> Aggregate[Any, Any, Any]:
        return self._by_kind[stream.partition("/")[0]]


def _event_id(seed: str | None, fact: DomainEvent, ordinal: int) -> UUID:
    if seed is None:
        return uuid_utils.compat.uuid7()
    return uuid5(NAMESPACE, f"{seed}#{fact.type}#{ordinal}")


def _new(recorded: Recorded) -> NewEvent:
    return NewEvent(
        stream=recorded.stream,
        version=recorded.version or 0,
        id=UUID(recorded.id),
        type=recorded.event.type,
        recorded_at=recorded.recorded_at,
        body=encode(recorded),
    )
