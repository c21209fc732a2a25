"""Any life of a training campaign: one plan, one opening, for one course that is for everybody once a year."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.training.domain.training_campaign import OpenTrainingCampaign
from services.training.tests.course_words import PLAN
from services.training.tests.yearly_life import YearlyLife
from shared.events.training import CourseKind
from shared.testing.life import Trial, any_life


class TrainingCampaignLife(YearlyLife):
    plan = PLAN
    open = OpenTrainingCampaign(campaign_id=PLAN.campaign_id)

    @rule(kind=st.sampled_from(CourseKind))
    def plan_a_course_of_another_kind(self, kind: CourseKind) -> None:
        """Whatever was planned before, a kind that has occasions of its own is refused first."""
        told = {"course_kind": kind, "today": self.today}
        if kind not in {"ANNUAL_ONLINE", "MY_NUMBER"}:
            assert self.give((self.terms or PLAN).model_copy(update=told)) == "course-not-yearly"
        elif self.terms:
            expected = None if kind is PLAN.course_kind else "campaign-exists"
            assert self.give(self.terms.model_copy(update=told)) == expected


@any_life
def test_whatever_is_planned_of_a_training_campaign_it_is_as_the_model_says(trial: Trial) -> None:
    trial.of(TrainingCampaignLife)
