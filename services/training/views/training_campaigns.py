"""Which course does everybody take in which fiscal year, and until when?"""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Boolean, Column, Date, Integer, Table, Text

from services.training.schema import metadata
from shared.events.codec import Recorded
from shared.events.topics import TRAINING
from shared.events.training import TrainingCampaignOpened, TrainingCampaignPlanned
from shared.runtime.views import View


@dataclass(frozen=True)
class TrainingCampaignRow:
    campaign_id: str
    fy: str
    course_id: str
    course_version: int
    course_kind: str
    pass_mark: int
    opens_on: date
    due_date: date
    period_end: date
    open: bool


def key(recorded: Recorded) -> str | None:
    match recorded.event:
        case TrainingCampaignPlanned(campaign_id=campaign_id) | TrainingCampaignOpened(campaign_id=campaign_id):
            return campaign_id
        case _:
            return None


def project(row: TrainingCampaignRow | None, recorded: Recorded) -> TrainingCampaignRow | None:
    match recorded.event:
        case TrainingCampaignPlanned() as planned:
            return TrainingCampaignRow(**planned.model_dump(), open=False)
        case TrainingCampaignOpened() as opened:
            return replace(row, open=True) if row else TrainingCampaignRow(**opened.model_dump(), open=True)
        case _:
            return row


def training_campaigns_view(name: str) -> View[TrainingCampaignRow]:
    """Kept twice: to be shown, and for the reactions."""
    table = Table(
        name,
        metadata,
        Column("campaign_id", Text, primary_key=True),
        Column("fy", Text, nullable=False),
        Column("course_id", Text, nullable=False),
        Column("course_version", Integer, nullable=False),
        Column("course_kind", Text, nullable=False),
        Column("pass_mark", Integer, nullable=False),
        Column("opens_on", Date, nullable=False),
        Column("due_date", Date, nullable=False),
        Column("period_end", Date, nullable=False),
        Column("open", Boolean, nullable=False),
    )
    return View(name, (TRAINING,), table, TrainingCampaignRow, key, project, frozenset({"training-campaign"}))


TRAINING_CAMPAIGNS = training_campaigns_view("training_campaigns")
KNOWN_TRAINING_CAMPAIGNS = training_campaigns_view("known_training_campaigns")
