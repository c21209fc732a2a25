"""C20, C22 and C23 once more, slowly and by other means: the year up to each day, from the events themselves."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from shared.events.codec import Recorded
from shared.events.incidents import (
    AuthorityReportFiled,
    AwarenessCorrected,
    ContactPointAcknowledged,
    IncidentConfirmed,
    IncidentDismissed,
    IncidentReopened,
    IncidentReported,
    ObligationDeadlineMoved,
    ObligationDecided,
    ReportingObligationOpened,
    SupervisorAcknowledged,
)

DAY = timedelta(days=1)
JAPAN = timedelta(hours=9)
Figures = tuple[int, int, int]
"""Good, counted, open."""


def figured(events: Iterable[Recorded], begins: date, last: date) -> dict[str, Figures]:
    """How one incident stands on `last` in a year that began on `begins`."""
    told = sorted(events, key=lambda each: (each.time + JAPAN).date())
    kinds: dict[Any, list[Any]] = {}
    for each in told:
        kinds.setdefault(type(each.event), []).append(each.event)
    return {
        "C20": _path(kinds, begins, last),
        "C22": _heard(told, begins, last),
        "C23": _counted(told, kinds, begins, last),
    }


def _japan(instant: datetime) -> date:
    return (instant + JAPAN).date()


def _path(kinds: dict[Any, list[Any]], begins: date, last: date) -> Figures:
    day = _japan(kinds[IncidentReported][0].reported_at)
    wanted = (SupervisorAcknowledged, ContactPointAcknowledged)
    good = all(any(_japan(each.acknowledged_at) <= day for each in kinds.get(kind, ())) for kind in wanted)
    if good:
        return (1, 1, 0) if begins <= day <= last else (0, 0, 0)
    if begins <= day + DAY <= last:
        return (0, 1, 0)
    return (0, 0, 1) if begins <= day <= last else (0, 0, 0)


def _counted(told: list[Recorded], kinds: dict[Any, list[Any]], begins: date, last: date) -> Figures:
    verdicts = [each.event for each in told if isinstance(each.event, IncidentConfirmed | IncidentDismissed)]
    aware = (kinds[IncidentReported] + kinds.get(AwarenessCorrected, []))[-1].aware_at
    counts = bool(verdicts) and isinstance(verdicts[-1], IncidentConfirmed) and begins <= _japan(aware) <= last
    return (int(counts), int(counts), 0)


def _heard(told: list[Recorded], begins: date, last: date) -> Figures:
    """Day by day: on the day it is due, or taken up again after that, look how it stands."""
    opened = next((each.event for each in told if isinstance(each.event, ReportingObligationOpened)), None)
    due_at = _due(told)
    if opened is None or due_at is None:
        return (0, 0, 0)
    due = next(day for day in (_japan(due_at) - DAY, _japan(due_at)) if due_at <= _midnight_after(day))
    good = bad = still_open = False
    day, before = _japan(told[0].time), False
    end = max(last, due) + DAY
    while day <= end:
        awaited, filed = _stands(told, day)
        tested = awaited and (day == due or (day > due and not before))
        if tested and begins <= day <= last:
            good, bad = good or filed is True, bad or filed is not True
        if day == last and awaited and due > last:
            still_open = True
        before, day = awaited, day + DAY
    if bad:
        return (0, 1, 0)
    return (1, 1, 0) if good else (0, 0, int(still_open))


def _due(told: list[Recorded]) -> datetime | None:
    due_at = None
    for each in told:
        if isinstance(each.event, AuthorityReportFiled):
            return each.event.due_at
        if isinstance(each.event, ReportingObligationOpened | ObligationDeadlineMoved):
            due_at = each.event.due_at
    return due_at


def _midnight_after(day: date) -> datetime:
    start = datetime.fromisoformat(f"{day.isoformat()}T00:00:00+09:00")
    return start + DAY


def _stands(told: list[Recorded], day: date) -> tuple[bool, bool | None]:
    """Whether it is awaited or was answered by the end of a day; and how it was answered."""
    there = dismissed = waived = False
    filed: bool | None = None
    for each in told:
        if _japan(each.time) > day:
            break
        event = each.event
        there = there or isinstance(event, ReportingObligationOpened)
        dismissed = isinstance(event, IncidentDismissed) or (dismissed and not isinstance(event, IncidentReopened))
        if isinstance(event, ObligationDecided):
            waived = event.decided == "NOT_REQUIRED"
        if isinstance(event, AuthorityReportFiled) and filed is None:
            filed = bool(event.on_time)
    return filed is not None or (there and not dismissed and not waived), filed
