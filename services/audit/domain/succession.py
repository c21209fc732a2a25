"""Who carries on what is no more: a merged company or unit lives on in its sole successor (F25)."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from shared.organisation.company import CompanySpell
from shared.organisation.unit import UnitSpell


def heirs(
    place: str, begins: date, ends: date | None, successor: Callable[[str], tuple[date, str] | None]
) -> Iterator[tuple[date, str]]:
    """What the place is called from which day on, within [begins, ends); the first line is for `begins` itself."""
    line = [(begins, place)]
    seen = {place}
    while (following := successor(line[-1][1])) is not None and following[1] not in seen:
        day, heir = max(following[0], line[-1][0]), following[1]
        if ends is not None and day >= ends:
            break
        seen.add(heir)
        line = [*(each for each in line if each[0] < day), (day, heir)]
    yield from line


def successor_of_company(spells: Sequence[CompanySpell]) -> tuple[date, str] | None:
    """From which day on another company carries this one on."""
    last = spells[-1] if spells else None
    return (last.begins, last.successor_id) if last and last.final and last.successor_id else None


def successor_of_unit(spells: Sequence[UnitSpell]) -> tuple[date, str] | None:
    """From which day on another unit carries this one on; a split has no sole successor."""
    last = spells[-1] if spells else None
    return (last.begins, last.successors[0]) if last and last.final and len(last.successors) == 1 else None
