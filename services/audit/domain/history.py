"""A subject's history: the events told of it, in the one order that does not depend on when they arrived."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import TypeAlias, TypeVar

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


class Told(msgspec.Struct, frozen=True):
    """An event, and since when the log has held it."""

    recorded: Recorded
    known_at: datetime

    @property
    def ref(self) -> EventRef:
        return EventRef(self.recorded.id, self.recorded.event.type, self.recorded.stream)

    @property
    def day(self) -> date:
        """The business date: the first day of what the event brings."""
        match self.recorded.event:
            case PledgeSigned(signed_at=instant) | TrainingCompleted(completed_at=instant):
                return business_date(instant)
            case PledgeCampaignOpened(opens_on=day) | TrainingCampaignOpened(opens_on=day):
                return day
            case PledgeTargetCountrySet(from_date=day):
                return day
            case event:
                return event.business_date or business_date(self.recorded.time)


History: TypeAlias = tuple[Told, ...]


def history_of(told: Iterable[Told]) -> History:
    """Each event once, as it was known first, in the order of their business dates."""
    first: dict[tuple[str, str], Told] = {}
    for each in told:
        mark = (each.recorded.source, each.recorded.id)
        if mark not in first or each.known_at < first[mark].known_at:
            first[mark] = each
    return tuple(sorted(first.values(), key=_order))


def _order(told: Told) -> tuple[date, datetime, str, int, str, str]:
    recorded = told.recorded
    recorded_at = recorded.recorded_at.astimezone(UTC)
    return (told.day, recorded_at, recorded.stream, recorded.version or 0, recorded.source, recorded.id)


def as_known_at(history: History, instant: datetime) -> History:
    """What of it the log held by then."""
    return tuple(each for each in history if each.known_at <= instant)


def hr_facts(history: History) -> organisation.History:
    """The part that the HR system told, as the organisation's folds read it."""
    facts = (organisation.fact_of(each.recorded) for each in history if is_hr(each.recorded.event))
    return tuple(sorted(facts, key=organisation.order))


def told_of(history: History, kind: type[E]) -> list[tuple[Told, E]]:
    """The events of one kind with where they come from."""
    return [(each, each.recorded.event) for each in history if isinstance(each.recorded.event, kind)]


def refs(history: History) -> dict[str, EventRef]:
    """From an event's id to the event as evidence."""
    return {each.recorded.id: each.ref for each in history}
