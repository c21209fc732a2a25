"""A subject's history: its HR events in the one order that does not depend on when they arrived."""

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias, cast

import msgspec

from shared.events.base import REGISTERED
from shared.events.codec import Recorded
from shared.events.hr import (
    CompanyJoinedGroup,
    CompanyLeftGroup,
    EmployeeHired,
    EmployeeLeft,
    HrEvent,
    OrgUnitCreated,
    PersonDataCorrected,
    SupplierWorkerAssigned,
    SupplierWorkerReleased,
)
from shared.events.upcasters import UPCASTERS, lift
from shared.law.calendar import business_date

LEAVINGS: Final = frozenset({EmployeeLeft, SupplierWorkerReleased, CompanyLeftGroup})
BEGINNINGS: Final = frozenset({EmployeeHired, SupplierWorkerAssigned, OrgUnitCreated, CompanyJoinedGroup})


@dataclass(frozen=True, slots=True)
class Fact:
    """One HR event as kept in a subject's history; `effective` is the first day of what it brings.

    `amended_by` names the corrections that are already worked into `event`.
    """

    id: str
    source: str
    effective: date
    recorded_at: datetime
    event: HrEvent
    amended_by: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        return self.event.type

    @property
    def because(self) -> tuple[str, ...]:
        """The ids of the events behind this fact."""
        return (self.id, *self.amended_by)


History: TypeAlias = tuple[Fact, ...]


def fact_of(recorded: Recorded) -> Fact:
    """What a history keeps of a recorded HR event."""
    event = cast("HrEvent", recorded.event)
    effective = event.business_date or business_date(recorded.time)
    return Fact(recorded.id, recorded.source, effective, recorded.recorded_at.astimezone(UTC), event)


def order(fact: Fact) -> tuple[date, int, datetime, str, str]:
    """By business date; on one day leavings, then beginnings, then the rest; then as they were recorded."""
    return (fact.effective, _rank(fact.event), fact.recorded_at, fact.source, fact.id)


def _rank(event: HrEvent) -> int:
    """Who leaves and is hired again on one day is in post at its end."""
    if type(event) in LEAVINGS:
        return 0
    return 1 if type(event) in BEGINNINGS else 2


def insert(facts: History, fact: Fact) -> History:
    """Take a fact into a history, at its place; one that is there already changes nothing."""
    if any(known.id == fact.id and known.source == fact.source for known in facts):
        return facts
    longer = list(facts)
    insort(longer, fact, key=order)
    return tuple(longer)


def corrected(facts: History) -> History:
    """The history as it should have been told: corrections worked into what they correct, and gone themselves."""
    corrections = sorted((fact for fact in facts if type(fact.event) is PersonDataCorrected), key=_told)
    if not corrections:
        return facts
    told = {(fact.source, fact.id): fact for fact in facts if not isinstance(fact.event, PersonDataCorrected)}
    for correction in corrections:
        mark = (correction.source, cast("PersonDataCorrected", correction.event).corrects_event_id)
        if mark in told:
            told[mark] = _mended(told[mark], correction)
    return tuple(sorted(told.values(), key=order))


def _told(fact: Fact) -> tuple[datetime, str, str]:
    """Of two corrections of one field the later told one holds, whatever dates they name."""
    return (fact.recorded_at, fact.source, fact.id)


_DATES: Final = ("effective_date", "start", "end")
_UNITS: Final = ("org_unit_id", "host_org_unit_id")


def _mended(fact: Fact, correction: Fact) -> Fact:
    said = cast("PersonDataCorrected", correction.event)
    fields = dict(_replacements(fact.event, said))
    return replace(
        fact,
        effective=said.effective_date or fact.effective,
        event=fact.event.model_copy(update=fields),
        amended_by=(*fact.amended_by, correction.id),
    )


def _replacements(event: HrEvent, said: PersonDataCorrected) -> Iterator[tuple[str, Any]]:
    """What the correction's few fields are called in the event they correct; what the event lacks is left out."""
    meant = {
        **dict.fromkeys(_DATES, said.effective_date),
        **dict.fromkeys(_UNITS, said.org_unit_id),
        "person_kind": said.person_kind,
        "locale": said.locale,
    }
    yield from ((name, value) for name, value in meant.items() if value and name in type(event).model_fields)
    place = getattr(event, "to", None)
    if place is not None and said.org_unit_id:
        yield "to", place.model_copy(update={"org_unit_id": said.org_unit_id})


class _Kept(msgspec.Struct):
    id: str
    source: str
    type: str
    effective: date
    recorded_at: datetime
    data: msgspec.Raw


_decoder: Final = msgspec.json.Decoder(list[_Kept])


def to_json(facts: History) -> str:
    """A history as one column of a row; the same history always gives the same text."""
    kept = [
        _Kept(fact.id, fact.source, fact.type, fact.effective, fact.recorded_at, _data(fact.event)) for fact in facts
    ]
    return msgspec.json.encode(kept).decode()


@lru_cache(1_000)
def from_json(text: str) -> History:
    """Read what `to_json` wrote, by this release or an earlier one; once, as long as it is asked for often."""
    return tuple(
        Fact(kept.id, kept.source, kept.effective, kept.recorded_at, _event(kept.type, bytes(kept.data)))
        for kept in _decoder.decode(text)
    )


def _data(event: HrEvent) -> msgspec.Raw:
    return msgspec.Raw(event.model_dump_json(exclude_none=True).encode())


def _event(name: str, data: bytes) -> HrEvent:
    if name in UPCASTERS:
        name, data = lift(name, data)
    return cast("HrEvent", REGISTERED[name].model_validate_json(data))
