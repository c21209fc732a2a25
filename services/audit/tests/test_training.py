"""C04 on the edges: the due day and the day after, hires, leave, and years without a campaign."""

from datetime import date

import pytest

from services.audit.domain.answers import Answer, answers
from services.audit.domain.interval import Interval
from services.audit.domain.readings import Period, tally
from services.audit.tests.learning_story import Learning
from services.audit.tests.story import APRIL, DAY, MARCH_31, Story, judged, status_of
from shared.events.hr import PersonKind
from shared.events.training import CourseKind
from shared.law.rule_pack import STANDARD

JUNE, DUE = date(2016, 6, 1), date(2016, 8, 31)


@pytest.fixture
def story() -> Story:
    told = Story()
    told.joined("C1", date(2010, 4, 1))
    told.joined("C9", date(2010, 4, 1), country="SG")
    told.hired("P1", date(2012, 4, 1))
    return told


@pytest.fixture
def year(story: Story) -> Learning:
    """A campaign from June, due at the end of August."""
    told = Learning(story)
    told.opened(JUNE, DUE)
    return told


def stands(story: Story, *days: date, person: str = "P1", fy: str = "FY2017") -> list[str | None]:
    found = judged(story, rule="C04")
    return [status_of(f"person/{person}#{fy}", found, day) for day in days]


def row(story: Story, day: date, place: str = "group") -> Answer:
    found = answers(tally(judged(story), Period(APRIL, day)), ["C04"], STANDARD, day)
    return {each.unit: each for each in found}[place]


def test_without_a_completion_he_is_untrained_from_the_day_after_it_was_due(year: Learning) -> None:
    days = (JUNE - DAY, JUNE, DUE - DAY, DUE, DUE + DAY, MARCH_31, MARCH_31 + DAY)
    assert stands(year.story, *days) == [None, "OPEN", "OPEN", "OPEN", "UNTRAINED", "UNTRAINED", None]


def test_a_completion_counts_from_its_day_however_late(year: Learning) -> None:
    year.completed("P1", DUE + 2 * DAY)
    assert stands(year.story, DUE, DUE + DAY, DUE + 2 * DAY) == ["OPEN", "UNTRAINED", "COMPLETED"]


def test_the_completion_of_another_year_or_another_course_is_none(year: Learning) -> None:
    year.completed("P1", APRIL - DAY)
    Learning(year.story, CourseKind.MY_NUMBER).completed("P1", JUNE)
    assert stands(year.story, DUE + DAY) == ["UNTRAINED"]


def test_a_year_in_which_only_another_course_opened_asks_nobody(story: Story) -> None:
    Learning(story, CourseKind.MY_NUMBER).opened(JUNE, DUE)
    assert judged(story, rule="C04") == []
    found = row(story, MARCH_31)
    assert (found.den, found.value, found.passed) == (0, None, None)


@pytest.mark.parametrize(("before", "bad_from"), [(31, DUE + DAY), (30, DUE + DAY), (29, DUE + 2 * DAY)])
def test_who_was_hired_just_before_the_due_day_has_thirty_days(year: Learning, before: int, bad_from: date) -> None:
    year.story.hired("P2", DUE - before * DAY)
    assert stands(year.story, bad_from - DAY, bad_from, person="P2") == ["OPEN", "UNTRAINED"]


def test_his_own_due_day_holds_if_it_is_later(year: Learning) -> None:
    year.assigned("P1", JUNE, DUE + 10 * DAY)
    year.resumed("P1", DUE, DUE + 20 * DAY)
    assert stands(year.story, DUE + 20 * DAY, DUE + 21 * DAY) == ["OPEN", "UNTRAINED"]


def test_leave_excuses_who_was_there_on_no_day_of_the_window(year: Learning) -> None:
    year.story.on_leave("P1", JUNE)
    year.story.back("P1", DUE + 10 * DAY)
    assert stands(year.story, JUNE, DUE + 9 * DAY, DUE + 10 * DAY) == ["EXCUSED", "EXCUSED", "UNTRAINED"]


def test_one_day_at_work_is_enough_to_be_asked(year: Learning) -> None:
    year.story.on_leave("P1", JUNE + DAY)
    assert stands(year.story, JUNE, JUNE + DAY, DUE + DAY) == ["OPEN", "OPEN", "UNTRAINED"]


@pytest.mark.parametrize(
    ("kind", "company", "expected"),
    [
        (PersonKind.EXECUTIVE, "C1", "OPEN"),
        (PersonKind.DISPATCHED, "C1", "OPEN"),
        (PersonKind.SUPPLIER, "C1", None),
        (PersonKind.EMPLOYEE, "C9", None),
    ],
)
def test_it_is_for_people_of_the_companies_at_home(
    year: Learning, kind: PersonKind, company: str, expected: str | None
) -> None:
    year.story.hired("P2", APRIL, company=company, kind=kind)
    assert stands(year.story, DUE, person="P2") == [expected]


def test_each_year_is_a_duty_of_its_own(year: Learning) -> None:
    year.completed("P1", JUNE)
    year.opened(date(2017, 6, 1), date(2017, 8, 31))
    day = date(2017, 9, 1)
    assert stands(year.story, day) == [None]
    assert stands(year.story, day, fy="FY2018") == ["UNTRAINED"]


def test_the_table_shows_unit_company_and_group(year: Learning) -> None:
    story = year.story
    story.created("D1")
    story.created("D2")
    story.hired("P2", APRIL, unit="D2")
    story.hired("P3", APRIL, unit="D2")
    year.completed("P2", JUNE)
    year.completed("P1", JUNE)
    figures = {place: (row(story, DUE + DAY, place).num, row(story, DUE + DAY, place).den) for place in _PLACES}
    assert figures == {"group": (2, 3), "C1": (2, 3), "D1": (1, 1), "D2": (1, 2)}
    assert {place: row(story, DUE + DAY, place).passed for place in ("group", "D1")} == {"group": False, "D1": True}
    assert (row(story, DUE).den, row(story, DUE).open) == (2, 1)


_PLACES = ("group", "C1", "D1", "D2")


def test_who_moved_counts_where_he_is_and_a_merged_unit_is_its_successor(year: Learning) -> None:
    year.story.unit_merged("D1", "D2", DUE)
    found: list[Interval] = [each for each in judged(year.story, rule="C04") if each.covers(DUE)]
    assert [each.unit for each in found] == ["D2"]
