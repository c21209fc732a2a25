"""Any life of a pledge campaign: one plan, one opening, for one text."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.training.domain.campaign import OpenPledgeCampaign
from services.training.tests.words import OTHER_TEXT, PLAN
from services.training.tests.yearly_life import YearlyLife
from shared.testing.life import Trial, any_life


class PledgeCampaignLife(YearlyLife):
    plan = PLAN
    open = OpenPledgeCampaign(campaign_id=PLAN.campaign_id)

    @rule(version=st.sampled_from([1, 2]), text=st.sampled_from([PLAN.template_hash, OTHER_TEXT]))
    def plan_another_text(self, version: int, text: str) -> None:
        if self.terms:
            told = {"template_version": version, "template_hash": text, "today": self.today}
            same = (version, text) == (PLAN.template_version, PLAN.template_hash)
            assert self.give(self.terms.model_copy(update=told)) == (None if same else "campaign-exists")


@any_life
def test_whatever_is_planned_of_a_pledge_campaign_it_is_as_the_model_says(trial: Trial) -> None:
    trial.of(PledgeCampaignLife)
