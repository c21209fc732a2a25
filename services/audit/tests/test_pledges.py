"""C09 on the edges: the due day, the day before, the day after."""

from datetime import date

import pytest

from services.audit.domain.answers import answers
from services.audit.domain.readings import Level, Period, tally
from services.audit.tests.story import APRIL, DAY, MARCH_31, MAY_31, Story, judged, status
from shared.events.hr import PersonKind
from shared.law.parameters import days
from shared.law.rule_pack import STANDARD

OCTOBER = date(2016, 10, 1)


@pytest.fixture
def story() -> Story:
    """A company with one text to pledge, and one employee who was there before and is asked to sign by 31 May."""
    told = Story()
    told.joined("C1", date(2010, 4, 1))
    told.joined("C9", date(2010, 4, 1), country="SG")
    told.opened()
    told.hired(day=date(2012, 4, 1))
    told.asked()
    return told


@pytest.mark.parametrize(
    ("day", "expected"), [(MAY_31 - DAY, "OPEN"), (MAY_31, "OPEN"), (MAY_31 + DAY, "MISSING"), (MARCH_31, "MISSING")]
)
def test_a_request_is_open_through_its_due_day_and_missing_from_the_day_after(
    story: Story, day: date, expected: str
) -> None:
    assert status(judged(story, rule="C09"), day) == expected


@pytest.mark.parametrize(("day", "expected"), [(OCTOBER - DAY, "MISSING"), (OCTOBER, "SIGNED"), (MARCH_31, "SIGNED")])
def test_a_late_signature_counts_from_its_day_to_the_end_of_its_period(story: Story, day: date, expected: str) -> None:
    story.signed(day=OCTOBER)
    assert status(judged(story, rule="C09"), day) == expected
    assert status(judged(story, rule="C09"), MARCH_31 + DAY) == "MISSING"


@pytest.mark.parametrize(("after", "expected"), [(29, "OPEN"), (30, "OPEN"), (31, "MISSING")])
def test_whoever_is_new_has_thirty_days(story: Story, after: int, expected: str) -> None:
    story.hired("P2", OCTOBER)
    assert status(judged(story, rule="C09"), OCTOBER + after * DAY, "P2") == expected


def test_the_grace_is_the_rule_packs(story: Story) -> None:
    story.hired("P2", OCTOBER)
    short = STANDARD.but("short", days("C09.grace", 10))
    assert [status(judged(story, short, "C09"), OCTOBER + n * DAY, "P2") for n in (10, 11)] == ["OPEN", "MISSING"]


def test_who_is_on_leave_is_excused_and_after_it_has_until_the_new_due_date(story: Story) -> None:
    story.on_leave("P1", date(2016, 5, 10))
    story.back("P1", OCTOBER)
    story.resumed("P1", OCTOBER, OCTOBER + 30 * DAY)
    found = judged(story, rule="C09")
    assert status(found, date(2016, 5, 9)) == "OPEN"
    assert status(found, date(2016, 5, 10)) == "EXCUSED"
    assert status(found, OCTOBER - DAY) == "EXCUSED"
    assert [status(found, OCTOBER + n * DAY) for n in (0, 30, 31)] == ["OPEN", "OPEN", "MISSING"]


def test_a_transfer_to_a_country_that_is_no_target_ends_the_duty_and_the_way_back_gives_new_grace(story: Story) -> None:
    story.moved("P1", OCTOBER, "S1", company="C9")
    story.moved("P1", date(2017, 1, 1), "D1")
    found = judged(story, rule="C09")
    assert status(found, OCTOBER - DAY) == "MISSING"
    assert status(found, OCTOBER) is None
    assert status(found, date(2016, 12, 31)) is None
    assert [status(found, date(2017, 1, 1) + n * DAY) for n in (0, 30, 31)] == ["OPEN", "OPEN", "MISSING"]


def test_a_country_becoming_a_target_brings_its_people_into_scope(story: Story) -> None:
    story.hired("P2", date(2012, 4, 1), unit="S1", company="C9")
    story.target("SG", OCTOBER)
    found = judged(story, rule="C09")
    assert status(found, OCTOBER - DAY, "P2") is None
    assert [status(found, OCTOBER + n * DAY, "P2") for n in (0, 30, 31)] == ["OPEN", "OPEN", "MISSING"]


def test_of_two_days_that_were_set_for_a_country_the_earlier_counts(story: Story) -> None:
    story.hired("P2", date(2012, 4, 1), unit="S1", company="C9")
    story.target("SG", OCTOBER)
    story.target("SG", date(2016, 8, 1))
    found = judged(story, rule="C09")
    assert status(found, date(2016, 7, 31), "P2") is None
    assert [status(found, date(2016, 8, 1) + n * DAY, "P2") for n in (0, 30, 31)] == ["OPEN", "OPEN", "MISSING"]


def test_a_new_text_in_the_middle_of_the_year_asks_everybody_again(story: Story) -> None:
    story.signed(day=date(2016, 4, 20))
    story.opened(version=2, day=OCTOBER, due=date(2016, 11, 15))
    story.asked(day=OCTOBER, due=date(2016, 11, 15), version=2)
    found = judged(story, rule="C09")
    assert status(found, OCTOBER - DAY) == "SIGNED"
    assert [status(found, day) for day in (OCTOBER, date(2016, 11, 15), date(2016, 11, 16))] == [
        "OPEN",
        "OPEN",
        "MISSING",
    ]


def test_a_suppliers_worker_is_not_the_business_of_this_rule(story: Story) -> None:
    story.hired("P2", APRIL, kind=PersonKind.SUPPLIER)
    assert status(judged(story, rule="C09"), MARCH_31, "P2") is None


def test_a_company_that_left_the_group_owes_nothing(story: Story) -> None:
    story.left_group("C1", OCTOBER)
    assert [status(judged(story, rule="C09"), day) for day in (OCTOBER - DAY, OCTOBER)] == ["MISSING", None]


def test_without_a_text_in_force_there_is_no_duty() -> None:
    story = Story()
    story.joined("C1")
    story.hired()
    assert judged(story, rule="C09") == []


def test_who_was_in_a_merged_unit_counts_in_its_successor(story: Story) -> None:
    story.created("D1")
    story.unit_merged("D1", "D2", OCTOBER)
    places = {(each.unit, each.begins) for each in judged(story, rule="C09") if each.status == "MISSING"}
    assert places == {("D1", MAY_31 + DAY), ("D2", OCTOBER)}


def test_who_was_in_a_merged_company_counts_in_its_successor_and_is_no_newcomer(story: Story) -> None:
    story.joined("C2", date(2010, 4, 1))
    story.company_merged("C1", "C2", OCTOBER)
    found = [(each.company, each.status) for each in judged(story, rule="C09") if each.covers(OCTOBER)]
    assert found == [("C2", "MISSING")]


def test_what_is_missing_names_the_events_it_follows_from(story: Story) -> None:
    missing = next(each for each in judged(story, rule="C09") if each.status == "MISSING")
    assert [ref.type for ref in missing.because] == [
        "hr.EmployeeHired.v1",
        "training.PledgeCampaignOpened.v1",
        "training.PledgeRequested.v1",
    ]
    assert missing.due == MAY_31


def test_a_new_superior_cuts_nothing(story: Story) -> None:
    before = judged(story, rule="C09")
    story.hired(day=date(2013, 4, 1))
    assert judged(story, rule="C09") == before


def test_nobody_is_not_everybody(story: Story) -> None:
    counts = tally(judged(story, rule="C09"), Period(APRIL, APRIL))
    group, *_ = answers(counts, ["C09"], STANDARD, APRIL)
    assert (group.num, group.den, group.open, group.passed) == (0, 0, 1, None)
    assert group.document()["not_applicable"] is True
    assert group.value is None


def test_rows_of_units_add_up_to_their_company_and_the_group(story: Story) -> None:
    story.hired("P2", date(2012, 4, 1), unit="D2")
    story.signed("P2", day=date(2016, 4, 2))
    counts = tally(judged(story, rule="C09"), Period(APRIL, OCTOBER))
    found = answers(counts, ["C09"], STANDARD, OCTOBER)
    rows = {(row.level, row.unit): (row.num, row.den) for row in found}
    assert rows == {
        (Level.GROUP, "group"): (1, 2),
        (Level.COMPANY, "C1"): (1, 2),
        (Level.UNIT, "D1"): (0, 1),
        (Level.UNIT, "D2"): (1, 1),
    }
    assert {row.unit: row.passed for row in found}["D2"] is True
