"""Japanese national holidays (国民の祝日, substitute and bridge days included), frozen under a version.

The law moves holidays (2019–2021), so a table is data that a rule pack names by version: what was computed with a
version can be computed again. A published version is never edited; a new law makes a new one. The equinoxes of years
not yet announced by the Cabinet Office are astronomical forecasts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

_MONTH_AND_DAY: Final[Mapping[int, str]] = {
    2005: "0101 0110 0211 0320 0321 0429 0503 0504 0505 0718 0919 0923 1010 1103 1123 1223",
    2006: "0101 0102 0109 0211 0321 0429 0503 0504 0505 0717 0918 0923 1009 1103 1123 1223",
    2007: "0101 0108 0211 0212 0321 0429 0430 0503 0504 0505 0716 0917 0923 0924 1008 1103 1123 1223 1224",
    2008: "0101 0114 0211 0320 0429 0503 0504 0505 0506 0721 0915 0923 1013 1103 1123 1124 1223",
    2009: "0101 0112 0211 0320 0429 0503 0504 0505 0506 0720 0921 0922 0923 1012 1103 1123 1223",
    2010: "0101 0111 0211 0321 0322 0429 0503 0504 0505 0719 0920 0923 1011 1103 1123 1223",
    2011: "0101 0110 0211 0321 0429 0503 0504 0505 0718 0919 0923 1010 1103 1123 1223",
    2012: "0101 0102 0109 0211 0320 0429 0430 0503 0504 0505 0716 0917 0922 1008 1103 1123 1223 1224",
    2013: "0101 0114 0211 0320 0429 0503 0504 0505 0506 0715 0916 0923 1014 1103 1104 1123 1223",
    2014: "0101 0113 0211 0321 0429 0503 0504 0505 0506 0721 0915 0923 1013 1103 1123 1124 1223",
    2015: "0101 0112 0211 0321 0429 0503 0504 0505 0506 0720 0921 0922 0923 1012 1103 1123 1223",
    2016: "0101 0111 0211 0320 0321 0429 0503 0504 0505 0718 0811 0919 0922 1010 1103 1123 1223",
    2017: "0101 0102 0109 0211 0320 0429 0503 0504 0505 0717 0811 0918 0923 1009 1103 1123 1223",
    2018: "0101 0108 0211 0212 0321 0429 0430 0503 0504 0505 0716 0811 0917 0923 0924 1008 1103 1123 1223 1224",
    2019: (
        "0101 0114 0211 0321 0429 0430 0501 0502 0503 0504 0505 0506 0715 0811 0812 0916 0923 1014 1022 1103 1104 1123"
    ),
    2020: "0101 0113 0211 0223 0224 0320 0429 0503 0504 0505 0506 0723 0724 0810 0921 0922 1103 1123",
    2021: "0101 0111 0211 0223 0320 0429 0503 0504 0505 0722 0723 0808 0809 0920 0923 1103 1123",
    2022: "0101 0110 0211 0223 0321 0429 0503 0504 0505 0718 0811 0919 0923 1010 1103 1123",
    2023: "0101 0102 0109 0211 0223 0321 0429 0503 0504 0505 0717 0811 0918 0923 1009 1103 1123",
    2024: "0101 0108 0211 0212 0223 0320 0429 0503 0504 0505 0506 0715 0811 0812 0916 0922 0923 1014 1103 1104 1123",
    2025: "0101 0113 0211 0223 0224 0320 0429 0503 0504 0505 0506 0721 0811 0915 0923 1013 1103 1123 1124",
    2026: "0101 0112 0211 0223 0320 0429 0503 0504 0505 0506 0720 0811 0921 0922 0923 1012 1103 1123",
    2027: "0101 0111 0211 0223 0321 0322 0429 0503 0504 0505 0719 0811 0920 0923 1011 1103 1123",
    2028: "0101 0110 0211 0223 0320 0429 0503 0504 0505 0717 0811 0918 0922 1009 1103 1123",
    2029: "0101 0108 0211 0212 0223 0320 0429 0430 0503 0504 0505 0716 0811 0917 0923 0924 1008 1103 1123",
    2030: "0101 0114 0211 0223 0320 0429 0503 0504 0505 0506 0715 0811 0812 0916 0923 1014 1103 1104 1123",
}


class OutsideCalendar(LookupError):  # noqa: N818 - named for what happened, as Rejected and Undecodable are
    """The table says nothing about that year: guessing "no holiday" would make a legal deadline silently wrong."""


class UnknownCalendar(LookupError):  # noqa: N818 - named for what happened
    """No calendar was published under that version; the message names those that were."""


@dataclass(frozen=True, slots=True)
class HolidayCalendar:
    """The national holidays of a stretch of whole years, both ends included."""

    version: str
    first_year: int
    last_year: int
    days: frozenset[date]

    def is_holiday(self, day: date) -> bool:
        if not self.first_year <= day.year <= self.last_year:
            raise OutsideCalendar(f"calendar {self.version} covers {self.first_year}–{self.last_year}, not {day}")
        return day in self.days


def _calendar(version: str, table: Mapping[int, str]) -> HolidayCalendar:
    days = frozenset(date(year, int(day[:2]), int(day[2:])) for year, row in table.items() for day in row.split())
    return HolidayCalendar(version, min(table), max(table), days)


JAPAN_2026_11: Final = _calendar("jp-2026-11", _MONTH_AND_DAY)
LATEST: Final = JAPAN_2026_11
_PUBLISHED: Final[Mapping[str, HolidayCalendar]] = {calendar.version: calendar for calendar in (JAPAN_2026_11,)}


def holiday_calendar(version: str) -> HolidayCalendar:
    """The calendar a rule pack or a stored report names."""
    try:
        return _PUBLISHED[version]
    except KeyError:
        raise UnknownCalendar(f"no calendar {version!r}; there are: {', '.join(sorted(_PUBLISHED))}") from None
