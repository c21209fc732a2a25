"""The fiscal year, April to March, and its two names: the company's by the ending year, Japan's by the starting one."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

_LABEL: Final = re.compile(r"FY(?P<ends>[0-9]{4})|(?P<starts>[0-9]{4})年度")


@dataclass(frozen=True, slots=True, order=True)
class FiscalYear:
    """1 April to 31 March, both included: FY2017 = 2016年度 = 2016-04-01…2017-03-31."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if (self.start, self.end) != (date(self.start.year, 4, 1), date(self.start.year + 1, 3, 31)):
            raise ValueError(f"a fiscal year runs from 1 April to 31 March, not {self.start} to {self.end}")

    @property
    def label(self) -> str:
        """The company's name for it, by the year in which it ends."""
        return f"FY{self.end.year:04d}"

    @property
    def label_ja(self) -> str:
        """The Japanese 年度, by the year in which it starts."""
        return f"{self.start.year:04d}年度"

    @property
    def quarter_ends(self) -> tuple[date, date, date, date]:
        """Last days of the quarters, on which yearly counts are checked pro rata."""
        return date(self.start.year, 6, 30), date(self.start.year, 9, 30), date(self.start.year, 12, 31), self.end

    @property
    def previous(self) -> "FiscalYear":
        return _starting(self.start.year - 1)

    @property
    def following(self) -> "FiscalYear":
        return _starting(self.start.year + 1)

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        """The form in which reports print it, so that neither label can be misread."""
        return f"{self.label} ({self.label_ja} {self.start}..{self.end})"


def _starting(year: int) -> FiscalYear:
    return FiscalYear(date(year, 4, 1), date(year + 1, 3, 31))


def fiscal_year_of(day: date) -> FiscalYear:
    """The fiscal year to which a business date belongs."""
    return _starting(day.year if day.month >= 4 else day.year - 1)


def fiscal_year_labelled(label: str) -> FiscalYear:
    """From `FY2017` or `2016年度`; a bare number is refused, because nobody can tell which of the two it means."""
    match = _LABEL.fullmatch(label)
    if match is None:
        raise ValueError(f"{label!r} is no fiscal year: write FY2017 or 2016年度")
    return _starting(int(match["ends"]) - 1 if match["ends"] else int(match["starts"]))
