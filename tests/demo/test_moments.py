from datetime import date, timedelta

from daicho.demo.script.moments import BRIEF, KEPT, MOMENTS, OPENS, WHOLE


def test_the_tiny_year_begins_before_the_campaign_opens_and_ends_with_the_whole_one() -> None:
    assert len(BRIEF.moments) == len(KEPT)
    assert set(BRIEF.moments) < set(WHOLE.moments)
    assert BRIEF.first.day < OPENS
    assert BRIEF.moments[-1] == MOMENTS[-1]


def test_what_is_meant_for_a_day_without_a_moment_is_done_at_the_next() -> None:
    day = date(2016, 6, 13)
    assert WHOLE.on(day).day == day
    assert BRIEF.on(day).day == date(2016, 6, 20)


def test_the_first_moment_of_a_day_is_the_one_that_is_meant() -> None:
    opens = date(2016, 4, 1)
    assert (WHOLE.on(opens).at.hour, WHOLE.before(opens).day) == (0, date(2016, 3, 28))
    assert WHOLE.before(opens + timedelta(days=1)).at.hour == 18


def test_before_the_year_there_is_only_its_beginning_and_after_it_nothing() -> None:
    assert WHOLE.before(date(2010, 1, 1)) == MOMENTS[0]
    assert WHOLE.since(MOMENTS[-1].at) == MOMENTS[-1]
    assert WHOLE.since(MOMENTS[-1].at + timedelta(seconds=1)) is None
