"""A group of companies: thirty at home, eight abroad, their units, and who works where when the year begins."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby
from random import Random
from typing import Final

from daicho.demo.script.chance import chance, opaque_id
from daicho.demo.script.moments import Calendar, calendar_of
from daicho.demo.script.names import TRADES, department_name, division_name
from daicho.personas import PERSONAS
from shared.events.hr import PersonKind, UnitKind

SCALES: Final = {"tiny": 44, "small": 250, "medium": 10_000, "full": 100_000}
"""How many people are in post before the year begins, personas and suppliers' workers apart."""

PARENT: Final = "C01"
FOUNDED: Final = date(2005, 10, 1)
HOME: Final = "JP"
ABROAD: Final = (
    ("SG", "Singapore"),
    ("TH", "Thailand"),
    ("CN", "China"),
    ("IN", "India"),
    ("US", "America"),
    ("GB", "United Kingdom"),
    ("DE", "Germany"),
    ("BR", "Brasil"),
)
ALL: Final = (1 + len(TRADES), len(ABROAD))
FEW: Final = (5, 3)
"""So many companies are at home and abroad, as a rule and in the tiny group."""
LOCALES: Final = {"JP": "ja", "CN": "zh", "TH": "th", "DE": "de", "BR": "pt"}
CONTRACTORS: Final = ("K01", "K02", "K03")
PEOPLE_PER_DEPARTMENT: Final = 30
SUPPLIERS_PER_HUNDRED: Final = 4
OUTSIDE: Final = frozenset({"external_auditor", "contractor"})
"""Personas who are none of ours: they hold a role, and no post."""


@dataclass(frozen=True, slots=True)
class Company:
    company_id: str
    name: str
    name_en: str
    country: str

    @property
    def domestic(self) -> bool:
        return self.country == HOME


@dataclass(frozen=True, slots=True)
class Unit:
    unit_id: str
    company_id: str
    parent_id: str | None
    kind: UnitKind
    name: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody's first post in the group; a supplier's worker has a contractor instead of an employer."""

    person_id: str
    kind: PersonKind
    company_id: str
    unit_id: str
    since: date
    country: str
    contractor_id: str | None = None
    handles_my_number: bool = False

    @property
    def locale(self) -> str:
        return LOCALES.get(self.country, "en")


@dataclass(frozen=True)
class Group:
    """`members` are in post on 31 March 2016, personas first; `seed` and `scale` made it."""

    seed: int
    scale: str
    companies: tuple[Company, ...]
    units: tuple[Unit, ...]
    members: tuple[Member, ...]

    @property
    def size(self) -> int:
        return SCALES[self.scale]

    @property
    def calendar(self) -> Calendar:
        return calendar_of(self.scale)

    @cached_property
    def company(self) -> dict[str, Company]:
        return {each.company_id: each for each in self.companies}

    @cached_property
    def workplaces(self) -> dict[str, tuple[Unit, ...]]:
        """By company, the units people are posted to: departments, and divisions without any."""
        parents = {unit.parent_id for unit in self.units}
        lowest = (unit for unit in self.units if unit.unit_id not in parents)
        return {company: tuple(units) for company, units in groupby(lowest, key=lambda unit: unit.company_id)}

    @cached_property
    def divisions(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.kind is UnitKind.DIVISION)

    @cached_property
    def members_of(self) -> dict[str, tuple[Member, ...]]:
        """By company, its own people; suppliers' workers are not."""
        own = sorted((each for each in self.members if each.contractor_id is None), key=lambda each: each.company_id)
        return {company: tuple(members) for company, members in groupby(own, key=lambda each: each.company_id)}


def make_group(seed: int, scale: str) -> Group:
    """Raises KeyError for a scale that is none of SCALES."""
    companies = tuple(_companies(*FEW if scale == "tiny" else ALL))
    sizes = dict(zip((each.company_id for each in companies), _sizes(SCALES[scale], len(companies)), strict=True))
    units = tuple(unit for company in companies for unit in _units(company, sizes[company.company_id]))
    bare = Group(seed, scale, companies, units, ())
    return Group(seed, scale, companies, units, (*_personas(bare), *_people(bare, sizes), *_suppliers(bare)))


def _companies(at_home: int, abroad: int) -> Iterator[Company]:
    yield Company(PARENT, "例示ホールディングス", "Reiji Holdings", HOME)
    for number, (name, english) in enumerate(TRADES[: at_home - 1], 2):
        yield Company(f"C{number:02}", f"例示{name}", f"Reiji {english}", HOME)
    for number, (country, english) in enumerate(ABROAD[:abroad], len(TRADES) + 2):
        yield Company(f"C{number:02}", f"Reiji {english}", f"Reiji {english}", country)


def _sizes(people: int, count: int) -> list[int]:
    """Zipf: the second company is half as large as the first, the third a third; nobody is without people."""
    weights = [1 / rank for rank in range(1, count + 1)]
    sizes = [max(1, int(people * weight / sum(weights))) for weight in weights]
    sizes[0] += people - sum(sizes)
    return sizes


def _units(company: Company, people: int) -> Iterator[Unit]:
    divisions = max(4 if company.company_id == PARENT else 1, min(40, round(people**0.5 / 2)))
    departments = -(-people // (divisions * PEOPLE_PER_DEPARTMENT))
    for number in range(1, divisions + 1):
        name, unit_id = division_name(number), f"{company.company_id}-D{number:02}"
        yield Unit(unit_id, company.company_id, None, UnitKind.DIVISION, name)
        for part in range(1, departments + 1 if departments > 1 else 1):
            below = department_name(name, part)
            yield Unit(f"{unit_id}-{part:02}", company.company_id, unit_id, UnitKind.DEPARTMENT, below)


def _personas(group: Group) -> Iterator[Member]:
    """The office sits in the parent's first division, everybody else in the second."""
    first, second = (_lowest(group, f"{PARENT}-D{number:02}") for number in (1, 2))
    office = {"admin", "promotion", "security", "office", "contact_point", "chief_auditor", "auditor", "legal"}
    for name, persona in PERSONAS.items():
        unit = first if name in office else second
        if name == "supplier":
            yield _worker(persona.person_id, unit, CONTRACTORS[0])
        elif name not in OUTSIDE:
            yield Member(persona.person_id, PersonKind.EMPLOYEE, PARENT, unit.unit_id, FOUNDED, HOME)


def _lowest(group: Group, division: str) -> Unit:
    """Where in a division people sit: its first department, or the division itself."""
    return next(unit for unit in group.workplaces[PARENT] if division in {unit.unit_id, unit.parent_id})


def _people(group: Group, sizes: dict[str, int]) -> Iterator[Member]:
    luck, number = chance(group.seed, "people"), 0
    for company in group.companies:
        for _ in range(sizes[company.company_id]):
            number += 1
            unit = _workplace(group, luck, company, number)
            yield recruit(group, luck, number, unit, FOUNDED + timedelta(days=luck.randrange(3_700)))


def _workplace(group: Group, luck: Random, company: Company, number: int) -> Unit:
    """By chance; the few of the tiny group one here, one there, so that every division has people enough."""
    places = group.workplaces[company.company_id]
    return places[number % len(places)] if group.scale == "tiny" else luck.choice(places)


def recruit(group: Group, luck: Random, number: int, unit: Unit, since: date) -> Member:
    """Somebody with a number of his own, as chance has it an employee, an executive or a dispatched worker."""
    kind = _draw(luck, ((0.03, PersonKind.EXECUTIVE), (0.13, PersonKind.DISPATCHED)), PersonKind.EMPLOYEE)
    return Member(
        person_id=opaque_id(group.seed, number),
        kind=kind,
        company_id=unit.company_id,
        unit_id=unit.unit_id,
        since=since,
        country=group.company[unit.company_id].country,
        handles_my_number=luck.random() < 0.02,
    )


def _draw(luck: Random, below: Iterable[tuple[float, PersonKind]], otherwise: PersonKind) -> PersonKind:
    drawn = luck.random()
    return next((kind for limit, kind in below if drawn < limit), otherwise)


def _suppliers(group: Group) -> Iterator[Member]:
    luck = chance(group.seed, "suppliers")
    for number in range(group.size * SUPPLIERS_PER_HUNDRED // 100):
        places = group.workplaces[luck.choice(group.companies[:5]).company_id]
        unit = luck.choice(places[:-1] or places)
        yield _worker(opaque_id(group.seed, 500_000 + number), unit, luck.choice(CONTRACTORS))


def _worker(person_id: str, unit: Unit, contractor: str) -> Member:
    return Member(person_id, PersonKind.SUPPLIER, unit.company_id, unit.unit_id, date(2015, 10, 1), HOME, contractor)
