"""The countries whose subsidiaries pledge too: Asia and nearby regions first, then further ones (F19)."""

from datetime import date
from typing import TypeAlias

from shared.decider import Command, Decider, Rejected
from shared.events.base import Country
from shared.events.training import FiscalYearLabel, PledgeTargetCountrySet
from shared.law.fiscal_year import fiscal_year_labelled


class SetPledgeTargetCountry(Command):
    kind = "pledge-target-country"
    fy: FiscalYearLabel
    country: Country
    from_date: date

    @property
    def stream(self) -> str:
        return f"{self.kind}/{self.country}"


TargetCountry: TypeAlias = PledgeTargetCountrySet | None


def decide(command: SetPledgeTargetCountry, since: TargetCountry) -> list[PledgeTargetCountrySet]:
    year = fiscal_year_labelled(command.fy)
    if command.from_date not in year:
        raise Rejected(f"{command.from_date} is not in {year}", "date-outside-year")
    if since is not None and since.from_date <= command.from_date:
        return []
    return [PledgeTargetCountrySet(fy=command.fy, country=command.country, from_date=command.from_date)]


def evolve(_since: TargetCountry, event: PledgeTargetCountrySet) -> TargetCountry:
    return event


TARGET_COUNTRY: Decider[SetPledgeTargetCountry, TargetCountry, PledgeTargetCountrySet] = Decider(None, decide, evolve)
