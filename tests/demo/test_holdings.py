from datetime import date

import pytest

from daicho.demo.acts.ledger import slip
from daicho.demo.script.holdings import LATE_BEGUN, LATE_ENTERED, SLIPS, Holdings
from daicho.demo.script.inspecting import CAUGHT_UP, INSPECTING, inspects, overdue_in_year
from daicho.demo.script.plants import EVERYTHING, Plant
from daicho.demo.script.year import Script, make_script
from services.ledger.api.shapes import SlipGiven
from shared.events.ledger import Priority
from shared.law.calendar import add_months


@pytest.fixture(scope="module")
def script() -> Script:
    return make_script(2017, "small")


@pytest.fixture(scope="module")
def holdings(script: Script) -> Holdings:
    return script.holdings


def test_there_are_as_many_slips_as_the_scale_says_and_those_with_a_part_to_play(holdings: Holdings) -> None:
    ids = [each.slip_id for each in holdings.all]
    assert len(ids) == len(set(ids)) == SLIPS["small"] + 6
    assert {"S-LEAKED", "S-NUMBERS", "S-MERGED", "S-LATE"} <= set(ids)


def test_every_slip_is_one_that_the_ledger_takes(holdings: Holdings) -> None:
    for each in holdings.all:
        SlipGiven.model_validate(slip(each), strict=False)


def test_numbers_have_high_priority_and_somebody_in_charge(holdings: Holdings) -> None:
    numbers = [each for each in holdings.all if each.numbers]
    assert len(numbers) > 2
    assert all(each.priority is Priority.HIGH and each.custodian for each in numbers)


def test_whoever_answers_for_a_holding_has_a_quiet_year(script: Script) -> None:
    stewards = {person for place in script.places.values() for person in place.stewards}
    moved = {each.event.type for person in stewards for each in script.lives[person]}
    assert moved == {"hr.EmployeeHired.v1", "hr.EmployeeTransferred.v1"} - (
        set() if _merged(script) else {"hr.EmployeeTransferred.v1"}
    )


def _merged(script: Script) -> bool:
    """Who is in the merged unit goes with it."""
    return script.holdings.merged.unit_id in script.places


def test_most_of_what_is_due_is_due_in_march(holdings: Holdings) -> None:
    first = [add_months(each.entered, 12) for each in holdings.all if each.priority is Priority.NORMAL]
    assert sum(day < date(2017, 4, 1) for day in first) > 0.8 * len(first)


def test_the_bad_division_is_the_only_one_that_misses_anything(holdings: Holdings) -> None:
    for priority in Priority:
        missed = overdue_in_year(holdings, priority)
        assert missed
        assert {each.place for each in holdings.all if each.slip_id in missed} == {holdings.bad}


def test_the_bad_division_inspects_once_and_the_others_always(script: Script, holdings: Holdings) -> None:
    other, calendar = next(place for place in script.places.values() if place != holdings.bad), script.group.calendar
    moments = [calendar.on(day) for day in INSPECTING]
    at_work = [moment for moment in moments if inspects(calendar, holdings.bad, moment, holdings.bad)]
    assert at_work == [calendar.on(CAUGHT_UP)]
    assert all(inspects(calendar, other, moment, holdings.bad) for moment in moments)
    assert all(inspects(calendar, holdings.bad, moment, None) for moment in moments)


def test_what_is_left_out_is_not_entered() -> None:
    without = make_script(2017, "tiny", EVERYTHING - {Plant.LATE_SLIP}).holdings
    assert "S-LATE" not in {each.slip_id for each in without.all}


def test_the_late_slip_is_entered_more_than_thirty_days_after_it_began(holdings: Holdings) -> None:
    assert (holdings.late.begun, holdings.late.entered) == (LATE_BEGUN, LATE_ENTERED)
    assert (LATE_ENTERED - LATE_BEGUN).days > 30
    assert "late_reason" in slip(holdings.late)
