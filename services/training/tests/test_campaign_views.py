from datetime import UTC, date, datetime
from typing import Final

from services.training.tests.words import OPENED, PLANNED, REQUESTED
from services.training.views import campaigns, target_countries
from services.training.views.campaigns import CampaignRow
from services.training.views.target_countries import TargetCountryRow
from shared.events.base import DomainEvent
from shared.events.codec import Recorded
from shared.events.training import PledgeTargetCountrySet

SINGAPORE: Final = PledgeTargetCountrySet(fy="FY2017", country="SG", from_date=date(2016, 7, 1))


def told(event: DomainEvent) -> Recorded:
    at = datetime(2016, 4, 1, tzinfo=UTC)
    return Recorded("e1", "/training", "pledge-campaign/PLEDGE-FY2017", 1, at, at, event)


def test_a_planned_campaign_is_shown_before_it_opens() -> None:
    row = campaigns.project(None, told(PLANNED))
    assert row == CampaignRow(**PLANNED.model_dump(), open=False)


def test_an_open_campaign_is_shown_as_open() -> None:
    row = campaigns.project(campaigns.project(None, told(PLANNED)), told(OPENED))
    assert row == CampaignRow(**PLANNED.model_dump(), open=True)


def test_an_opening_tells_enough_for_a_row() -> None:
    assert campaigns.project(None, told(OPENED)) == CampaignRow(**PLANNED.model_dump(), open=True)


def test_a_pledge_is_no_business_of_the_campaigns() -> None:
    assert campaigns.key(told(REQUESTED)) is None
    assert campaigns.key(told(PLANNED)) == "PLEDGE-FY2017"


def test_a_target_country_is_shown_with_its_first_day() -> None:
    row = target_countries.project(None, told(SINGAPORE))
    assert row == TargetCountryRow("SG", "FY2017", date(2016, 7, 1))


def test_of_a_country_told_twice_the_later_word_holds() -> None:
    earlier = SINGAPORE.model_copy(update={"from_date": date(2016, 5, 1)})
    row = target_countries.project(target_countries.project(None, told(SINGAPORE)), told(earlier))
    assert row == TargetCountryRow("SG", "FY2017", date(2016, 5, 1))


def test_a_campaign_is_no_business_of_the_target_countries() -> None:
    assert target_countries.key(told(PLANNED)) is None
    assert target_countries.key(told(SINGAPORE)) == "SG"
