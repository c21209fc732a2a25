from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from shared.decider import Rejected
from shared.late_entry import LateEntry

NOON = datetime(2016, 6, 1, 3, 0, tzinfo=UTC)


@dataclass
class Entry(LateEntry):
    time: datetime
    now: datetime = NOON
    late_reason: object = None


def refused(entry: Entry) -> str:
    with pytest.raises(Rejected) as caught:
        entry.backdated()
    return caught.value.slug


def test_what_has_not_happened_yet_is_not_entered() -> None:
    assert refused(Entry(NOON + timedelta(seconds=1), late_reason="in advance")) == "entry-in-the-future"
    assert Entry(NOON).backdated() is False


def test_from_the_thirty_first_day_on_it_says_why_and_is_marked() -> None:
    assert Entry(NOON - timedelta(days=30)).backdated() is False
    assert refused(Entry(NOON - timedelta(days=31))) == "late-entry"
    assert Entry(NOON - timedelta(days=31), late_reason="on paper").backdated() is True


def test_days_are_those_of_japan() -> None:
    """A few minutes before midnight there, and a few minutes after another one."""
    now = datetime(2016, 6, 30, 15, 5, tzinfo=UTC)
    assert refused(Entry(datetime(2016, 5, 31, 14, 55, tzinfo=UTC), now)) == "late-entry"
    just_in_time = Entry(datetime(2016, 5, 31, 15, 0, tzinfo=UTC), now)
    assert (just_in_time.on, just_in_time.backdated()) == (date(2016, 6, 1), False)
