"""C19 on the edges: the thirtieth and the thirty-first day of a vacancy, and everything that ends an appointment."""

from datetime import date

import pytest

from services.audit.domain.answers import Answer, answers
from services.audit.domain.interval import Interval
from services.audit.domain.readings import Period, tally
from services.audit.tests.story import DAY, Story, judged, status_of
from shared.events.hr import Role, UnitKind
from shared.law.parameters import days
from shared.law.rule_pack import STANDARD, RulePack

START = date(2010, 4, 1)
OCTOBER = date(2016, 10, 1)
MANAGER = "seat/unit/D1/DIV_MANAGER"
FILLED, GRACE, VACANT = "FILLED", "VACANT_WITHIN_GRACE", "VACANT"
EDGES = (-1, 0, 29, 30)
"""The day before a vacancy, its first day, its thirtieth and its thirty-first."""


@pytest.fixture
def story() -> Story:
    """A domestic company with one division and its manager."""
    told = Story()
    told.joined("C1", START)
    told.created("D1", "C1", START)
    told.hired("P1", START)
    told.appointed("P1", Role.DIV_MANAGER, START, unit="D1")
    return told


def seats(story: Story, pack: RulePack = STANDARD) -> list[Interval]:
    return judged(story, pack, "C19")


def on_edges(story: Story, seat: str = MANAGER, day: date = OCTOBER) -> list[str | None]:
    found = seats(story)
    return [status_of(seat, found, day + n * DAY) for n in EDGES]


def rows(story: Story, period: Period) -> dict[str, Answer]:
    return {row.unit: row for row in answers(tally(seats(story), period), ["C19"], STANDARD, period.day)}


def figures(story: Story, period: Period) -> dict[str, tuple[int, int, int]]:
    return {unit: (row.num, row.den, row.open) for unit, row in rows(story, period).items()}


def test_a_vacancy_is_tolerated_for_thirty_days(story: Story) -> None:
    story.relieved("P1", Role.DIV_MANAGER, OCTOBER, unit="D1")
    assert on_edges(story) == [FILLED, GRACE, GRACE, VACANT]
    grace = next(each for each in seats(story) if each.subject == MANAGER and each.status == GRACE)
    assert grace.due == OCTOBER + 29 * DAY
    assert [ref.type for ref in grace.because] == [
        "hr.OrgUnitCreated.v1",
        "hr.RoleAppointed.v1",
        "hr.RoleRelieved.v1",
    ]


def test_the_tolerance_is_the_rule_packs(story: Story) -> None:
    story.relieved("P1", Role.DIV_MANAGER, OCTOBER, unit="D1")
    found = seats(story, STANDARD.but("short", days("C19.vacancy", 1)))
    assert [status_of(MANAGER, found, OCTOBER + n * DAY) for n in (0, 1)] == [GRACE, VACANT]


def test_a_seat_nobody_ever_held_is_vacant_from_the_first_day_of_the_unit(story: Story) -> None:
    assert on_edges(story, "seat/unit/D1/PROMOTER", START) == [None, GRACE, GRACE, VACANT]


def test_a_day_with_a_holder_breaks_the_vacancy(story: Story) -> None:
    story.relieved("P1", Role.DIV_MANAGER, OCTOBER, unit="D1")
    story.hired("P2", START)
    story.appointed("P2", Role.DIV_MANAGER, OCTOBER + 20 * DAY, unit="D1")
    story.relieved("P2", Role.DIV_MANAGER, OCTOBER + 21 * DAY, unit="D1")
    assert on_edges(story, day=OCTOBER + 21 * DAY) == [FILLED, GRACE, GRACE, VACANT]


def test_two_share_a_seat_and_one_is_enough(story: Story) -> None:
    story.hired("P2", START)
    story.appointed("P2", Role.DIV_MANAGER, START, unit="D1")
    story.left("P1", OCTOBER)
    assert on_edges(story) == [FILLED] * 4


def test_who_leaves_leaves_his_seat(story: Story) -> None:
    story.left("P1", OCTOBER)
    assert on_edges(story) == [FILLED, GRACE, GRACE, VACANT]


def test_who_is_transferred_out_of_the_unit_leaves_his_seat(story: Story) -> None:
    story.created("D2")
    story.moved("P1", OCTOBER, "D2")
    assert on_edges(story) == [FILLED, GRACE, GRACE, VACANT]


def test_leave_only_interrupts(story: Story) -> None:
    story.on_leave("P1", OCTOBER)
    story.back("P1", OCTOBER + 40 * DAY)
    assert on_edges(story) == [FILLED, GRACE, GRACE, VACANT]
    assert status_of(MANAGER, seats(story), OCTOBER + 40 * DAY) == FILLED


def test_only_divisions_of_domestic_companies_of_the_group_have_seats(story: Story) -> None:
    story.created("S1", kind=UnitKind.SECTION)
    story.joined("C9", START, country="SG")
    story.created("D9", "C9", START)
    story.created("D8", "C8", START)
    assert {each.subject.split("/")[2] for each in seats(story)} == {"C1", "D1"}


def test_a_company_that_left_the_group_needs_nobody(story: Story) -> None:
    story.left_group("C1", OCTOBER)
    assert on_edges(story) == [FILLED, None, None, None]


def test_a_company_has_three_seats_of_its_own_and_they_belong_to_no_unit(story: Story) -> None:
    story.hired("P3", START)
    story.appointed("P3", Role.PIPA, START, company="C1")
    found = [each for each in seats(story) if each.covers(OCTOBER) and each.unit == ""]
    assert {each.subject.rpartition("/")[2]: each.status for each in found} == {
        "PIPA": FILLED,
        "PPOM": VACANT,
        "CHIEF_AUDITOR": VACANT,
    }


def test_a_merger_carries_the_holder_over(story: Story) -> None:
    story.created("D2", day=START)
    story.unit_merged("D1", "D2", OCTOBER)
    assert on_edges(story, "seat/unit/D2/DIV_MANAGER") == [VACANT, FILLED, FILLED, FILLED]
    assert on_edges(story) == [FILLED, None, None, None]


def test_the_units_of_a_merged_company_need_theirs_in_its_successor(story: Story) -> None:
    story.joined("C2", START)
    story.company_merged("C1", "C2", OCTOBER)
    places = {each.company for each in seats(story) if each.subject == MANAGER and each.covers(OCTOBER)}
    assert places == {"C2"}


def test_a_change_of_company_does_not_break_a_vacancy(story: Story) -> None:
    story.joined("C2", START)
    story.relieved("P1", Role.DIV_MANAGER, OCTOBER - 10 * DAY, unit="D1")
    story.company_merged("C1", "C2", OCTOBER)
    found = seats(story)
    assert [status_of(MANAGER, found, OCTOBER + n * DAY) for n in (-1, 0, 19, 20)] == [GRACE, GRACE, GRACE, VACANT]


def test_on_a_day_a_unit_a_company_and_the_group_are_asked(story: Story) -> None:
    story.relieved("P1", Role.DIV_MANAGER, OCTOBER, unit="D1")
    day_30, day_31 = (Period(date(2016, 4, 1), OCTOBER + n * DAY) for n in (29, 30))
    assert figures(story, day_30) == {"group": (1, 5, 0), "C1": (1, 5, 0), "D1": (1, 2, 0)}
    assert figures(story, day_31) == {"group": (0, 5, 0), "C1": (0, 5, 0), "D1": (0, 2, 0)}


def test_in_a_period_one_bad_day_is_enough_and_a_vacancy_not_yet_decided_is_open(story: Story) -> None:
    story.relieved("P1", Role.DIV_MANAGER, OCTOBER, unit="D1")
    whole = [Period(OCTOBER, OCTOBER + n * DAY, whole=True) for n in (28, 29, 30)]
    assert [figures(story, period)["D1"] for period in whole] == [(0, 1, 1), (1, 2, 0), (0, 2, 0)]
    story.hired("P2", START)
    story.appointed("P2", Role.DIV_MANAGER, OCTOBER + 31 * DAY, unit="D1")
    assert figures(story, Period(OCTOBER, OCTOBER + 60 * DAY, whole=True))["D1"] == (0, 2, 0)
    assert figures(story, Period(OCTOBER + 31 * DAY, OCTOBER + 60 * DAY, whole=True))["D1"] == (1, 2, 0)


def test_in_a_period_a_seat_counts_in_both_companies_it_was_in_and_once_in_the_group(story: Story) -> None:
    story.joined("C2", START)
    story.company_merged("C1", "C2", OCTOBER)
    unit = [each for each in seats(story) if each.subject == MANAGER]
    period = Period(OCTOBER - DAY, OCTOBER, whole=True)
    found = {row.unit: row.den for row in answers(tally(unit, period), ["C19"], STANDARD, OCTOBER)}
    assert found == {"group": 1, "C1": 1, "C2": 1, "D1": 1}


def test_without_seats_there_is_no_answer() -> None:
    row = rows(Story(), Period(OCTOBER, OCTOBER, whole=True))["group"]
    assert (row.den, row.value, row.passed) == (0, None, None)
