"""Stories nobody thought of, with everything close together, where the edges are."""

from collections.abc import Callable
from datetime import date

from hypothesis import strategies as st

from services.audit.tests.story import DAY, Story

FIRST = date(2016, 3, 20)
LAST = date(2017, 5, 10)
_SOON = st.dates(date(2016, 3, 25), date(2016, 8, 15))
_LATER = st.dates(date(2016, 3, 25), date(2017, 4, 30))
_WHEN = _SOON | _LATER
_COMPANY = st.sampled_from(["C1", "C9"])
_VERSION = st.integers(1, 2)
_SPAN = st.integers(0, 45)
Step = Callable[[Story], object]

_STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(lambda day, company: lambda story: story.hired("P1", day, company=company), _WHEN, _COMPANY),
    st.builds(lambda day, company: lambda story: story.moved("P1", day, "D2", company), _WHEN, _COMPANY),
    st.builds(lambda day: lambda story: story.on_leave("P1", day), _WHEN),
    st.builds(lambda day: lambda story: story.back("P1", day), _WHEN),
    st.builds(lambda day: lambda story: story.left("P1", day), _WHEN),
    st.builds(lambda day, version: lambda story: story.opened(version, day), _WHEN, _VERSION),
    st.builds(
        lambda day, span, version: lambda story: story.asked("P1", day, day + span * DAY, version),
        _WHEN,
        _SPAN,
        _VERSION,
    ),
    st.builds(
        lambda day, span, version: lambda story: story.signed("P1", day, version, until=day + 4 * span * DAY),
        _WHEN,
        _SPAN,
        _VERSION,
    ),
    st.builds(lambda day: lambda story: story.target("SG", day), _WHEN),
    st.builds(lambda day, span: lambda story: story.course_opened(day, day + span * DAY), _WHEN, _SPAN),
    st.builds(lambda day, span: lambda story: story.assigned("P1", day, day + span * DAY), _WHEN, _SPAN),
    st.builds(lambda day, span: lambda story: story.assigned_again("P1", day, day + span * DAY), _WHEN, _SPAN),
    st.builds(lambda day: lambda story: story.completed("P1", day), _WHEN),
    st.builds(lambda day, company: lambda story: story.left_group(company, day), _WHEN, _COMPANY),
    st.builds(lambda day: lambda story: story.joined("C1", day), _WHEN),
    st.builds(lambda day: lambda story: story.joined("C9", day, country="SG"), _WHEN),
)


def _tell(steps: list[Step]) -> Story:
    return _told([lambda told: told.opened(), lambda told: told.hired(day=date(2016, 3, 25)), *steps])


def _tell_of_newcomer(opens: date, span: int, later: int, steps: list[Step]) -> Story:
    due, hire = opens + span * DAY, opens + later * DAY
    return _told([lambda told: told.course_opened(opens, due), lambda told: told.hired(day=hire), *steps])


def _told(steps: list[Step]) -> Story:
    story = Story()
    story.joined("C1", date(2010, 4, 1))
    story.joined("C9", date(2010, 4, 1), country="SG")
    for step in steps:
        step(story)
    return story


STORIES: st.SearchStrategy[Story] = st.lists(_STEPS, max_size=10).map(_tell)
NEWCOMERS: st.SearchStrategy[Story] = st.builds(
    _tell_of_newcomer, _WHEN, _SPAN, st.integers(-1, 45), st.lists(_STEPS, max_size=5)
)
"""Somebody is hired when the year's course opens, or soon after: the grace decides."""
