"""C04 on the edges: the due day, the day before, the day after."""

from datetime import date

import pytest

from services.audit.domain.answers import answers
from services.audit.domain.readings import Level, Period, tally
from services.audit.tests.story import APRIL, DAY, MARCH_31, MAY_31, Story, judged, status_of
from shared.events.hr import PersonKind
from shared.law.parameters import days
from shared.law.rule_pack import STANDARD

OCTOBER = date(2016, 10, 1)
JUNE_15 = date(2016, 6, 15)


@pytest.fixture
def story() -> Story:
    """A company at home, one abroad, the year's course due on 31 May, and an employee who was there before."""
    told = Story()
    told.joined("C1", date(2010, 4, 1))
    told.joined("C9", date(2010, 4, 1), country="SG")
    told.course_opened()
    told.hired(day=date(2012, 4, 1))
    told.assigned()
    return told


def standing(story: Story, day: date, person: str = "P1", label: str = "FY2017") -> str | None:
    return status_of(f"person/{person}#{label}", judged(story, rule="C04"), day)


@pytest.mark.parametrize(
    ("day", "expected"),
    [(APRIL - DAY, None), (APRIL, "OPEN"), (MAY_31 - DAY, "OPEN"), (MAY_31, "OPEN"), (MAY_31 + DAY, "MISSING")],
)
def test_the_course_is_open_through_its_due_day_and_missing_from_the_day_after(
    story: Story, day: date, expected: str | None
) -> None:
    assert standing(story, day) == expected


@pytest.mark.parametrize(("day", "expected"), [(OCTOBER - DAY, "MISSING"), (OCTOBER, "COMPLETED")])
def test_a_late_completion_counts_from_its_day_to_the_end_of_the_year(story: Story, day: date, expected: str) -> None:
    story.completed(day=OCTOBER)
    assert standing(story, day) == expected
    assert [standing(story, MARCH_31 + n * DAY) for n in (0, 1)] == ["COMPLETED", None]


@pytest.mark.parametrize(("after", "expected"), [(29, "OPEN"), (30, "OPEN"), (31, "MISSING")])
def test_whoever_is_new_has_thirty_days(story: Story, after: int, expected: str) -> None:
    story.hired("P2", OCTOBER)
    assert standing(story, OCTOBER + after * DAY, "P2") == expected


@pytest.mark.parametrize(("before", "due"), [(29, MAY_31 + DAY), (30, MAY_31), (31, MAY_31)])
def test_whoever_was_hired_a_month_before_the_due_day_has_no_longer_than_everybody(
    story: Story, before: int, due: date
) -> None:
    story.hired("P2", MAY_31 - before * DAY)
    assert [standing(story, due + n * DAY, "P2") for n in (0, 1)] == ["OPEN", "MISSING"]


def test_the_grace_is_the_rule_packs(story: Story) -> None:
    story.hired("P2", OCTOBER)
    short = STANDARD.but("short", days("C04.grace", 10))
    found = judged(story, short, "C04")
    said = [status_of("person/P2#FY2017", found, OCTOBER + n * DAY) for n in (10, 11)]
    assert said == ["OPEN", "MISSING"]


def test_who_was_away_for_the_whole_window_is_excused_and_then_has_the_days_of_his_new_due_date(story: Story) -> None:
    story.on_leave("P1", date(2016, 3, 1))
    story.back("P1", OCTOBER)
    story.assigned_again("P1", OCTOBER, OCTOBER + 30 * DAY)
    assert [standing(story, day) for day in (APRIL, MAY_31 + DAY, OCTOBER - DAY)] == ["EXCUSED"] * 3
    assert [standing(story, OCTOBER + n * DAY) for n in (0, 30, 31)] == ["OPEN", "OPEN", "MISSING"]


def test_who_had_a_day_of_the_window_is_not_excused_by_a_later_leave(story: Story) -> None:
    story.on_leave("P1", APRIL + DAY)
    assert [standing(story, day) for day in (APRIL + DAY, MAY_31, MAY_31 + DAY)] == ["OPEN", "OPEN", "MISSING"]


@pytest.mark.parametrize("kind", [PersonKind.EXECUTIVE, PersonKind.DISPATCHED])
def test_executives_and_dispatched_workers_take_it_too(story: Story, kind: PersonKind) -> None:
    story.hired("P2", date(2012, 4, 1), kind=kind)
    assert standing(story, MAY_31 + DAY, "P2") == "MISSING"


def test_suppliers_and_people_abroad_do_not_take_it(story: Story) -> None:
    story.hired("P2", date(2012, 4, 1), kind=PersonKind.SUPPLIER)
    story.hired("P3", date(2012, 4, 1), company="C9")
    assert [standing(story, MAY_31 + DAY, person) for person in ("P2", "P3")] == [None, None]


def test_a_transfer_within_the_group_gives_no_new_days(story: Story) -> None:
    story.moved("P1", MAY_31, "D2")
    assert standing(story, MAY_31 + DAY) == "MISSING"


def test_a_second_course_of_the_same_year_changes_nothing_and_the_next_year_has_its_own(story: Story) -> None:
    story.course_opened(OCTOBER, MARCH_31)
    story.course_opened(date(2017, 4, 1), date(2017, 5, 31))
    assert standing(story, MAY_31 + DAY) == "MISSING"
    assert standing(story, date(2017, 4, 1), label="FY2018") == "OPEN"


def row(story: Story, day: date, level: Level, place: str) -> dict[str, object]:
    counted = tally(judged(story, rule="C04"), Period(APRIL, day))
    (found,) = [each for each in answers(counted, ["C04"], STANDARD, day) if (each.level, each.unit) == (level, place)]
    return {"num": found.num, "den": found.den, "open": found.open, "excused": found.excused}


def test_who_completed_it_counts_in_his_unit_his_company_and_the_group(story: Story) -> None:
    story.completed(day=MAY_31)
    story.hired("P2", date(2012, 4, 1), unit="D2")
    for level, place, num, den in (
        (Level.GROUP, "group", 1, 2),
        (Level.COMPANY, "C1", 1, 2),
        (Level.UNIT, "D1", 1, 1),
        (Level.UNIT, "D2", 0, 1),
    ):
        assert row(story, MAY_31 + DAY, level, place) == {"num": num, "den": den, "open": 0, "excused": 0}


def test_before_the_due_day_nobody_counts(story: Story) -> None:
    assert row(story, MAY_31, Level.GROUP, "group") == {"num": 0, "den": 0, "open": 1, "excused": 0}


def test_a_year_without_a_course_asks_nothing_of_anybody() -> None:
    told = Story()
    told.joined("C1", date(2010, 4, 1))
    told.hired(day=date(2012, 4, 1))
    assert judged(told, rule="C04") == []
