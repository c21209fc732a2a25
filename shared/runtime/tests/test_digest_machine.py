"""Any life of a service's watermark: a digest for each day, forwards only."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from shared.events import ledger as _declared  # noqa: F401 - the watermark of some service
from shared.runtime.reacting.watermark import AHEAD, RecordDigest, digest_aggregate
from shared.testing.life import Life, Trial, any_life

FIRST: Final = date(2016, 4, 1)
digests = st.sampled_from(["a" * 64, "b" * 64])


class DigestLife(Life):
    """What a day was is said once; of a day before the last said, nothing is said any more."""

    aggregates = (digest_aggregate("ledger"),)
    begins = datetime(2016, 4, 1, 3, 0, tzinfo=UTC)

    def __init__(self) -> None:
        super().__init__()
        self.days: list[date] = []

    @rule(off=st.integers(-2, 3), count=st.integers(0, 2), digest=digests)
    def say(self, off: int, count: int, digest: str) -> None:
        day = (self.days[-1] if self.days else FIRST) + timedelta(days=off)
        assert self.give(RecordDigest(service="ledger", day=day, count=count, digest=digest)) is None
        if not self.days or day > self.days[-1]:
            self.days.append(day)

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        assert [event.day for event in self.told("digest/ledger")] == self.days  # type: ignore[attr-defined]

    @invariant()
    def each_is_followed_by_the_timer_of_a_day_that_lies_ahead(self) -> None:
        ends = {datetime(each.year, each.month, each.day, 15, 30, tzinfo=UTC) for each in map(_ahead, self.days)}
        assert {each.at for each in self.timers.values()} == ends


def _ahead(day: date) -> date:
    return day + AHEAD


@any_life
def test_whatever_is_digested_the_watermark_is_as_the_model_says(trial: Trial) -> None:
    trial.of(DigestLife)
