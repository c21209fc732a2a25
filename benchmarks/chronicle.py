"""Five years of a group of companies, event by event: the same for the same number and seed. Nobody in it is real."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import cycle
from typing import Final

from services.audit.tests.incident_story import Told, at, by_end_of
from services.audit.tests.ledger_story import Ledger
from services.audit.tests.story import APRIL, DAY, Story
from shared.events.base import DomainEvent
from shared.events.codec import Recorded
from shared.events.hr import Role
from shared.events.ledger import Priority
from shared.law.calendar import start_of_day

YEARS: Final = range(2011, 2016)
FIRST: Final = date(2011, 4, 1)
LAST: Final = date(2016, 3, 31)
COMPANIES: Final = tuple(f"C{number:02}" for number in range(1, 11))
ABROAD: Final = COMPANIES[-1]
UNITS: Final = tuple(f"{company}-D{number:02}" for company in COMPANIES for number in range(1, 21))
AUDITOR: Final = "P-AUDITOR"
_BEFORE: Final = date(2005, 4, 1)
_EVENTS_OF_A_PERSON: Final = 19
"""With his share of the slips and incidents."""


class Chronicle(Story):
    """Everything is recorded an hour after it happened, and not in one spring."""

    def tell(self, stream: str, event: DomainEvent, day: date | None = None, *, at: datetime | None = None) -> Recorded:
        happened = start_of_day(day or event.business_date or APRIL) + timedelta(hours=12)
        order = timedelta(microseconds=len(self.events))
        return super().tell(stream, event, day, at=at or happened + timedelta(hours=1) + order)


def chronicle(events: int, seed: int = 7) -> list[Recorded]:
    """About so many events, in the order in which they were recorded."""
    dice, story = random.Random(seed), Chronicle()
    people = max(events // _EVENTS_OF_A_PERSON, 1)
    _places(story)
    for number in range(people):
        _hired(story, dice, number)
    _seats(story, people)
    for year in YEARS:
        _year(story, dice, year, people)
    for number in range(people // 4):
        _slip(story, dice, number, people)
    for number in range(people // 10):
        _incident(story, dice, number)
    return sorted(story.events, key=lambda recorded: recorded.recorded_at)


def _places(story: Story) -> None:
    for company in COMPANIES:
        story.joined(company, _BEFORE, "SG" if company == ABROAD else "JP")
    for unit in UNITS:
        story.created(unit, _company(unit), _BEFORE)
    story.hired(AUDITOR, _BEFORE, UNITS[0], _company(UNITS[0]))
    story.appointed(AUDITOR, Role.AUDITOR, _BEFORE)
    story.target("SG", date(2013, 4, 1))


def _hired(story: Story, dice: random.Random, number: int) -> None:
    """Most before the first year; in it and after it some are moved, some away for a while, some leave."""
    person, unit, another = _person(number), UNITS[number % len(UNITS)], dice.choice(UNITS)
    story.hired(person, _BEFORE + dice.randrange(2_700) * DAY, unit, _company(unit))
    if dice.random() < 0.2:
        story.moved(person, _some_day(dice, FIRST + 365 * DAY), another, _company(another))
    if dice.random() < 0.1:
        away = _some_day(dice, FIRST + 730 * DAY)
        story.on_leave(person, away)
        story.back(person, min(away + dice.randint(20, 200) * DAY, LAST))
    if dice.random() < 0.1:
        story.left(person, _some_day(dice, FIRST + 1_100 * DAY))


def _seats(story: Story, people: int) -> None:
    who = cycle(_person(number) for number in range(people))
    for unit in UNITS:
        for role in (Role.DIV_MANAGER, Role.PROMOTER):
            story.appointed(next(who), role, FIRST, unit=unit)
    for company in COMPANIES:
        for role in (Role.PIPA, Role.PPOM, Role.CHIEF_AUDITOR):
            story.appointed(next(who), role, FIRST, company=company)


def _year(story: Story, dice: random.Random, year: int, people: int) -> None:
    asked, due, opened, learnt = date(year, 4, 1), date(year, 5, 31), date(year, 6, 1), date(year, 8, 31)
    story.opened(1, asked, due)
    story.course_opened(opened, learnt)
    for person in map(_person, range(people)):
        if dice.random() < 0.95:
            story.asked(person, asked, due)
            if dice.random() < 0.9:
                story.signed(person, asked + dice.randrange(1, 75) * DAY)
        if dice.random() < 0.9:
            story.assigned(person, opened, learnt)
            if dice.random() < 0.9:
                story.completed(person, opened + dice.randrange(1, 110) * DAY)


def _slip(story: Story, dice: random.Random, number: int, people: int) -> None:
    """Every third holds National ID numbers; most are inspected every year, some moved, some disposed of."""
    ledger, unit, registered = Ledger(story, f"S{number:06}"), dice.choice(UNITS), FIRST + dice.randrange(360) * DAY
    if number % 3 == 0:
        ledger.registered_numbers(registered, _person(dice.randrange(people)), unit=unit)
    else:
        ledger.registered(registered, unit, _company(unit))
    for day in _yearly(dice, registered):
        ledger.completed(day)
    if dice.random() < 0.3:
        ledger.priority(Priority.NORMAL if number % 3 == 0 else Priority.HIGH, date(2013, 8, 1))
    if dice.random() < 0.2:
        another = dice.choice(UNITS)
        ledger.transferred(date(2014, 9, 1), another, _company(another))
    if dice.random() < 0.15:
        dice.choice([ledger.disposed, ledger.withdrawn])(date(2015, 10, 1))


def _yearly(dice: random.Random, since: date) -> Iterator[date]:
    for year in range(1, len(YEARS)):
        day = since + (365 * year - dice.randrange(60)) * DAY
        if day <= LAST and dice.random() < 0.9:
            yield day


def _incident(story: Story, dice: random.Random, number: int) -> None:
    """Acknowledged, mostly at once; most are confirmed, and told to the authority, mostly in time."""
    told, unit, day = Told(story, f"I{number:06}"), dice.choice(UNITS), _some_day(dice, FIRST) - 20 * DAY
    told.reported(day, unit, _company(unit))
    told.both(day + DAY * dice.choice([0, 0, 0, 1]))
    told.must_hear(day + DAY, by_end_of(day + 5 * DAY))
    if dice.random() < 0.2:
        told.dismissed(day + 3 * DAY)
        return
    told.confirmed(day + 2 * DAY)
    if dice.random() < 0.8:
        filed = day + dice.randint(3, 6) * DAY
        told.filed(at(filed), filed, by_end_of(day + 5 * DAY))


def _some_day(dice: random.Random, since: date) -> date:
    return since + dice.randrange(30, (LAST - since).days) * DAY


def _person(number: int) -> str:
    return f"P{number:06}"


def _company(unit: str) -> str:
    return unit.partition("-")[0]
