"""When a slip is to be inspected: every twelve months, of high priority every six (F32, F33). Pure."""

from datetime import date, timedelta
from typing import Final

from shared.events.ledger import Priority
from shared.law.inspections import inspection_due, inspection_due_while_high
from shared.law.rule_pack import STANDARD

LEAD: Final = timedelta(days=STANDARD.days("C01.lead"))
"""The window of an inspection opens so long before it is due."""
EMERGENCY: Final = timedelta(days=STANDARD.days("C25.due"))
"""An inspection out of turn is due so long after the incident was confirmed (F34)."""


def interval(priority: Priority, on: date) -> int:
    """Months from one inspection to the next, by the rule in force on the day."""
    return STANDARD.months("C02.interval" if priority is Priority.HIGH else "C01.interval", on)


def regular_due(basis: date, priority: Priority, since: date) -> date:
    """Due day of a cycle that began on `basis`, for a slip that has its priority `since` a day."""
    if priority is Priority.HIGH:
        return inspection_due_while_high(basis, since, STANDARD)
    return inspection_due(basis, STANDARD)
