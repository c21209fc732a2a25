"""Where something belongs while its unit and company go up in others (F25)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.audit.domain.context import Context
from services.audit.domain.days import Days
from services.audit.domain.succession import heirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """The days [begins, ends) in one unit of one company."""

    begins: date
    ends: date | None
    unit: str
    company: str | None


def carried_on(days: Days, unit: str, company: str | None, context: Context) -> Iterator[Whereabouts]:
    """Cut where the unit or the company went up in another."""
    begins, ends = days
    units: list[tuple[date, str]] = list(heirs(unit, begins, ends, context.successor_of_unit))
    companies: list[tuple[date, str | None]] = [(begins, None)]
    if company is not None:
        companies = list(heirs(company, begins, ends, context.successor_of_company))
    turns = sorted({day for day, _ in (*units, *companies)})
    for turn, following in zip(turns, [*turns[1:], ends], strict=True):
        yield Whereabouts(begins=turn, ends=following, unit=_on(units, turn) or "", company=_on(companies, turn))


def _on(line: Sequence[tuple[date, str | None]], day: date) -> str | None:
    return [place for begins, place in line if begins <= day][-1]
