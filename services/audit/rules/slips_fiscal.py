"""C01 and C02 in the other reading of "once a year": once in each fiscal year, twice for high priority (F32, F33)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.audit.domain.context import Context
from services.audit.domain.days import common
from services.audit.domain.interval import EXCUSED, FISCAL, OPEN, Interval
from services.audit.domain.rulebook import DUE_WITHIN, rule
from services.audit.rules.slips import KEPT, OVERDUE
from services.audit.spells.slip import SLIP, Cycle, SlipSpell, SlipSpells
from shared.events.ledger import Priority
from shared.law.calendar import ONE_DAY, add_months
from shared.law.fiscal_year import fiscal_year_of
from shared.law.rule_pack import RulePack

AHEAD: Final = 10
"""Fiscal years for which duties are laid out after the last thing told of a slip: "today" is not known to a rule."""


@rule("C01", fact="F32", subject=SLIP, counted={KEPT, OVERDUE}, good={KEPT}, period=DUE_WITHIN, mode=FISCAL)
def every_slip_is_reviewed_in_each_fiscal_year(
    slip: SlipSpells, _context: Context, pack: RulePack
) -> Iterator[Interval]:
    """One regular review within the year, whenever the slip was registered; open until the year ends."""
    for spell in slip.spells:
        for window in _windows(slip, spell, pack, "C01.interval"):
            yield from _reviewed(slip, spell, window)


@rule("C02", fact="F33", subject=SLIP, counted={KEPT, OVERDUE}, good={KEPT}, period=DUE_WITHIN, mode=FISCAL)
def every_slip_of_high_priority_is_reviewed_in_each_half(
    slip: SlipSpells, _context: Context, pack: RulePack
) -> Iterator[Interval]:
    """One regular review in each part of the year that is `C02.interval` long, while the priority is high.

    Excused is a part that ends less than `C02.notice` days after the priority was raised.
    """
    for spell in slip.spells:
        if spell.urgency.priority is Priority.HIGH:
            for window in _windows(slip, spell, pack, "C02.interval"):
                yield from _reviewed(slip, spell, window, _raised_too_late(spell, window, pack))


@dataclass(frozen=True, slots=True)
class _Window:
    """The days [begins, ends) within which one review is due; `label` tells the instances of the duty apart."""

    begins: date
    ends: date
    label: str

    @property
    def due(self) -> date:
        return self.ends - ONE_DAY


def _windows(slip: SlipSpells, spell: SlipSpell, pack: RulePack, interval: str) -> Iterator[_Window]:
    """Those that a spell touches; an interval that does not divide the year leaves it whole."""
    last = max(each.begins for each in slip.spells)
    year = fiscal_year_of(spell.begins)
    end = spell.ends or add_months(fiscal_year_of(last).end, 12 * AHEAD)
    while year.start < end:
        months = pack.months(interval, year.start)
        parts = 12 // months if 12 % months == 0 else 1
        for part in range(parts):
            begins, ends = (add_months(year.start, 12 // parts * (part + n)) for n in (0, 1))
            label = year.label if parts == 1 else f"{year.label}-{part + 1}"
            if spell.begins < ends and begins < end:
                yield _Window(begins, ends, label)
        year = year.following


def _raised_too_late(spell: SlipSpell, window: _Window, pack: RulePack) -> bool:
    raised = spell.urgency.since
    notice = timedelta(days=pack.days("C02.notice", raised))
    return spell.registered != spell.urgency.because and raised >= window.begins and raised + notice > window.due


def _reviewed(slip: SlipSpells, spell: SlipSpell, window: _Window, excused: bool = False) -> Iterator[Interval]:
    """Open until the first review of the window, kept from its day on."""
    done = _first_in(slip.completions, window)
    turn = done.basis if done else window.ends
    before = (EXCUSED if excused else OPEN, (window.begins, turn))
    for status, days in (before, (KEPT, (turn, window.ends))):
        found = common(days, (spell.begins, spell.ends)) if days[0] < days[1] else None
        if found is not None:
            yield Interval(
                subject=f"{slip.id}#{window.label}",
                unit=spell.unit,
                company=spell.company,
                status=status,
                begins=found[0],
                ends=found[1],
                due=window.due,
                because=(spell.registered, *((done.because,) if done and status == KEPT else ())),
            )


def _first_in(completions: Iterable[Cycle], window: _Window) -> Cycle | None:
    inside = (each for each in completions if window.begins <= each.basis < window.ends)
    return min(inside, key=lambda each: each.basis, default=None)
