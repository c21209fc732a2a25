"""Whether incidents are reported as they should be, to whom they must be; and how many there are (F9, F10, F12)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.audit.domain.context import Context
from services.audit.domain.days import Days, common, one_day
from services.audit.domain.interval import OPEN, EventRef, Interval
from services.audit.domain.rulebook import DUE_WITHIN, OCCURRENCES, rule
from services.audit.spells.incident import INCIDENT, Awaited, IncidentSpells
from shared.events.incidents import IncidentKind
from shared.law.calendar import ONE_DAY
from shared.law.rule_pack import RulePack

AT_ONCE: Final = "AT_ONCE"
LATE: Final = "LATE"
FILED: Final = "FILED"
FILED_LATE: Final = "FILED_LATE"
OVERDUE: Final = "OVERDUE"
IN_HOUSE: Final = "IN_HOUSE"
AT_CONTRACTOR: Final = "AT_CONTRACTOR"
COUNTED: Final = frozenset({IncidentKind.LOSS, IncidentKind.OUTFLOW, IncidentKind.LEAK})
MINUTE: Final = timedelta(minutes=1)


@rule("C20", fact="F9", subject=INCIDENT, counted={AT_ONCE, LATE}, good={AT_ONCE}, period=OCCURRENCES)
def every_report_reaches_both_ends_at_once(
    incident: IncidentSpells | None, context: Context, pack: RulePack
) -> Iterator[Interval]:
    """Supervisor and contact point take note within `C20.within` days of the day of the report; late the day after.

    It counts on the day of the later acknowledgement, or on the day after the last good one. The value is in minutes.
    """
    if incident is None:
        return
    reported = incident.reported
    due = reported.day + timedelta(days=pack.days("C20.within", reported.day))
    both = incident.acknowledged
    last = max(both, key=lambda each: each.at) if both else None
    good = last is not None and last.day <= due
    turn = max(last.day, reported.day) if last and good else due + ONE_DAY
    because = (reported.because, *(each.because for each in both or ()))
    minutes = max(0, (last.at - reported.at) // MINUTE) if last else None
    if turn > reported.day:
        yield from _stands(incident, context, _Found(OPEN, one_day(reported.day), (reported.because,)))
    yield from _stands(incident, context, _Found(AT_ONCE if good else LATE, one_day(turn), because, value=minutes))


@rule(
    "C22",
    fact="F10",
    subject=INCIDENT,
    counted={FILED, FILED_LATE, OVERDUE},
    good={FILED},
    period=DUE_WITHIN,
)
def authorities_hear_in_time(incident: IncidentSpells | None, context: Context, _pack: RulePack) -> Iterator[Interval]:
    """Each obligation with a deadline is a duty, due on the day in Japan within which the deadline lies.

    In time or late is what the event of the filing says, which compared the instants. What was waived or dismissed
    before it was due counts nowhere.
    """
    if incident is None:
        return
    for each in incident.awaited:
        for status, days in _standings(each):
            key = f"#{each.regime}"
            yield from _stands(incident, context, _Found(status, days, each.because, key=key, due=each.due))


@rule("C23", fact="F12", subject=INCIDENT, counted={IN_HOUSE, AT_CONTRACTOR}, good=set(), period=OCCURRENCES)
def confirmed_losses_and_leaks_are_counted(
    incident: IncidentSpells | None, context: Context, _pack: RulePack
) -> Iterator[Interval]:
    """On the day the first department knew; what was dismissed since counts nowhere."""
    if incident is not None and incident.confirmed is not None and incident.kind in COUNTED:
        status = AT_CONTRACTOR if incident.at_contractor else IN_HOUSE
        because = dict.fromkeys((incident.reported.because, incident.aware.because, incident.confirmed))
        yield from _stands(incident, context, _Found(status, one_day(incident.aware.day), tuple(because)))


@dataclass(frozen=True, slots=True)
class _Found:
    status: str
    days: Days
    because: tuple[EventRef, ...]
    key: str = ""
    due: date | None = None
    value: int | None = None


def _standings(awaited: Awaited) -> Iterator[tuple[str, Days]]:
    """Open through the due day, then overdue; filed from its day on."""
    begins, due = awaited.begins, awaited.due
    filed, on_time = awaited.filed or (None, False)
    until = max(filed, begins) if filed else awaited.ends
    for status, days in ((OPEN, (begins, due + ONE_DAY)), (OVERDUE, (due + ONE_DAY, None))):
        found = common(days, (begins, until)) if until is None or begins < until else None
        if found is not None:
            yield status, found
    if filed and until is not None:
        yield FILED if on_time else FILED_LATE, (until, awaited.ends)


def _stands(incident: IncidentSpells, context: Context, found: _Found) -> Iterator[Interval]:
    for place in incident.places(found.days, context):
        yield Interval(
            subject=f"{incident.id}{found.key}",
            unit=place.unit,
            company=place.company or "",
            status=found.status,
            begins=place.begins,
            ends=place.ends,
            due=found.due,
            value=found.value,
            because=found.because,
        )
