"""By when a slip has its regular inspection: ledger schedules by it, audit judges by it (F32, F33)."""

from datetime import date, timedelta

from shared.law.calendar import add_months
from shared.law.rule_pack import RulePack


def inspection_due(basis: date, pack: RulePack) -> date:
    """`C01.interval` after the basis: the last regular inspection, or the registration."""
    return add_months(basis, pack.months("C01.interval", basis))


def inspection_due_while_high(basis: date, raised: date, pack: RulePack) -> date:
    """`C02.interval` after the basis, while the priority is high since the day it was raised.

    Raised within the cycle, it is never due later than it was, and never with less than `C02.notice` left.
    """
    sooner = add_months(basis, pack.months("C02.interval", basis))
    if raised <= basis:
        return sooner
    notice = timedelta(days=pack.days("C02.notice", raised))
    return min(inspection_due(basis, pack), max(sooner, raised + notice))
