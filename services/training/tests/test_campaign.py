from datetime import UTC, date, datetime

import pytest

from services.training.domain.campaign import CAMPAIGN, OpenPledgeCampaign, PlanPledgeCampaign, timers
from services.training.tests.words import DUE, END, OPENED, OPENS, PLAN, PLANNED
from shared.decider import Timer
from shared.events.training import CampaignTold
from shared.testing.givens import Given

given = Given(CAMPAIGN)
OPEN = OpenPledgeCampaign(campaign_id="PLEDGE-FY2017")


def plan(**fields: object) -> PlanPledgeCampaign:
    return PLAN.model_copy(update=fields)


def test_a_campaign_is_planned_for_the_rest_of_its_fiscal_year() -> None:
    given().when(PLAN).then(PLANNED)


@pytest.mark.parametrize("before", [(PLANNED,), (PLANNED, OPENED)])
def test_planning_the_same_again_changes_nothing(before: tuple[CampaignTold, ...]) -> None:
    given(*before).when(PLAN).then_nothing()


def test_planning_the_same_again_after_its_due_date_changes_nothing() -> None:
    given(PLANNED, OPENED).when(plan(today=date(2016, 8, 1))).then_nothing()


@pytest.mark.parametrize("before", [(PLANNED,), (PLANNED, OPENED)])
def test_a_campaign_is_not_planned_over(before: tuple[CampaignTold, ...]) -> None:
    given(*before).when(plan(template_version=2)).then_rejected("campaign-exists")


@pytest.mark.parametrize(
    ("opens_on", "due_date"),
    [
        (date(2016, 3, 31), DUE),
        (OPENS, date(2017, 4, 1)),
        (date(2017, 4, 1), date(2017, 4, 30)),
        (date(2016, 5, 2), date(2016, 5, 1)),
    ],
)
def test_a_campaign_opens_and_falls_due_within_its_year_in_this_order(opens_on: date, due_date: date) -> None:
    given().when(plan(opens_on=opens_on, due_date=due_date)).then_rejected("campaign-outside-year")


@pytest.mark.parametrize(("opens_on", "due_date"), [(OPENS, OPENS), (END, END), (OPENS, END)])
def test_the_first_and_the_last_day_of_the_year_are_within_it(opens_on: date, due_date: date) -> None:
    expected = PLANNED.model_copy(update={"opens_on": opens_on, "due_date": due_date})
    given().when(plan(opens_on=opens_on, due_date=due_date)).then(expected)


def test_a_campaign_that_nobody_could_meet_is_refused() -> None:
    given().when(plan(today=date(2016, 5, 1))).then_rejected("campaign-past")


def test_on_its_due_date_a_campaign_can_still_be_planned() -> None:
    given().when(plan(today=DUE)).then(PLANNED)


def test_the_calendar_opens_a_planned_campaign() -> None:
    given(PLANNED).when(OPEN).then(OPENED)


def test_a_campaign_opens_once() -> None:
    given(PLANNED, OPENED).when(OPEN).then_nothing()


def test_what_is_not_planned_can_not_open() -> None:
    given().when(OPEN).then_rejected("campaign-unplanned")


def test_a_plan_sets_the_timer_of_its_opening_at_five_past_midnight_in_japan() -> None:
    assert timers(PLANNED) == [Timer(datetime(2016, 3, 31, 15, 5, tzinfo=UTC), OPEN, "opening")]


def test_an_opening_sets_no_timer() -> None:
    assert timers(OPENED) == []
