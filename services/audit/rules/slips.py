"""Whether slips are reviewed in time, and whether it is known where the National ID numbers are (F23, F32, F33)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from services.audit.domain.context import Context
from services.audit.domain.days import common
from services.audit.domain.history import refs
from services.audit.domain.interval import EventRef, Interval
from services.audit.domain.rulebook import AT_END, THROUGHOUT, rule
from services.audit.spells.slip import SLIP, Custody, SlipSpell, SlipSpells
from shared.events.ledger import Priority
from shared.law.calendar import ONE_DAY
from shared.law.inspections import inspection_due, inspection_due_while_high
from shared.law.rule_pack import RulePack
from shared.organisation.stretches import at

KEPT = "KEPT"
OVERDUE = "OVERDUE"
LOCATED = "LOCATED"
UNLOCATED = "UNLOCATED"


@rule("C01", fact="F32", subject=SLIP, counted={KEPT, OVERDUE}, good={KEPT}, period=THROUGHOUT)
def every_slip_is_reviewed_yearly(slip: SlipSpells, _context: Context, pack: RulePack) -> Iterator[Interval]:
    """Kept through the due day, `C01.interval` after the last regular review or the registration; then overdue.

    An inspection out of turn, after an incident, is no regular one.
    """
    for spell in slip.spells:
        due = inspection_due(spell.cycle.basis, pack)
        yield from _until_due(slip.id, spell, due, (spell.cycle.because,))


@rule("C02", fact="F33", subject=SLIP, counted={KEPT, OVERDUE}, good={KEPT}, period=THROUGHOUT)
def every_slip_of_high_priority_is_reviewed_twice_a_year(
    slip: SlipSpells, _context: Context, pack: RulePack
) -> Iterator[Interval]:
    """As C01 while the priority is high, with `C02.interval`.

    A priority raised within a cycle brings its due day forward, but leaves at least `C02.notice` days.
    """
    for spell in slip.spells:
        if spell.urgency.priority is Priority.HIGH:
            due = inspection_due_while_high(spell.cycle.basis, spell.urgency.since, pack)
            because = dict.fromkeys((spell.cycle.because, spell.urgency.because))
            yield from _until_due(slip.id, spell, due, tuple(because))


@rule("C03", fact="F23", subject=SLIP, counted={LOCATED, UNLOCATED}, good={LOCATED}, period=AT_END)
def of_every_number_it_is_known_where_it_is(slip: SlipSpells, context: Context, pack: RulePack) -> Iterator[Interval]:
    """A slip of National ID numbers names the unit that stores them, and `C03.persons` in charge still in post.

    In post is who is employed and not on leave. Whether somebody who was transferred stays in charge, the ledger says.
    """
    for spell in slip.spells:
        if spell.numbers.specific_pi:
            yield from _located(slip.id, spell, context, pack)


def _until_due(slip: str, spell: SlipSpell, due: date, because: Iterable[EventRef]) -> Iterator[Interval]:
    """The days of a spell: kept through the due day, overdue from the day after."""
    turn = max(spell.begins, due + ONE_DAY)
    for status, days in ((KEPT, (spell.begins, turn)), (OVERDUE, (turn, None))):
        found = common(days, (spell.begins, spell.ends))
        if found is not None:
            yield Interval(
                subject=slip,
                unit=spell.unit,
                company=spell.company,
                status=status,
                begins=found[0],
                ends=found[1],
                due=due,
                because=tuple(because),
            )


def _located(slip: str, spell: SlipSpell, context: Context, pack: RulePack) -> Iterator[Interval]:
    custodians = spell.numbers.custodians
    turns = {spell.begins, *(each.since for each in custodians)}
    turns |= {stretch.begins for each in custodians for stretch in context.person(each.person)}
    inside = [day for day in sorted(turns) if spell.begins <= day and (spell.ends is None or day < spell.ends)]
    for begins, ends in zip(inside, [*inside[1:], spell.ends], strict=True):
        serving = [each for each in custodians if _serves(each, begins, context)]
        needed = pack.count("C03.persons", begins)
        located = spell.numbers.stored is not None and len(serving) >= needed
        yield Interval(
            subject=slip,
            unit=spell.unit,
            company=spell.company,
            status=LOCATED if located else UNLOCATED,
            begins=begins,
            ends=ends,
            because=_evidence(spell, serving if located else custodians, begins, context),
        )


def _serves(custody: Custody, day: date, context: Context) -> bool:
    life = at(context.person(custody.person), day)
    return custody.since <= day and life is not None and life.employed and not life.on_leave


def _evidence(spell: SlipSpell, people: Sequence[Custody], day: date, context: Context) -> tuple[EventRef, ...]:
    """The registration, where it is stored, who was put in charge, and what last became of whoever is not there."""
    found = [spell.registered, *((spell.numbers.stored,) if spell.numbers.stored else ())]
    for each in people:
        found.append(each.because)
        life = at(context.person(each.person), day)
        if life is not None and not _serves(each, day, context):
            known = refs(context.history(f"person/{each.person}"))
            found += (known[event] for event in life.because)
    return tuple(dict.fromkeys(found))
