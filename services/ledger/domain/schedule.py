"""When a slip is to be inspected: every twelve months, of high priority every six (F32, F33). Pure."""

from datetime import date, timedelta
from typing import Final

from shared.events.ledger import Priority
from shared.law.calendar import add_months
from shared.law.rule_pack import STANDARD

LEAD: Final = timedelta(days=STANDARD.days("C01.lead"))
"""The window of an inspection opens so long before it is due."""
NOTICE: Final = timedelta(days=STANDARD.days("C02.notice"))
"""A raised priority leaves at least this much time."""
EMERGENCY: Final = timedelta(days=STANDARD.days("C25.due"))
"""An inspection out of turn is due so long after the incident was confirmed (F34)."""


def interval(priority: Priority, on: date) -> int:
    """Months from one inspection to the next, by the rule in force on the day."""
    return STANDARD.months("C02.interval" if priority is Priority.HIGH else "C01.interval", on)


def regular_due(basis: date, priority: Priority, since: date) -> date:
    """Due day of a cycle that began on `basis`, for a slip that has its priority `since` a day.

    A priority raised meanwhile makes it earlier, never later than it was, and never with less than thirty days left.
    """
    normal = add_months(basis, interval(Priority.NORMAL, basis))
    if priority is Priority.NORMAL:
        return normal
    sooner = add_months(basis, interval(Priority.HIGH, basis))
    return min(normal, max(sooner, since + NOTICE))
