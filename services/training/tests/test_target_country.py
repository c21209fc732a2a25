from datetime import date

import pytest

from services.training.domain.target_country import TARGET_COUNTRY, SetPledgeTargetCountry
from shared.events.training import PledgeTargetCountrySet
from shared.testing.givens import Given

given = Given(TARGET_COUNTRY)
SINCE_JULY = PledgeTargetCountrySet(fy="FY2017", country="SG", from_date=date(2016, 7, 1))


def from_day(day: date, fy: str = "FY2017") -> SetPledgeTargetCountry:
    return SetPledgeTargetCountry(fy=fy, country="SG", from_date=day)


def test_a_country_becomes_a_target() -> None:
    given().when(from_day(date(2016, 7, 1))).then(SINCE_JULY)


@pytest.mark.parametrize("day", [date(2016, 7, 1), date(2016, 10, 1)])
def test_a_country_that_is_a_target_already_stays_one(day: date) -> None:
    given(SINCE_JULY).when(from_day(day)).then_nothing()


def test_a_country_may_become_a_target_earlier() -> None:
    given(SINCE_JULY).when(from_day(date(2016, 6, 30))).then(
        PledgeTargetCountrySet(fy="FY2017", country="SG", from_date=date(2016, 6, 30))
    )


@pytest.mark.parametrize("day", [date(2016, 4, 1), date(2017, 3, 31)])
def test_the_first_and_the_last_day_of_the_year_are_within_it(day: date) -> None:
    given().when(from_day(day)).then(PledgeTargetCountrySet(fy="FY2017", country="SG", from_date=day))


@pytest.mark.parametrize("day", [date(2016, 3, 31), date(2017, 4, 1)])
def test_a_day_outside_of_the_named_year_is_refused(day: date) -> None:
    given().when(from_day(day)).then_rejected("date-outside-year")
