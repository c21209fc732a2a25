"""Any life of a target country: what counts is the earliest day ever set."""

from datetime import date, timedelta
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.training.app import SERVICE
from services.training.domain.target_country import SetPledgeTargetCountry
from services.training.tests.course_words import noon
from services.training.tests.words import OPENS
from shared.testing.life import Life, Trial, any_life

YEARS: Final = {"FY2016": date(2015, 4, 1), "FY2017": date(2016, 4, 1), "FY2018": date(2017, 4, 1)}
"""With the first day of each."""
edges = st.sampled_from(sorted(YEARS.values())).flatmap(
    lambda first: st.integers(-1, 1).map(lambda off: first + timedelta(days=off))
)


class TargetCountryLife(Life):
    """Once its subsidiaries pledge they always do: an earlier day may be set, a later one says nothing."""

    aggregates = SERVICE.aggregates
    begins = noon(OPENS)

    def __init__(self) -> None:
        super().__init__()
        self.since: date | None = None

    @rule(fy=st.sampled_from(sorted(YEARS)), day=st.one_of(edges, st.dates(date(2015, 3, 1), date(2018, 4, 30))))
    def set_a_day(self, fy: str, day: date) -> None:
        first = YEARS[fy]
        within = first <= day < first.replace(year=first.year + 1)
        refusal = self.give(SetPledgeTargetCountry(fy=fy, country="TH", from_date=day))
        assert refusal == (None if within else "date-outside-year")
        if within:
            self.since = min(day, self.since or day)

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        state = self.state("pledge-target-country/TH")
        assert (state and state.from_date) == self.since

    @invariant()
    def its_days_are_told_backwards(self) -> None:
        days = [event.from_date for event in self.told("pledge-target-country/TH")]  # type: ignore[attr-defined]
        assert days == sorted(set(days), reverse=True)


@any_life
def test_whatever_is_set_for_a_target_country_it_is_as_the_model_says(trial: Trial) -> None:
    trial.of(TargetCountryLife)
