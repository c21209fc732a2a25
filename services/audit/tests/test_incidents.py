"""C20, C22 and C23 on the edges: the day of the report, the day of a deadline, and what was dismissed."""

from datetime import date

import pytest

from services.audit.domain.answers import Answer, answers
from services.audit.domain.interval import Interval
from services.audit.domain.readings import Period, tally
from services.audit.tests.incident_story import Told, at, by_end_of
from services.audit.tests.story import APRIL, DAY, MARCH_31, Story, judged
from shared.events.incidents import Decided, IncidentKind, Regime
from shared.law.parameters import days
from shared.law.rule_pack import STANDARD, RulePack

MAY = date(2016, 5, 10)
DUE = date(2016, 5, 13)
GROUP = "group"


@pytest.fixture
def incident() -> Told:
    story = Story()
    story.joined("C1", date(2010, 4, 1))
    story.created("D1")
    story.created("D2")
    told = Told(story)
    told.reported(MAY)
    return told


def row(told: Told, rule: str, day: date, place: str = GROUP, pack: RulePack = STANDARD) -> Answer | None:
    found = answers(tally(judged(told.story, pack), Period(APRIL, day)), [rule], pack, day)
    return {each.unit: each for each in found}.get(place)


def figures(told: Told, rule: str, *asked: date, pack: RulePack = STANDARD) -> list[tuple[int, int, int]]:
    """num, den and open of the group on each day."""
    found = [row(told, rule, day, pack=pack) for day in asked]
    return [(each.num, each.den, each.open) for each in found if each]


def found(told: Told, rule: str) -> list[Interval]:
    return judged(told.story, rule=rule)


def test_both_on_the_day_of_the_report_is_good_and_the_minutes_are_told(incident: Told) -> None:
    incident.supervisor(at(MAY, 10.5), MAY)
    incident.contact_point(at(MAY, 23.99), MAY)
    assert figures(incident, "C20", MAY - DAY, MAY, MAY + DAY) == [(0, 0, 0), (1, 1, 0), (1, 1, 0)]
    assert [each.value for each in found(incident, "C20")] == [839]


def test_the_day_after_is_too_late(incident: Told) -> None:
    incident.supervisor(at(MAY, 11), MAY)
    incident.contact_point(at(MAY + DAY, 0), MAY + DAY)
    assert figures(incident, "C20", MAY - DAY, MAY, MAY + DAY) == [(0, 0, 0), (0, 0, 1), (0, 1, 0)]


def test_one_of_them_alone_is_not_enough(incident: Told) -> None:
    incident.supervisor(at(MAY, 11), MAY)
    assert figures(incident, "C20", MAY, MAY + DAY) == [(0, 0, 1), (0, 1, 0)]
    assert [each.value for each in found(incident, "C20")] == [None, None]


def test_the_number_of_days_is_a_parameter(incident: Told) -> None:
    incident.both(MAY + 2 * DAY)
    pack = STANDARD.but("slower", days("C20.within", 2))
    assert figures(incident, "C20", MAY + DAY, MAY + 2 * DAY, pack=pack) == [(0, 0, 1), (1, 1, 0)]


def test_nobody_reported_anything_is_not_all_well_of_the_path(incident: Told) -> None:
    answer = row(incident, "C20", MAY - DAY)
    assert answer is not None
    assert (answer.den, answer.value, answer.passed) == (0, None, None)


def test_an_authority_heard_in_time(incident: Told) -> None:
    incident.must_hear(MAY, by_end_of(DUE))
    incident.filed(at(DUE, 23.99), DUE, by_end_of(DUE))
    asked = (MAY - DAY, MAY, DUE - DAY, DUE, DUE + DAY)
    assert figures(incident, "C22", *asked) == [(0, 0, 0), (0, 0, 1), (0, 0, 1), (1, 1, 0), (1, 1, 0)]
    assert {each.subject for each in found(incident, "C22")} == {"incident/I1#PMARK_PRELIM"}


@pytest.mark.parametrize("late", [None, 0, 1])
def test_it_was_late_or_never_filed(incident: Told, late: int | None) -> None:
    """At noon the seventy-two hours were over: an hour later on the same day is late."""
    incident.must_hear(MAY, at(DUE, 12), Regime.GDPR33)
    if late is not None:
        incident.filed(at(DUE + late * DAY, 13), DUE + late * DAY, at(DUE, 12), Regime.GDPR33)
    assert figures(incident, "C22", DUE - DAY, DUE, DUE + DAY) == [(0, 0, 1), (0, 1, 0), (0, 1, 0)]


def test_a_moved_deadline_is_the_one_that_counts(incident: Told) -> None:
    incident.must_hear(MAY, by_end_of(DUE))
    incident.moved(DUE - DAY, by_end_of(DUE + 5 * DAY))
    assert figures(incident, "C22", DUE + DAY, DUE + 5 * DAY) == [(0, 0, 1), (0, 1, 0)]


def test_the_verdict_stands_whatever_is_found_out_later(incident: Told) -> None:
    incident.must_hear(MAY, by_end_of(DUE))
    incident.filed(at(DUE), DUE, by_end_of(DUE))
    incident.moved(DUE + DAY, by_end_of(MAY))
    assert figures(incident, "C22", DUE + 2 * DAY) == [(1, 1, 0)]


def test_without_a_deadline_nobody_counts(incident: Told) -> None:
    incident.must_hear(MAY, None, Regime.MN_VOLUNTARY)
    assert found(incident, "C22") == []


def test_what_was_waived_counts_nowhere_until_it_is_required_again(incident: Told) -> None:
    incident.must_hear(MAY, by_end_of(DUE))
    incident.decided(MAY + DAY, Decided.NOT_REQUIRED)
    assert figures(incident, "C22", MAY, MAY + DAY, DUE) == [(0, 0, 1), (0, 0, 0), (0, 0, 0)]
    incident.decided(DUE, Decided.REQUIRED)
    assert figures(incident, "C22", DUE) == [(0, 1, 0)]


def test_a_dismissed_incident_has_no_duties_but_what_was_filed_stays(incident: Told) -> None:
    incident.must_hear(MAY, by_end_of(DUE))
    incident.must_hear(MAY, by_end_of(DUE), Regime.GDPR33)
    incident.filed(at(MAY), MAY, by_end_of(DUE), Regime.GDPR33)
    incident.dismissed(MAY + DAY)
    assert figures(incident, "C22", MAY, MAY + DAY, DUE) == [(0, 0, 2), (0, 0, 1), (1, 1, 0)]


def test_who_reopens_after_the_deadline_is_late_on_that_day(incident: Told) -> None:
    incident.must_hear(MAY, by_end_of(DUE))
    incident.dismissed(MAY + DAY)
    incident.reopened(DUE + 9 * DAY)
    assert figures(incident, "C22", DUE + 8 * DAY, DUE + 9 * DAY) == [(0, 0, 0), (0, 1, 0)]


def test_a_duty_that_came_up_after_its_deadline_is_missed_on_that_day(incident: Told) -> None:
    incident.must_hear(DUE + 3 * DAY, by_end_of(DUE))
    assert figures(incident, "C22", DUE + 2 * DAY, DUE + 3 * DAY) == [(0, 0, 0), (0, 1, 0)]


@pytest.mark.parametrize("kind", [IncidentKind.LOSS, IncidentKind.OUTFLOW, IncidentKind.LEAK])
def test_one_confirmed_loss_is_one_too_many_to_the_end_of_the_year(incident: Told, kind: IncidentKind) -> None:
    other = Told(incident.story, "I2")
    other.reported(MAY, aware=MAY - DAY, kind=kind)
    other.confirmed(MAY + DAY)
    asked = (MAY - 2 * DAY, MAY - DAY, MARCH_31)
    assert figures(incident, "C23", *asked) == [(0, 0, 0), (1, 1, 0), (1, 1, 0)]
    told = [row(incident, "C23", day) for day in (*asked, MARCH_31 + DAY)]
    assert [(each.value, each.passed) for each in told if each][:3] == [(0.0, True), (1.0, False), (1.0, False)]
    fresh = answers(tally(judged(other.story), Period(MARCH_31 + DAY, MARCH_31 + DAY)), ["C23"], STANDARD, MARCH_31)
    assert [(each.value, each.passed, each.document()["not_applicable"]) for each in fresh] == [(0.0, True, False)]


@pytest.mark.parametrize("after", ["nothing", "dismissed", "reopened and dismissed"])
def test_what_was_never_confirmed_or_dismissed_since_is_not_counted(incident: Told, after: str) -> None:
    if after != "nothing":
        incident.confirmed(MAY)
        if after.startswith("reopened"):
            incident.reopened(MAY + DAY)
            assert figures(incident, "C23", MARCH_31) == [(1, 1, 0)]
        incident.dismissed(MAY + 2 * DAY)
    assert figures(incident, "C23", MARCH_31) == [(0, 0, 0)]


def test_misuse_is_no_loss(incident: Told) -> None:
    other = Told(incident.story, "I2")
    other.reported(MAY, kind=IncidentKind.MISUSE)
    other.confirmed(MAY)
    assert found(incident, "C23") == []


def test_a_corrected_awareness_moves_the_day(incident: Told) -> None:
    incident.confirmed(MAY)
    incident.aware(MAY - 5 * DAY, MAY + DAY)
    assert figures(incident, "C23", MAY - 6 * DAY, MAY - 5 * DAY) == [(0, 0, 0), (1, 1, 0)]


def test_in_house_and_at_contractors_are_told_apart(incident: Told) -> None:
    incident.confirmed(MAY)
    other = Told(incident.story, "I2")
    other.reported(MAY, consignment_id="X1")
    other.confirmed(MAY)
    assert {each.subject: each.status for each in found(incident, "C23")} == {
        "incident/I1": "IN_HOUSE",
        "incident/I2": "AT_CONTRACTOR",
    }


def test_unit_company_and_group_count_it_and_another_unit_does_not(incident: Told) -> None:
    incident.confirmed(MAY)
    incident.both(MAY)
    for rule in ("C20", "C23"):
        shown = [row(incident, rule, MARCH_31, place) for place in (GROUP, "C1", "D1", "D2")]
        assert [each and each.den for each in shown] == [1, 1, 1, None]


def test_the_company_of_the_unit_is_known_where_nobody_named_it(incident: Told) -> None:
    other = Told(incident.story, "I2")
    other.reported(MAY, company=None)
    other.confirmed(MAY)
    assert [each.company for each in found(incident, "C23")] == ["C1"]


def test_a_duty_goes_to_the_successor_and_an_occurrence_stays_where_it_was(incident: Told) -> None:
    incident.must_hear(MAY, by_end_of(DUE))
    incident.confirmed(MAY)
    incident.story.unit_merged("D1", "D2", DUE)
    assert [each.unit for each in found(incident, "C23")] == ["D1"]
    assert [each.unit for each in found(incident, "C22") if each.covers(DUE)] == ["D2"]
    assert figures(incident, "C23", MARCH_31) == [(1, 1, 0)]
