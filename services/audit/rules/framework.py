"""Whether the seats of the framework are filled (F4–F7)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.audit.domain.context import Context
from services.audit.domain.days import Days, cut
from services.audit.domain.interval import EventRef, Interval
from services.audit.domain.rulebook import THROUGHOUT, rule
from services.audit.spells.seat import SEAT, Holding, Need, SeatSpells
from shared.law.calendar import ONE_DAY
from shared.law.rule_pack import RulePack
from shared.organisation.stretches import covers

FILLED = "FILLED"
VACANT_WITHIN_GRACE = "VACANT_WITHIN_GRACE"
VACANT = "VACANT"


@rule(
    "C19",
    fact="F7",
    subject=SEAT,
    counted={FILLED, VACANT_WITHIN_GRACE, VACANT},
    good={FILLED, VACANT_WITHIN_GRACE},
    period=THROUGHOUT,
)
def every_seat_is_filled(seat: SeatSpells, _context: Context, pack: RulePack) -> Iterator[Interval]:
    """Every division has a manager and a promoter; every domestic company an Administrator, Office Manager, Auditor.

    Of units only the kind *division* needs them. An unbroken vacancy is tolerated for `C19.vacancy` days and bad from
    the day after; its first day is the first without a holder, or the first on which somebody had to be there. Who is
    on leave leaves his seat vacant for that time.
    """
    for need, run_begins in _runs(seat.needs):
        for begins, ends in _unbroken(seat, need, run_begins, pack):
            verdict = _verdict(seat, run_begins, begins, pack)
            yield Interval(
                subject=seat.id,
                unit=need.unit,
                company=need.company,
                status=verdict.status,
                begins=begins,
                ends=ends,
                due=verdict.due,
                because=(*need.because, *verdict.because),
            )


@dataclass(frozen=True, slots=True)
class _Verdict:
    status: str
    due: date | None = None
    because: tuple[EventRef, ...] = ()


def _runs(needs: Sequence[Need]) -> Iterator[tuple[Need, date]]:
    """Each need with the first day from which on somebody had to be there without a break."""
    run_begins = ends = None
    for need in needs:
        run_begins = run_begins if run_begins is not None and ends == need.begins else need.begins
        ends = need.ends
        yield need, run_begins


def _unbroken(seat: SeatSpells, need: Need, run_begins: date, pack: RulePack) -> Iterator[Days]:
    """The days of a need, cut wherever the verdict may change."""
    vacant_from = {run_begins, *(held.ends for held in seat.holdings if held.ends is not None)}
    turns = {*vacant_from, *(held.begins for held in seat.holdings)}
    turns |= {_last_good_day(day, pack) + ONE_DAY for day in vacant_from}
    return cut((need.begins, need.ends), turns)


def _verdict(seat: SeatSpells, run_begins: date, day: date, pack: RulePack) -> _Verdict:
    sitting = [held for held in seat.holdings if covers(held, day)]
    if sitting:
        return _Verdict(FILLED, because=_because(sitting))
    gone = [(held.ends, held) for held in seat.holdings if held.ends is not None and held.ends <= day]
    since = max([run_begins, *(ends for ends, _ in gone)])
    due = _last_good_day(since, pack)
    last = [held for ends, held in gone if ends == since]
    return _Verdict(VACANT_WITHIN_GRACE if day <= due else VACANT, due, _because(last))


def _last_good_day(vacant_since: date, pack: RulePack) -> date:
    """The first day of a vacancy is its day 1."""
    return vacant_since + timedelta(days=pack.days("C19.vacancy", vacant_since) - 1)


def _because(held: Sequence[Holding]) -> tuple[EventRef, ...]:
    return tuple(dict.fromkeys(ref for each in held for ref in each.because))
