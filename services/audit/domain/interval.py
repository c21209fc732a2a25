"""What a rule says of a subject: stretches of business days in one status, each with the events behind it."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

import msgspec
from msgspec.structs import replace

OPEN: Final = "OPEN"
"""The duty is there and not yet due: shown beside the answer, counted in neither number."""
EXCUSED: Final = "EXCUSED"
"""Nobody can ask for it now: shown beside the answer, counted in neither number."""
ROLLING: Final = "rolling"
"""The reading of a rule that has only one; of "once a year", within so many months of the last time."""
FISCAL: Final = "fiscal"
"""The reading of "once a year" as once in each fiscal year."""


class EventRef(msgspec.Struct, frozen=True, gc=False):
    """An event as evidence: enough to find it in the log."""

    id: str
    type: str
    stream: str


class Interval(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The days [begins, ends) in one status; without `ends` it is a forecast. `due` is the last good day.

    `unit` and `company` are where the subject counts on these days.
    """

    subject: str
    unit: str
    company: str
    status: str
    begins: date
    ends: date | None = None
    due: date | None = None
    value: int | None = None
    because: tuple[EventRef, ...] = ()
    rule: str = ""
    mode: str = ROLLING

    @property
    def owner(self) -> str:
        """Whose history it follows from: a duty's instance, `slip/S1#FY2017`, belongs to `slip/S1`."""
        return self.subject.partition("#")[0]

    def covers(self, day: date) -> bool:
        return self.begins <= day and (self.ends is None or day < self.ends)


def joined(intervals: Iterable[Interval]) -> Iterator[Interval]:
    """Of neighbours that say the same, one: so that it does not matter how finely a rule cut its days."""
    last: Interval | None = None
    for each in sorted(intervals, key=lambda interval: (interval.subject, interval.begins)):
        if last is not None and last.ends == each.begins and _said(last) == _said(each):
            last = replace(last, ends=each.ends)
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last


def _said(interval: Interval) -> tuple[object, ...]:
    """Everything but the days."""
    return (
        interval.status,
        interval.unit,
        interval.company,
        interval.due,
        interval.value,
        interval.because,
        interval.subject,
    )


def clipped(interval: Interval, begins: date, ends: date) -> Interval | None:
    """What of it lies in the days [begins, ends); None if nothing does."""
    first, end = max(interval.begins, begins), min(interval.ends or ends, ends)
    if (first, end) == (interval.begins, interval.ends):
        return interval
    return replace(interval, begins=first, ends=end) if first < end else None


def result_order(interval: Interval) -> tuple[str, str, str, str, date]:
    """The order of a canonical result."""
    return (interval.rule, interval.unit, interval.mode, interval.subject, interval.begins)


def document(interval: Interval) -> dict[str, Any]:
    """One row of a result, as JSON has it."""
    return {
        "rule": interval.rule,
        "unit": interval.unit,
        "company": interval.company,
        "mode": interval.mode,
        "subject": interval.subject,
        "status": interval.status,
        "begins": interval.begins.isoformat(),
        "ends": interval.ends.isoformat() if interval.ends else None,
        "due": interval.due.isoformat() if interval.due else None,
        "value": interval.value,
        "because": because_document(interval.because),
    }


def because_document(because: Iterable[EventRef]) -> list[dict[str, str]]:
    return [{"id": ref.id, "type": ref.type, "stream": ref.stream} for ref in because]
