"""In which countries do the subsidiaries pledge, and since when? (F19)"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Column, Date, Table, Text

from services.training.schema import metadata
from shared.events.codec import Recorded
from shared.events.topics import TRAINING
from shared.events.training import PledgeTargetCountrySet
from shared.runtime.views import View


@dataclass(frozen=True)
class TargetCountryRow:
    country: str
    fy: str
    from_date: date


def key(recorded: Recorded) -> str | None:
    return recorded.event.country if isinstance(recorded.event, PledgeTargetCountrySet) else None


def project(row: TargetCountryRow | None, recorded: Recorded) -> TargetCountryRow | None:
    match recorded.event:
        case PledgeTargetCountrySet() as told:
            return TargetCountryRow(told.country, told.fy, told.from_date)
        case _:
            return row


def target_countries_view(name: str) -> View[TargetCountryRow]:
    table = Table(
        name,
        metadata,
        Column("country", Text, primary_key=True),
        Column("fy", Text, nullable=False),
        Column("from_date", Date, nullable=False),
    )
    return View(name, (TRAINING,), table, TargetCountryRow, key, project, frozenset({"pledge-target-country"}))


TARGET_COUNTRIES = target_countries_view("target_countries")
KNOWN_TARGET_COUNTRIES = target_countries_view("known_target_countries")
