"""Three companies: one does everything in time, one does nothing, one has nobody and nothing."""

from datetime import date
from typing import Any, Final

from services.audit.tests.incident_story import Told, at, by_end_of
from services.audit.tests.ledger_story import Ledger
from services.audit.tests.story import APRIL, DAY, Story
from shared.events.codec import Recorded
from shared.events.hr import PersonKind, Role
from shared.events.ledger import Custodian, CustodianRole, Medium, Priority, Storage

GOOD: Final = "G1"
BAD: Final = "B1"
NOBODY: Final = "N1"
BEFORE: Final = date(2012, 4, 1)
LEARNT_BY: Final = date(2016, 5, 31)
PLEDGED_BY: Final = date(2016, 6, 15)
IN_TIME: Final = date(2016, 5, 20)
REPORTED: Final = date(2016, 7, 1)
"""In both; what the good company had confirmed and closed turned out to be none."""
FILED_BY: Final = date(2016, 7, 6)
LAST_DAY: Final = date(2016, 8, 31)
"""Of who alone is in charge of the bad company's National ID numbers."""
SEATS: Final = (Role.DIV_MANAGER, Role.PROMOTER)
OFFICES: Final = (Role.PIPA, Role.PPOM, Role.CHIEF_AUDITOR)


def world() -> list[Recorded]:
    """What is due on an edge that a test names; both companies have one of each."""
    story = Story()
    for company, country in ((GOOD, "JP"), (BAD, "JP"), (NOBODY, "SG")):
        story.joined(company, APRIL, country)
        story.created(unit(company), company)
    story.hired("P-ASKER", APRIL, unit(GOOD), GOOD, PersonKind.SUPPLIER)
    story.appointed("P-ASKER", Role.AUDITOR, APRIL)
    for company in (GOOD, BAD):
        for person in people(company):
            story.hired(person, BEFORE, unit(company), company)
    story.opened(due=PLEDGED_BY)
    story.course_opened(due=LEARNT_BY)
    _all_is_well(story)
    _nothing_is(story)
    return story.events


def unit(company: str) -> str:
    return f"{company}-D1"


def people(company: str) -> tuple[str, str]:
    """One who stays, and one who is in charge of numbers."""
    return f"P-{company}", f"P-{company}-NUMBERS"


def _all_is_well(story: Story) -> None:
    person, in_charge = people(GOOD)
    for role in SEATS:
        story.appointed(person, role, APRIL, unit=unit(GOOD))
    for role in OFFICES:
        story.appointed(person, role, APRIL, company=GOOD)
    for each in (person, in_charge):
        story.asked(each, due=PLEDGED_BY)
        story.signed(each, IN_TIME)
        story.assigned(each, due=LEARNT_BY)
        story.completed(each, IN_TIME)
    normal, high, numbers = _slips(story, GOOD)
    for ledger, days in (
        (normal, [date(2017, 3, 20)]),
        (high, [date(2016, 9, 1), date(2017, 3, 1)]),
        (numbers, [date(2016, 11, 1)]),
    ):
        for day in days:
            ledger.completed(day)
    _confirmed_and_closed_and_dismissed_after_all(Told(story, "I-GOOD"))


def _confirmed_and_closed_and_dismissed_after_all(told: Told) -> None:
    """What was confirmed can be dismissed only after it was reopened."""
    told.reported(REPORTED, unit(GOOD), GOOD)
    told.both(REPORTED)
    told.must_hear(REPORTED, by_end_of(FILED_BY))
    told.confirmed(REPORTED)
    told.contained(REPORTED + DAY)
    told.filed(at(FILED_BY), FILED_BY, by_end_of(FILED_BY))
    told.closed(FILED_BY + DAY)
    told.reopened(FILED_BY + 3 * DAY)
    told.dismissed(FILED_BY + 4 * DAY)


def _nothing_is(story: Story) -> None:
    person, in_charge = people(BAD)
    for each in (person, in_charge):
        story.asked(each, due=PLEDGED_BY)
        story.assigned(each, due=LEARNT_BY)
    story.left(in_charge, LAST_DAY + DAY)
    _slips(story, BAD)
    told = Told(story, "I-BAD")
    told.reported(REPORTED, unit(BAD), BAD)
    told.both(REPORTED + DAY)
    told.confirmed(REPORTED + DAY)
    told.must_hear(REPORTED, by_end_of(FILED_BY))


def _slips(story: Story, company: str) -> tuple[Ledger, Ledger, Ledger]:
    """Of normal priority, of high priority, and one of National ID numbers."""
    normal, high, numbers = (Ledger(story, f"S-{company}-{number}") for number in range(3))
    normal.registered(date(2016, 4, 10), unit(company), company)
    high.registered(date(2016, 5, 10), unit(company), company, priority=Priority.HIGH)
    custodian = Custodian(person_id=people(company)[1], role=CustodianRole.PI_MANAGER, since=date(2016, 5, 20))
    storage = Storage(storing_unit=unit(company), place="strongroom", medium=Medium.PAPER)
    details: dict[str, Any] = {"specific_pi": True, "storage": storage, "custodians": (custodian,)}
    numbers.registered(date(2016, 5, 20), unit(company), company, **details)
    return normal, high, numbers
