"""A number of a rule with its unit and the days on which it is in force."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class Unit(StrEnum):
    MONTHS = "months"
    DAYS = "days"
    HOURS = "hours"
    COUNT = "count"
    PERCENT = "percent"
    FLAG = "flag"
    TEXT = "text"
    THRESHOLD = "threshold"


class Pass(StrEnum):
    """What a rule compares to decide whether a period passed."""

    SHARE_AT_LEAST = "share at least"
    COUNT_AT_MOST = "count at most"
    REPORT_ONLY = "report only"


@dataclass(frozen=True, slots=True)
class Threshold:
    """When a rule passes; `bound` is in percent for a share and a plain number for a count."""

    kind: Pass
    bound: int = 0

    def met(self, num: int, den: int) -> bool | None:
        """None where there is nothing to say: a rule that only reports, or a share of nobody (never 100 %)."""
        match self.kind:
            case Pass.SHARE_AT_LEAST:
                return num * 100 >= self.bound * den if den else None
            case Pass.COUNT_AT_MOST:
                return num <= self.bound
            case Pass.REPORT_ONLY:
                return None

    def __str__(self) -> str:
        """The form of the report's column."""
        match self.kind:
            case Pass.SHARE_AT_LEAST:
                return f"≥ {self.bound} %"
            case Pass.COUNT_AT_MOST:
                return f"≤ {self.bound}"
            case Pass.REPORT_ONLY:
                return "report"


Value = int | str | Threshold


@dataclass(frozen=True, slots=True)
class Parameter:
    """In force from `since` until the day before `until`; None is an open end."""

    key: str
    unit: Unit
    value: Value
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since >= self.until:
            raise ValueError(f"{self.key} would never be in force: {self.since} to {self.until}")

    @property
    def always(self) -> bool:
        return self.since is None and self.until is None

    def in_force(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)

    def between(self, since: date | None, until: date | None = None) -> "Parameter":
        """The same number with other days."""
        return replace(self, since=since, until=until)


def months(key: str, value: int) -> Parameter:
    return Parameter(key, Unit.MONTHS, value)


def days(key: str, value: int) -> Parameter:
    return Parameter(key, Unit.DAYS, value)


def hours(key: str, value: int) -> Parameter:
    return Parameter(key, Unit.HOURS, value)


def count(key: str, value: int) -> Parameter:
    return Parameter(key, Unit.COUNT, value)


def percent(key: str, value: int) -> Parameter:
    return Parameter(key, Unit.PERCENT, value)


def flag(key: str, *, value: bool) -> Parameter:
    return Parameter(key, Unit.FLAG, value)


def text(key: str, value: str) -> Parameter:
    return Parameter(key, Unit.TEXT, value)


def share_at_least(rule: str, bound: int) -> Parameter:
    return Parameter(f"{rule}.threshold", Unit.THRESHOLD, Threshold(Pass.SHARE_AT_LEAST, bound))


def count_at_most(rule: str, bound: int) -> Parameter:
    return Parameter(f"{rule}.threshold", Unit.THRESHOLD, Threshold(Pass.COUNT_AT_MOST, bound))


def report_only(rule: str) -> Parameter:
    return Parameter(f"{rule}.threshold", Unit.THRESHOLD, Threshold(Pass.REPORT_ONLY))
