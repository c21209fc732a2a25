"""C01, C02 and C03 once more, slowly and by other means: each day from the events of one slip themselves."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from shared.events.codec import Recorded
from shared.events.hr import EmployeeHired, EmployeeLeaveEnded, EmployeeLeaveStarted, EmployeeLeft
from shared.events.ledger import (
    InspectionCompleted,
    InspectionKind,
    SlipCustodianAssigned,
    SlipCustodianReleased,
    SlipDisposed,
    SlipPriorityChanged,
    SlipRegistered,
    SlipStorageSet,
    SlipTransferred,
    SlipWithdrawn,
)

DAY = timedelta(days=1)
Days = dict[tuple[date, str], tuple[str, str]]
"""From a day and a rule to unit and status."""


def kept(events: Iterable[Recorded], first: date, last: date) -> Days:
    told = sorted(events, key=lambda each: (_day(each), _early(each), each.recorded_at))
    if any(isinstance(each.event, SlipWithdrawn) for each in told):
        return {}
    answer: Days = {}
    slip, day = _Slip(), first
    while day <= last:
        for each in told:
            if _day(each) == day:
                slip.hear(each.event, day)
        answer |= {(day, rule): (slip.unit, status) for rule, status in slip.stands(day).items()}
        day += DAY
    return answer


def _day(recorded: Recorded) -> date:
    found: date | None = recorded.event.business_date
    return found or (recorded.time + timedelta(hours=9)).date()


def _early(recorded: Recorded) -> int:
    return {EmployeeLeft: 0, EmployeeHired: 1}.get(type(recorded.event), 2)


def _months_later(day: date, months: int) -> date:
    """Month by month, and back from the 31st until the month has such a day."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for number in range(day.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError(day)


class _Slip:
    """How things stand at the end of a day."""

    def __init__(self) -> None:
        self.there = self.over = self.stored = False
        self.unit = ""
        self.basis = self.raised = date.min
        self.high = False
        self.charge: dict[str, date] = {}
        self.in_post: dict[str, bool] = {}

    def stands(self, day: date) -> dict[str, str]:
        if not self.there or self.over:
            return {}
        yearly = _months_later(self.basis, 12)
        found = {"C01": "KEPT" if day <= yearly else "OVERDUE"}
        if self.high:
            sooner = _months_later(self.basis, 6)
            due = sooner if self.raised <= self.basis else min(yearly, max(sooner, self.raised + 30 * DAY))
            found["C02"] = "KEPT" if day <= due else "OVERDUE"
        serving = [who for who, since in self.charge.items() if since <= day and self.in_post.get(who)]
        return found | {"C03": "LOCATED" if serving and self.stored else "UNLOCATED"}

    def hear(self, event: Any, day: date) -> None:
        match event:
            case SlipRegistered() if not self.there:
                self.there, self.unit, self.basis, self.raised = True, event.org_unit_id, day, day
                self.high, self.stored = event.details.priority == "HIGH", event.details.storage is not None
                self.charge = {each.person_id: each.since for each in event.details.custodians}
            case SlipDisposed():
                self.over = True
            case EmployeeHired() | EmployeeLeft() | EmployeeLeaveStarted() | EmployeeLeaveEnded():
                self._live(event)
            case _ if self.there:
                self._change(event, day)

    def _live(self, event: Any) -> None:
        known = event.person_id in self.in_post
        if isinstance(event, EmployeeHired):
            self.in_post.setdefault(event.person_id, True)
        elif isinstance(event, EmployeeLeft):
            self.in_post.pop(event.person_id, None)
        elif known:
            self.in_post[event.person_id] = isinstance(event, EmployeeLeaveEnded)

    def _change(self, event: Any, day: date) -> None:
        match event:
            case InspectionCompleted(kind=InspectionKind.REGULAR):
                self.basis = day
            case SlipPriorityChanged(new=new) if (new == "HIGH") != self.high:
                self.high, self.raised = new == "HIGH", day
            case SlipTransferred(to_unit=unit):
                self.unit = unit
            case SlipStorageSet():
                self.stored = True
            case SlipCustodianAssigned():
                self.charge.setdefault(event.person_id, event.since)
            case SlipCustodianReleased():
                self.charge.pop(event.person_id, None)
