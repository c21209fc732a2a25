"""Since when the log has held an event: of our own it says so itself, of a foreign one the broker does.

A foreign `recordedtime` is only a claim. Under the driven clock the broker's clock means nothing, so there the claim
has to do.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from shared.events.codec import Recorded
from shared.runtime.settings import Settings

KnownAt = Callable[[Recorded, int], datetime]
"""From an event and the broker's timestamp in milliseconds."""


def known_at_rule(settings: Settings) -> KnownAt:
    return by_claim if settings.clock_file else by_broker


def by_claim(recorded: Recorded, _timestamp: int) -> datetime:
    return recorded.recorded_at.astimezone(UTC)


def by_broker(recorded: Recorded, timestamp: int) -> datetime:
    foreign = recorded.version is None
    return datetime.fromtimestamp(timestamp / 1000, UTC) if foreign else recorded.recorded_at.astimezone(UTC)
