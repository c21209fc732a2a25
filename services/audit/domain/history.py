"""A subject's history: the events told of it, in the one order that does not depend on when they arrived."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, Final, TypeAlias, TypeVar

import msgspec

from services.audit.domain.interval import EventRef
from shared.events.base import DomainEvent
from shared.events.codec import Recorded
from shared.events.hr import is_hr
from shared.events.training import (
    PledgeCampaignOpened,
    PledgeSigned,
    PledgeTargetCountrySet,
    TrainingCampaignOpened,
    TrainingCompleted,
)
from shared.law.calendar import business_date
from shared.organisation import history as organisation

E = TypeVar("E", bound=DomainEvent)


_DAYS: Final[dict[type[DomainEvent], Callable[[Any], date]]] = {
    PledgeSigned: lambda signed: business_date(signed.signed_at),
    TrainingCompleted: lambda completed: business_date(completed.completed_at),
    PledgeCampaignOpened: lambda opened: opened.opens_on,
    TrainingCampaignOpened: lambda opened: opened.opens_on,
    PledgeTargetCountrySet: lambda target: target.from_date,
}
"""The first day of what such an event brings; of any other it says so itself, or its envelope does."""


class Told(msgspec.Struct, frozen=True, dict=True):
    """An event, and since when the log has held it; what follows from that is worked out once."""

    recorded: Recorded
    known_at: datetime

    @cached_property
    def ref(self) -> EventRef:
        return EventRef(self.recorded.id, self.recorded.event.type, self.recorded.stream)

    @cached_property
    def day(self) -> date:
        """The business date: the first day of what the event brings."""
        event = self.recorded.event
        own = _DAYS.get(type(event))
        return own(event) if own else event.business_date or business_date(self.recorded.time)

    @cached_property
    def order(self) -> tuple[date, datetime, str, int, str, str]:
        """By business date, then as they were recorded."""
        recorded = self.recorded
        recorded_at = recorded.recorded_at.astimezone(UTC)
        return (self.day, recorded_at, recorded.stream, recorded.version or 0, recorded.source, recorded.id)

    @cached_property
    def hr_fact(self) -> organisation.Fact | None:
        """What the organisation's folds read of it, if the HR system told it."""
        return organisation.fact_of(self.recorded) if is_hr(self.recorded.event) else None


History: TypeAlias = tuple[Told, ...]


def history_of(told: Iterable[Told]) -> History:
    """Each event once, as it was known first, in the order of their business dates."""
    first: dict[tuple[str, str], Told] = {}
    for each in told:
        mark = (each.recorded.source, each.recorded.id)
        if mark not in first or each.known_at < first[mark].known_at:
            first[mark] = each
    return tuple(sorted(first.values(), key=attrgetter("order")))


def as_known_at(history: History, instant: datetime) -> History:
    """What of it the log held by then."""
    return tuple(each for each in history if each.known_at <= instant)


def hr_facts(history: History) -> organisation.History:
    """The part that the HR system told, as the organisation's folds read it."""
    facts = (each.hr_fact for each in history)
    return tuple(sorted((fact for fact in facts if fact is not None), key=organisation.order))


def told_of(history: History, kind: type[E]) -> list[tuple[Told, E]]:
    """The events of one kind with where they come from."""
    return [(each, each.recorded.event) for each in history if type(each.recorded.event) is kind]


def refs(history: History) -> dict[str, EventRef]:
    """From an event's id to the event as evidence."""
    return {each.recorded.id: each.ref for each in history}
