"""Which course does everybody take in which fiscal year, and until when?"""

from datetime import date

import msgspec
from msgspec.structs import replace

from services.training.schema import metadata
from shared.events.codec import Recorded
from shared.events.topics import TRAINING
from shared.events.training import TrainingCampaignOpened, TrainingCampaignPlanned
from shared.runtime.reading.views import View, table_of


class TrainingCampaignRow(msgspec.Struct, frozen=True):
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
    table = table_of(TrainingCampaignRow, name, metadata)
    return View(name, (TRAINING,), table, TrainingCampaignRow, key, project, frozenset({"training-campaign"}))


TRAINING_CAMPAIGNS = training_campaigns_view("training_campaigns")
KNOWN_TRAINING_CAMPAIGNS = training_campaigns_view("known_training_campaigns")
