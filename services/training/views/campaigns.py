"""Which pledge campaigns are there, and which text is in force?"""

from datetime import date

import msgspec
from msgspec.structs import replace

from services.training.schema import metadata
from shared.events.codec import Recorded
from shared.events.topics import TRAINING
from shared.events.training import PledgeCampaignOpened, PledgeCampaignPlanned
from shared.runtime.reading.views import View, table_of


class CampaignRow(msgspec.Struct, frozen=True):
    campaign_id: str
    fy: str
    template_id: str
    template_version: int
    template_hash: str
    opens_on: date
    due_date: date
    period_end: date
    open: bool


def key(recorded: Recorded) -> str | None:
    match recorded.event:
        case PledgeCampaignPlanned(campaign_id=campaign_id) | PledgeCampaignOpened(campaign_id=campaign_id):
            return campaign_id
        case _:
            return None


def project(row: CampaignRow | None, recorded: Recorded) -> CampaignRow | None:
    match recorded.event:
        case PledgeCampaignPlanned() as planned:
            return CampaignRow(**planned.model_dump(), open=False)
        case PledgeCampaignOpened() as opened:
            return replace(row, open=True) if row else CampaignRow(**opened.model_dump(), open=True)
        case _:
            return row


def campaigns_view(name: str) -> View[CampaignRow]:
    """Kept twice: to be shown, and for the reactions."""
    table = table_of(CampaignRow, name, metadata)
    return View(name, (TRAINING,), table, CampaignRow, key, project, frozenset({"pledge-campaign"}))


CAMPAIGNS = campaigns_view("campaigns")
KNOWN_CAMPAIGNS = campaigns_view("known_campaigns")
