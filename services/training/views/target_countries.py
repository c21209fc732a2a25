"""In which countries do the subsidiaries pledge, and since when? (F19)"""

from datetime import date

import msgspec

from services.training.schema import metadata
from shared.events.codec import Recorded
from shared.events.topics import TRAINING
from shared.events.training import PledgeTargetCountrySet
from shared.runtime.reading.views import View, table_of


class TargetCountryRow(msgspec.Struct, frozen=True):
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
    table = table_of(TargetCountryRow, name, metadata)
    return View(name, (TRAINING,), table, TargetCountryRow, key, project, frozenset({"pledge-target-country"}))


TARGET_COUNTRIES = target_countries_view("target_countries")
KNOWN_TARGET_COUNTRIES = target_countries_view("known_target_countries")
