"""Where a command comes from: who caused it, when, and because of which event; what is to be given later keeps it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.decider import Command, Timer
from shared.events.codec import Recorded
from shared.runtime.writing.event_store import Due


@dataclass(frozen=True, slots=True)
class Origin:
    """Who caused a command, when it happened (None: now), and because of which event.

    `seed` makes the ids of what follows deterministic: a timer that fires twice would record the same event.
    """

    actor: str
    time: datetime | None = None
    causation_id: str | None = None
    correlation_id: str | None = None
    traceparent: str | None = None
    seed: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A command and where it came from."""

    command: Command
    origin: Origin


def stored_command(command: Command) -> dict[str, Any]:
    """A command as a due row holds it; `named` reads it back."""
    return {"name": type(command).__name__, "fields": command.model_dump_json()}


def due_of(timer: Timer, because: Origin) -> Due:
    return Due(
        id=timer.id,
        at=timer.at,
        command=stored_command(timer.command),
        causation_id=because.causation_id,
        correlation_id=because.correlation_id,
    )


def origin_of(because: Recorded, service: str) -> Origin:
    """The origin of what a service does of itself because of an event."""
    return Origin(
        actor=f"system/{service}",
        causation_id=because.id,
        correlation_id=because.correlation_id or because.id,
        traceparent=because.traceparent,
    )
