"""A small group of companies with a year behind it: everybody hired, asked, most signed, some moved, some away;
seats filled and lost; slips registered, inspected, moved, disposed of.
"""

import random
from datetime import date

from services.audit.tests.incident_story import Told, at, by_end_of
from services.audit.tests.ledger_story import Ledger
from services.audit.tests.story import DAY, Story
from shared.events.codec import Recorded
from shared.events.hr import Role
from shared.events.ledger import Priority

YEAR = (date(2016, 4, 1), date(2017, 3, 31))
DUE = date(2016, 5, 31)
HIRED = date(2012, 4, 1)


def a_year(people: int = 40, seed: int = 7) -> list[Recorded]:
    """The same year for the same seed."""
    dice = random.Random(seed)
    story = Story()
    for company, country in (("C1", "JP"), ("C2", "JP"), ("C9", "SG")):
        story.joined(company, date(2010, 4, 1), country)
        story.created(f"{company}-D1", company, date(2010, 4, 1))
        story.created(f"{company}-D2", company, date(2010, 4, 1))
    _offices(story)
    for number in range(people):
        _life(story, dice, f"P{number}")
    story.opened(1, date(2016, 4, 1), DUE)
    for number in range(people):
        _pledge(story, dice, f"P{number}")
    story.course_opened(date(2016, 6, 1), date(2016, 8, 31))
    for number in range(people):
        _learning(story, dice, f"P{number}")
    for number in range(people // 2):
        _slip(story, dice, number, people)
    for number in range(max(3, people // 5)):
        _incident(Told(story, f"I{number}"), dice, number)
    story.target("SG", date(2016, 10, 1))
    story.unit_merged("C2-D2", "C2-D1", date(2016, 11, 1))
    return story.events


def _offices(story: Story) -> None:
    """Who asks in the tests: the office everywhere, the others in their company or unit."""
    for person, role, company, unit in (
        ("P-AUDITOR", Role.AUDITOR, None, None),
        ("P-PIPA", Role.PIPA, "C2", None),
        ("P-MANAGER", Role.DIV_MANAGER, "C1", "C1-D1"),
    ):
        story.hired(person, HIRED, "C1-D1", "C1")
        story.appointed(person, role, HIRED, company, unit)
    story.hired("P-NOBODY", HIRED, "C1-D2", "C1")
    _seats(story)


def _life(story: Story, dice: random.Random, person: str) -> None:
    company = dice.choice(["C1", "C1", "C2", "C9"])
    story.hired(person, date(2012, 4, 1) + dice.randrange(1700) * DAY, f"{company}-D{dice.randint(1, 2)}", company)
    if dice.random() < 0.2:
        story.moved(person, date(2016, 7, 1), "C1-D1", "C1")
    if dice.random() < 0.2:
        story.on_leave(person, date(2016, 5, 10))
        story.back(person, date(2016, 9, 1))


def _pledge(story: Story, dice: random.Random, person: str) -> None:
    if dice.random() < 0.95:
        story.asked(person, date(2016, 4, 1), DUE)
    if dice.random() < 0.8:
        story.signed(person, date(2016, 4, 2) + dice.randrange(75) * DAY)


def _learning(story: Story, dice: random.Random, person: str) -> None:
    if dice.random() < 0.9:
        story.assigned(person, date(2016, 6, 1), date(2016, 8, 31 - 5 * dice.randint(0, 1)))
    if dice.random() < 0.8:
        story.completed(person, date(2016, 8, 20) + dice.randrange(20) * DAY)


def _incident(told: Told, dice: random.Random, number: int) -> None:
    """Every third at a contractor; most acknowledged at once and confirmed, some late, some dismissed."""
    day = date(2016, 4, 2) + dice.randrange(320) * DAY
    told.reported(day, f"C{1 + number % 2}-D2", f"C{1 + number % 2}", consignment_id=None if number % 3 else "X1")
    told.both(day + DAY * dice.choice([0, 0, 0, 1]))
    told.must_hear(day + DAY, by_end_of(day + 5 * DAY))
    if dice.random() < 0.2:
        told.dismissed(day + 3 * DAY)
        return
    told.confirmed(day + 2 * DAY)
    if dice.random() < 0.8:
        filed = day + dice.randint(3, 6) * DAY
        told.filed(at(filed), filed, by_end_of(day + 5 * DAY))


def _seats(story: Story) -> None:
    """One lost by leaving, one paused by leave, one carried over by a merger, the others never held."""
    for person, role, unit in (
        ("P-PROMOTER", Role.PROMOTER, "C1-D1"),
        ("P-LEAVING", Role.DIV_MANAGER, "C1-D2"),
        ("P-MERGED", Role.DIV_MANAGER, "C2-D2"),
    ):
        story.hired(person, HIRED, unit, unit[:2])
        story.appointed(person, role, HIRED, unit=unit)
    story.on_leave("P-PROMOTER", date(2016, 6, 1))
    story.back("P-PROMOTER", date(2016, 8, 1))
    story.left("P-LEAVING", date(2017, 3, 1))


def _slip(story: Story, dice: random.Random, number: int, people: int) -> None:
    """Every third holds National ID numbers; registered in the year before, most inspected."""
    ledger = Ledger(story, f"S{number}")
    day = date(2015, 6, 1) + dice.randrange(280) * DAY
    if number % 3 == 0:
        ledger.registered_numbers(day, f"P{dice.randrange(people)}", unit="C1-D2")
    else:
        ledger.registered(day, f"C1-D{dice.randint(1, 2)}")
    if dice.random() < 0.7:
        ledger.completed(date(2016, 4, 2) + dice.randrange(360) * DAY)
    if dice.random() < 0.3:
        ledger.priority(Priority.NORMAL if number % 3 == 0 else Priority.HIGH, date(2016, 8, 1))
    if dice.random() < 0.3:
        ledger.transferred(date(2016, 9, 1), "C2-D2", "C2")
    if dice.random() < 0.15:
        dice.choice([ledger.disposed, ledger.withdrawn])(date(2017, 2, 1))
