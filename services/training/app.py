"""Training at a glance: wiring only."""

from typing import Final

from services.training import problems as _declared  # noqa: F401 - declares the problems that decisions name
from services.training.access import ACCESS
from services.training.api import (
    assignments,
    campaigns,
    courses,
    duties,
    handbooks,
    pledges,
    rule_documents,
    training_campaigns,
)
from services.training.domain import assignment, campaign, pledge, training_campaign
from services.training.domain.assignment import ASSIGNMENT
from services.training.domain.assignment_commands import AssignmentCommand
from services.training.domain.campaign import CAMPAIGN, OpenPledgeCampaign, PlanPledgeCampaign
from services.training.domain.course import COURSE, CourseCommand
from services.training.domain.handbook import HANDBOOK, HandbookCommand
from services.training.domain.pledge import PLEDGE
from services.training.domain.pledge_commands import PledgeCommand
from services.training.domain.rule_document import RULE_DOCUMENT, PublishRuleDocument
from services.training.domain.target_country import TARGET_COUNTRY, SetPledgeTargetCountry
from services.training.domain.training_campaign import TRAINING_CAMPAIGN, TrainingCampaignCommand
from services.training.reactions import REACTIONS
from services.training.schema import DIRECTORY, ORGANISATION, metadata
from services.training.views.assignments import ASSIGNMENTS
from services.training.views.campaigns import CAMPAIGNS
from services.training.views.courses import COURSES
from services.training.views.pledges import PLEDGES
from services.training.views.rule_documents import RULE_DOCUMENTS
from services.training.views.target_countries import TARGET_COUNTRIES
from services.training.views.training_campaigns import TRAINING_CAMPAIGNS
from shared.organisation import operations
from shared.organisation.directory import Desk, read
from shared.runtime.service import Service
from shared.runtime.writing.aggregates import Aggregate

SERVICE: Final = Service(
    name="training",
    description="Pledges and courses: who is asked to sign and to learn, who has, who has still to.",
    metadata=metadata,
    routers=(
        *(duties.router, pledges.router, campaigns.router),
        *(assignments.router, courses.router, training_campaigns.router),
        *(handbooks.router, rule_documents.router, operations.router),
    ),
    aggregates=(
        Aggregate("pledge", PLEDGE, PledgeCommand.__args__, pledge.timers, episodes=True),
        Aggregate("pledge-campaign", CAMPAIGN, (PlanPledgeCampaign, OpenPledgeCampaign), campaign.timers),
        Aggregate("pledge-target-country", TARGET_COUNTRY, (SetPledgeTargetCountry,)),
        Aggregate("course", COURSE, CourseCommand.__args__),
        Aggregate("rule-document", RULE_DOCUMENT, (PublishRuleDocument,)),
        Aggregate("training-campaign", TRAINING_CAMPAIGN, TrainingCampaignCommand.__args__, training_campaign.timers),
        Aggregate("assignment", ASSIGNMENT, AssignmentCommand.__args__, assignment.timers, episodes=True),
        Aggregate("handbook", HANDBOOK, HandbookCommand.__args__),
    ),
    views=(
        *(ORGANISATION, PLEDGES, CAMPAIGNS, TARGET_COUNTRIES),
        *(ASSIGNMENTS, COURSES, TRAINING_CAMPAIGNS, RULE_DOCUMENTS),
    ),
    reactions=REACTIONS,
    read=read,
    desk=Desk(DIRECTORY, ACCESS),
)
