from datetime import UTC, date, datetime

import pytest

from services.training.domain.training_campaign import TRAINING_CAMPAIGN, OpenTrainingCampaign, timers
from services.training.tests.course_words import OPENED, PLAN, PLANNED
from shared.decider import Timer
from shared.events.training import CourseKind, TrainingCampaignTold
from shared.testing.givens import Given

given = Given(TRAINING_CAMPAIGN)
OPEN = OpenTrainingCampaign(campaign_id="TRAINING-FY2017")


def test_a_campaign_is_planned_for_the_rest_of_its_fiscal_year() -> None:
    given().when(PLAN).then(PLANNED)


@pytest.mark.parametrize("kind", sorted(set(CourseKind) - {CourseKind.ANNUAL_ONLINE, CourseKind.MY_NUMBER}))
def test_only_what_is_for_everybody_is_a_campaign(kind: CourseKind) -> None:
    given().when(PLAN.model_copy(update={"course_kind": kind})).then_rejected("course-not-yearly")


@pytest.mark.parametrize("before", [(PLANNED,), (PLANNED, OPENED)])
def test_a_campaign_is_planned_once(before: tuple[TrainingCampaignTold, ...]) -> None:
    given(*before).when(PLAN).then_nothing()
    given(*before).when(PLAN.model_copy(update={"course_version": 2})).then_rejected("campaign-exists")


def test_its_days_are_those_of_the_pledge_campaign() -> None:
    given().when(PLAN.model_copy(update={"opens_on": date(2016, 3, 31)})).then_rejected("campaign-outside-year")
    given().when(PLAN.model_copy(update={"today": date(2016, 5, 1)})).then_rejected("campaign-past")


def test_a_planned_campaign_opens_by_itself_and_once() -> None:
    assert timers(PLANNED) == [Timer(datetime(2016, 3, 31, 15, 5, tzinfo=UTC), OPEN, "opening")]
    assert timers(OPENED) == []
    given(PLANNED).when(OPEN).then(OPENED)
    given(PLANNED, OPENED).when(OPEN).then_nothing()
    given().when(OPEN).then_rejected("campaign-unplanned")
