"""Rule packs: the numbers of all rules, named, frozen and dated, so that a verdict can be computed again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import pairwise
from typing import Final, TypeVar

from shared.law import incident_parameters as incidents
from shared.law.compliance_parameters import COMPLIANCE
from shared.law.holidays import LATEST, HolidayCalendar, holiday_calendar
from shared.law.parameters import Parameter, Threshold, Unit, Value, months, text

T = TypeVar("T", bound=Value)


class UnknownRulePack(KeyError):  # noqa: N818 - named for what happened, as Rejected and Undecodable are
    """No pack of that name was published; the message names those that were."""

    def __str__(self) -> str:
        """The message as written: KeyError would print it quoted and escaped."""
        return str(self.args[0])


class UnknownParameter(LookupError):  # noqa: N818 - named for what happened
    """The pack has no such number at all, or has it in another unit: a mistake in a rule, not in the data."""


class NotInForce(LookupError):  # noqa: N818 - named for what happened
    """The pack has the number, but not on that day."""


class DateNeeded(LookupError):  # noqa: N818 - named for what happened
    """The number is not in force for ever, so that asking for it without a day has no answer."""


@dataclass(frozen=True, slots=True)
class RulePack:
    """Numbers by key; `on` is the business date that is judged, and may be left out where a number holds for ever."""

    name: str
    calendar_version: str
    parameters: tuple[Parameter, ...]
    _by_key: Mapping[str, tuple[Parameter, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_key = _by_key(self.parameters)
        for spells in by_key.values():
            _refuse_contradiction(spells)
        object.__setattr__(self, "_by_key", by_key)

    @property
    def calendar(self) -> HolidayCalendar:
        return holiday_calendar(self.calendar_version)

    @property
    def digest(self) -> str:
        """SHA-256 over name, calendar version and every number with its days, in hexadecimal."""
        lines = sorted(f"{p.key}|{p.unit}|{p.value}|{p.since}|{p.until}" for p in self.parameters)
        return sha256("\n".join([self.name, self.calendar_version, *lines]).encode()).hexdigest()

    def months(self, key: str, on: date | None = None) -> int:
        return self._find(key, Unit.MONTHS, int, on)

    def days(self, key: str, on: date | None = None) -> int:
        return self._find(key, Unit.DAYS, int, on)

    def hours(self, key: str, on: date | None = None) -> int:
        return self._find(key, Unit.HOURS, int, on)

    def count(self, key: str, on: date | None = None) -> int:
        return self._find(key, Unit.COUNT, int, on)

    def percent(self, key: str, on: date | None = None) -> int:
        return self._find(key, Unit.PERCENT, int, on)

    def flag(self, key: str, on: date | None = None) -> bool:
        return bool(self._find(key, Unit.FLAG, int, on))

    def text(self, key: str, on: date | None = None) -> str:
        return self._find(key, Unit.TEXT, str, on)

    def threshold(self, rule: str, on: date | None = None) -> Threshold:
        """When the rule passes, by its id: `threshold("C09")`."""
        return self._find(f"{rule}.threshold", Unit.THRESHOLD, Threshold, on)

    def param(self, key: str, on: date | None = None) -> Parameter:
        """The number with its unit and the days on which it is in force."""
        spells = self._by_key.get(key)
        if spells is None:
            raise UnknownParameter(f"rule pack {self.name} has no {key!r}")
        if on is None:
            return self._for_ever(spells)
        for spell in spells:
            if spell.in_force(on):
                return spell
        raise NotInForce(f"{key} of rule pack {self.name} is not in force on {on}")

    def has(self, key: str, on: date) -> bool:
        """Whether the number is in force on the day: how an incident learns which regimes and deadlines apply."""
        return any(spell.in_force(on) for spell in self._by_key.get(key, ()))

    def but(self, name: str, *changes: Parameter) -> "RulePack":
        """A pack for a what-if: the same numbers but for the changed keys, which must exist.

        A change replaces every value of its key and says its own days.
        """
        changed = _by_key(changes)
        for key in changed:
            if key not in self._by_key:
                raise UnknownParameter(f"rule pack {self.name} has no {key!r} to change")
        kept = (parameter for parameter in self.parameters if parameter.key not in changed)
        return RulePack(name, self.calendar_version, (*kept, *changes))

    def _for_ever(self, spells: tuple[Parameter, ...]) -> Parameter:
        if not spells[0].always:
            raise DateNeeded(f"{spells[0].key} of rule pack {self.name} depends on the day: ask for one")
        return spells[0]

    def _find(self, key: str, unit: Unit, kind: type[T], on: date | None) -> T:
        parameter = self.param(key, on)
        if parameter.unit is not unit or not isinstance(parameter.value, kind):
            raise UnknownParameter(f"{key} of rule pack {self.name} is in {parameter.unit}, not in {unit}")
        return parameter.value


def _by_key(parameters: Iterable[Parameter]) -> dict[str, tuple[Parameter, ...]]:
    by_key: dict[str, tuple[Parameter, ...]] = {}
    for parameter in sorted(parameters, key=lambda p: p.since or date.min):
        by_key[parameter.key] = (*by_key.get(parameter.key, ()), parameter)
    return by_key


def _refuse_contradiction(spells: tuple[Parameter, ...]) -> None:
    for one, other in pairwise(spells):
        if one.unit is not other.unit:
            raise ValueError(f"{one.key} is in {one.unit} and in {other.unit}")
        if one.until is None or (other.since or date.min) < one.until:
            raise ValueError(f"{one.key} has two values on {other.since or date.min}")


def _pack(name: str, parameters: tuple[Parameter, ...]) -> RulePack:
    return RulePack(name, LATEST.version, parameters)


STANDARD: Final = _pack("standard-1", (*COMPLIANCE, *incidents.INCIDENTS))

_PUBLISHED: Final[Mapping[str, RulePack]] = {
    pack.name: pack
    for pack in (
        STANDARD,
        STANDARD.but("yearly-only", months("C02.interval", 12)),
        STANDARD.but("fiscal-year", text("C01.mode", "fiscal"), text("C02.mode", "fiscal")),
        _pack("house-2016", incidents.HOUSE_2016),
        _pack("appi-2022", incidents.APPI_2022),
        _pack("my-number-2016", incidents.MY_NUMBER_2016),
        _pack("my-number-2022", incidents.MY_NUMBER_2022),
        _pack("pmark-2022", incidents.PMARK_2022),
        _pack("gdpr-2018", incidents.GDPR_2018),
    )
}


def rule_pack(name: str = STANDARD.name) -> RulePack:
    """The pack of that name; the standard one unless a what-if or a stored report names another."""
    try:
        return _PUBLISHED[name]
    except KeyError:
        raise UnknownRulePack(f"no rule pack {name!r}; there are: {', '.join(sorted(_PUBLISHED))}") from None
