"""The yearly online training: planned by the promotion office, opened by the calendar (F13, F14)."""

from typing import Annotated, Final, TypeAlias, assert_never

from pydantic import Field

from services.training.domain import yearly
from services.training.domain.yearly import OfCampaign, Open, Plan, Planned, Unplanned, opening, plan, to_open
from shared.decider import Decider, Rejected, Timer
from shared.events.base import Identifier
from shared.events.training import (
    CourseKind,
    Score,
    TrainingCampaignOpened,
    TrainingCampaignPlanned,
    TrainingCampaignTold,
)

YEARLY: Final = frozenset({CourseKind.ANNUAL_ONLINE, CourseKind.MY_NUMBER})
"""What everybody at home takes once a fiscal year; the other kinds have their own occasions."""


class PlanTrainingCampaign(Plan):
    """Kind and pass mark are those of the course in this version."""

    kind = "training-campaign"
    course_id: Identifier
    course_version: Annotated[int, Field(ge=1)]
    course_kind: CourseKind
    pass_mark: Score


class OpenTrainingCampaign(OfCampaign):
    kind = "training-campaign"


TrainingCampaign: TypeAlias = yearly.Campaign[TrainingCampaignPlanned]
TrainingCampaignCommand: TypeAlias = PlanTrainingCampaign | OpenTrainingCampaign


def decide(command: TrainingCampaignCommand, campaign: TrainingCampaign) -> list[TrainingCampaignTold]:
    match command:
        case PlanTrainingCampaign():
            return [*plan(_planned(command), campaign, command.today)]
        case OpenTrainingCampaign():
            return [TrainingCampaignOpened.model_validate(terms.model_dump()) for terms in to_open(campaign)]
        case _:
            assert_never(command)


def _planned(command: PlanTrainingCampaign) -> TrainingCampaignPlanned:
    if command.course_kind not in YEARLY:
        raise Rejected(f"a course of kind {command.course_kind} is not for everybody once a year", "course-not-yearly")
    return TrainingCampaignPlanned.model_validate(command.told())


def evolve(_campaign: TrainingCampaign, event: TrainingCampaignTold) -> TrainingCampaign:
    match event:
        case TrainingCampaignPlanned() as planned:
            return Planned(planned)
        case TrainingCampaignOpened() as opened:
            return Open(TrainingCampaignPlanned.model_validate(opened.model_dump()))
        case _:
            assert_never(event)


def timers(event: TrainingCampaignTold) -> list[Timer]:
    """T07: a planned campaign opens by itself."""
    if not isinstance(event, TrainingCampaignPlanned):
        return []
    return [opening(event.opens_on, OpenTrainingCampaign(campaign_id=event.campaign_id))]


TRAINING_CAMPAIGN: Decider[TrainingCampaignCommand, TrainingCampaign, TrainingCampaignTold] = Decider(
    Unplanned(), decide, evolve
)
