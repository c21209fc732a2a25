"""Who is told of what, on which day: tables, and the instants that follow from them. Pure.

A step is counted from a due date (`T-7`, `T+30`) or comes at once. What can wait comes on a working morning: after
the quiet hours, never on a closed day; a reminder that would thereby come after the due date comes before it instead.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.events.notifier import Template
from shared.law.calendar import JAPAN, ONE_DAY, business_date, is_closed, next_open_day, start_of_day
from shared.law.rule_pack import STANDARD

MORNING: Final = timedelta(hours=8)
EVENING: Final = timedelta(hours=20)
"""From 20:00 to 08:00 in Japan nobody is written to, but for incidents."""
STALE: Final = timedelta(days=14)
"""What should have been told longer ago is not told any more: a log read from its beginning sends no old mail."""
VACANT: Final = STANDARD.days("custodian.vacancy_reminder")


class Audience(StrEnum):
    """Whom a step is for; who that is on the day is found when it is taken."""

    PERSON = "PERSON"  # of whom something is asked
    IN_CHARGE = "IN_CHARGE"  # of the slip; where nobody is, the divisional manager
    NAMED = "NAMED"  # whom the event itself names
    DIV_MANAGER = "DIV_MANAGER"
    PROMOTER = "PROMOTER"
    PPOM = "PPOM"
    PIP_OFFICE = "PIP_OFFICE"
    PIPA = "PIPA"
    CISO_OFFICE = "CISO_OFFICE"


class Ladder(StrEnum):
    INSPECTION_DUE = "INSPECTION_DUE"
    INSPECTION_MOVED = "INSPECTION_MOVED"
    EMERGENCY_INSPECTION = "EMERGENCY_INSPECTION"
    INSPECTION_OVERDUE = "INSPECTION_OVERDUE"
    CUSTODIAN_VACATED = "CUSTODIAN_VACATED"
    PLEDGE_REQUESTED = "PLEDGE_REQUESTED"
    PLEDGE_OVERDUE = "PLEDGE_OVERDUE"
    TRAINING_ASSIGNED = "TRAINING_ASSIGNED"
    TRAINING_OVERDUE = "TRAINING_OVERDUE"
    SUPERVISOR_INFORMED = "SUPERVISOR_INFORMED"
    CONTACT_POINT_INFORMED = "CONTACT_POINT_INFORMED"
    OBLIGATION_APPROACHING = "OBLIGATION_APPROACHING"
    OBLIGATION_MISSED = "OBLIGATION_MISSED"


@dataclass(frozen=True)
class Rung:
    """One step: what is told to whom, so many days from the due date; without days at once.

    `waits` for the next working morning; `together` is one notice for all such people of a unit.
    """

    step: str
    template: Template
    audiences: tuple[Audience, ...]
    days: int | None = None
    waits: bool = True
    together: bool = False


AT_ONCE: Final = "at-once"


def _at_once(template: Template, *audiences: Audience, waits: bool = True) -> Rung:
    return Rung(AT_ONCE, template, audiences, waits=waits)


def _on(days: int, template: Template, audience: Audience, *, together: bool = False) -> Rung:
    return Rung(f"T{days:+d}", template, (audience,), days, together=together)


_INSPECT: Final = tuple(_on(days, Template.INSPECTION_DUE, Audience.IN_CHARGE) for days in (-14, -7, -1))
RUNGS: Final[Mapping[Ladder, tuple[Rung, ...]]] = {
    Ladder.INSPECTION_DUE: (_at_once(Template.INSPECTION_DUE, Audience.IN_CHARGE), *_INSPECT),
    Ladder.INSPECTION_MOVED: _INSPECT,
    Ladder.EMERGENCY_INSPECTION: (
        _at_once(Template.EMERGENCY_INSPECTION, Audience.IN_CHARGE, waits=False),
        *(_on(days, Template.EMERGENCY_INSPECTION, Audience.IN_CHARGE) for days in (-7, -1)),
    ),
    Ladder.INSPECTION_OVERDUE: (
        _at_once(Template.INSPECTION_OVERDUE, Audience.IN_CHARGE),
        _on(7, Template.INSPECTION_OVERDUE, Audience.DIV_MANAGER),
        _on(30, Template.INSPECTION_OVERDUE, Audience.PPOM),
    ),
    Ladder.CUSTODIAN_VACATED: (
        _at_once(Template.CUSTODIAN_VACATED, Audience.DIV_MANAGER),
        _on(VACANT, Template.CUSTODIAN_VACATED, Audience.DIV_MANAGER),
    ),
    Ladder.PLEDGE_REQUESTED: (
        _at_once(Template.PLEDGE_REQUESTED, Audience.PERSON),
        _on(-7, Template.PLEDGE_REQUESTED, Audience.PERSON),
    ),
    Ladder.PLEDGE_OVERDUE: (
        _at_once(Template.PLEDGE_OVERDUE, Audience.PERSON),
        _on(7, Template.PLEDGES_OUTSTANDING, Audience.PROMOTER, together=True),
    ),
    Ladder.TRAINING_ASSIGNED: (
        _at_once(Template.TRAINING_ASSIGNED, Audience.PERSON),
        _on(-7, Template.TRAINING_ASSIGNED, Audience.PERSON),
    ),
    Ladder.TRAINING_OVERDUE: (
        _at_once(Template.TRAINING_OVERDUE, Audience.PERSON),
        _on(7, Template.TRAININGS_OUTSTANDING, Audience.PROMOTER, together=True),
    ),
    Ladder.SUPERVISOR_INFORMED: (_at_once(Template.INCIDENT_FOR_SUPERVISOR, Audience.NAMED, waits=False),),
    Ladder.CONTACT_POINT_INFORMED: (_at_once(Template.INCIDENT_FOR_CONTACT_POINT, Audience.NAMED, waits=False),),
    Ladder.OBLIGATION_APPROACHING: (_at_once(Template.OBLIGATION_APPROACHING, Audience.PIP_OFFICE, waits=False),),
    Ladder.OBLIGATION_MISSED: (_at_once(Template.OBLIGATION_MISSED, Audience.PIPA, Audience.CISO_OFFICE, waits=False),),
}
INFORMING: Final = frozenset({Template.INCIDENT_FOR_SUPERVISOR, Template.INCIDENT_FOR_CONTACT_POINT})
"""Whom a report was passed on to is told of it, whatever has become of the incident meanwhile."""
TO_WHOM_IS_IN_CHARGE: Final = frozenset(
    rung.template for rungs in RUNGS.values() for rung in rungs if Audience.IN_CHARGE in rung.audiences
)
URGENT: Final = frozenset({rung.template for rungs in RUNGS.values() for rung in rungs if not rung.waits})
"""These mails are sent before all others."""


def rung_of(ladder: Ladder, step: str) -> Rung | None:
    """None for a step that this release does not know any more."""
    return next((rung for rung in RUNGS[ladder] if rung.step == step), None)


def timetable(ladder: Ladder, told_at: datetime, basis: date | None, today: date) -> Iterator[tuple[Rung, datetime]]:
    """The steps still to be taken, each with its instant; what has passed, or falls on an earlier step, is left out."""
    last = told_at - ONE_DAY
    for rung in RUNGS[ladder]:
        at = _moment(rung, told_at, basis)
        if at is not None and at > last and business_date(at) >= today - STALE:
            yield rung, at
            last = at


def _moment(rung: Rung, told_at: datetime, basis: date | None) -> datetime | None:
    if rung.days is None:
        return _awake(told_at) if rung.waits else told_at
    if basis is None:
        return None
    at = working_morning(basis + timedelta(days=rung.days), not_after=basis if rung.days < 0 else None)
    return at if at > told_at else None


def working_morning(day: date, *, not_after: date | None = None) -> datetime:
    """08:00 in Japan of the day or the next open one; of the last open one before, where that would be too late."""
    open_day = next_open_day(day, STANDARD.calendar)
    if not_after is not None and open_day > not_after:
        open_day = day
        while is_closed(open_day, STANDARD.calendar):
            open_day -= ONE_DAY
    return start_of_day(open_day) + MORNING


def _awake(instant: datetime) -> datetime:
    """The instant itself in working hours, else the next working morning."""
    day, local = business_date(instant), instant.astimezone(JAPAN)
    since = timedelta(hours=local.hour, minutes=local.minute)
    if since >= EVENING:
        return working_morning(day + ONE_DAY)
    if since < MORNING or is_closed(day, STANDARD.calendar):
        return working_morning(day)
    return instant
