"""What surrounds a subject: companies, units, countries, campaigns, asked for by name, and every question noted.

A rule sees nothing of others but through here, so it is known whom to judge anew when something here changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from services.audit.domain.history import History, hr_facts, told_of
from services.audit.domain.interval import EventRef
from services.audit.domain.subjects import CAMPAIGNS, COURSES, pledge_country
from services.audit.domain.succession import successor_of_company, successor_of_unit
from shared.events.training import CourseKind, PledgeCampaignOpened, PledgeTargetCountrySet, TrainingCampaignOpened
from shared.organisation.company import CompanySpell, company_spells
from shared.organisation.person import PersonSpell, spells
from shared.organisation.stretches import at
from shared.organisation.unit import UnitSpell, unit_spells

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Template:
    """The text to be pledged on the days [begins, ends)."""

    begins: date
    ends: date | None
    id: str
    version: int
    because: EventRef

    @property
    def text(self) -> tuple[str, int]:
        return (self.id, self.version)


@dataclass(frozen=True, slots=True)
class YearsCourse:
    """The online course of a fiscal year (F13), to be taken by `due_date`, and late until `period_end`."""

    fy: str
    opens_on: date
    due_date: date
    period_end: date
    because: EventRef


@dataclass(frozen=True, slots=True)
class Target:
    """Since when the people of a country pledge too (F19)."""

    since: date
    because: EventRef


@dataclass
class Surroundings:
    """The histories around the subjects, each folded once however many ask."""

    histories: Mapping[str, History]
    _folded: dict[tuple[Any, str], Any] = field(default_factory=dict)

    def ask(self, subject: str, fold: Callable[[History], T]) -> T:
        mark = (fold, subject)
        if mark not in self._folded:
            self._folded[mark] = fold(self.histories.get(subject, ()))
        folded: T = self._folded[mark]
        return folded


@dataclass
class Context:
    """One subject's questions about its surroundings."""

    surroundings: Surroundings
    asked: set[str] = field(default_factory=set)

    def company(self, company_id: str) -> tuple[CompanySpell, ...]:
        return self._ask(f"company/{company_id}", _company)

    def unit(self, org_unit_id: str) -> tuple[UnitSpell, ...]:
        return self._ask(f"unit/{org_unit_id}", _unit)

    def company_of_unit(self, org_unit_id: str, day: date) -> str | None:
        spell = at(self.unit(org_unit_id), day)
        return spell.company_id if spell else None

    def person(self, person_id: str) -> tuple[PersonSpell, ...]:
        return self._ask(f"person/{person_id}", _person)

    def history(self, subject: str) -> History:
        """All that was told of somebody or something else that is judged too."""
        return self._ask(subject, _whole)

    def successor_of_company(self, company_id: str) -> tuple[date, str] | None:
        return successor_of_company(self.company(company_id))

    def successor_of_unit(self, org_unit_id: str) -> tuple[date, str] | None:
        return successor_of_unit(self.unit(org_unit_id))

    def target(self, country: str) -> Target | None:
        return self._ask(pledge_country(country), _target)

    def templates(self) -> tuple[Template, ...]:
        return self._ask(CAMPAIGNS, _templates)

    def years_courses(self) -> tuple[YearsCourse, ...]:
        return self._ask(COURSES, _years_courses)

    def _ask(self, subject: str, fold: Callable[[History], T]) -> T:
        self.asked.add(subject)
        return self.surroundings.ask(subject, fold)


def _company(history: History) -> tuple[CompanySpell, ...]:
    return company_spells(hr_facts(history))


def _unit(history: History) -> tuple[UnitSpell, ...]:
    return unit_spells(hr_facts(history))


def _person(history: History) -> tuple[PersonSpell, ...]:
    return spells(hr_facts(history))


def _whole(history: History) -> History:
    return history


def _target(history: History) -> Target | None:
    """The earliest day that was ever set."""
    told = told_of(history, PledgeTargetCountrySet)
    return Target(told[0][1].from_date, told[0][0].ref) if told else None


def _templates(history: History) -> tuple[Template, ...]:
    """From each opening to the next; of two openings on one day the later recorded one holds."""
    by_day = {opened.opens_on: (opened, told.ref) for told, opened in told_of(history, PledgeCampaignOpened)}
    ends = [*sorted(by_day)[1:], None]
    return tuple(
        Template(day, end, opened.template_id, opened.template_version, because)
        for (day, (opened, because)), end in zip(sorted(by_day.items()), ends, strict=bool(by_day))
    )


def _years_courses(history: History) -> tuple[YearsCourse, ...]:
    """One a year: of several campaigns in one year, the first to open says by when."""
    opened = [
        YearsCourse(told.fy, told.opens_on, told.due_date, told.period_end, each.ref)
        for each, told in told_of(history, TrainingCampaignOpened)
        if told.course_kind is CourseKind.ANNUAL_ONLINE
    ]
    first = {course.fy: course for course in reversed(opened)}
    return tuple(sorted(first.values(), key=lambda course: course.opens_on))
