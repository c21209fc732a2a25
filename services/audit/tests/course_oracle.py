"""C04 once more, slowly and by other means: day by day, from the events themselves, with no spell and no interval.

Shares with the rule nothing but the events, and with C09's oracle how a life goes on from day to day.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from services.audit.tests.oracle import at_home, life
from shared.events.codec import Recorded
from shared.events.training import TrainingAssigned, TrainingCampaignOpened, TrainingCompleted, TrainingResumed

DAY = timedelta(days=1)
IN_JAPAN = timedelta(hours=9)


def learnt(events: Iterable[Recorded], person: str, first: date, last: date) -> dict[date, tuple[str, str]]:
    """Unit and status for each day on which the rule has something to say; all days lie in fiscal 2017 or 2018."""
    told = sorted(events, key=lambda each: each.recorded_at)
    world = [each.event for each in told]
    answer: dict[date, tuple[str, str]] = {}
    since, yesterday, window, away_all_along = None, dict[str, Any](), None, False
    day = first
    while day <= last:
        today = life(world, person, day)
        course = _course(world, day)
        if not (today["post"] and at_home(world, today["company"], day)):
            since = None
        else:
            if since is None or today["hired"] != yesterday.get("hired"):
                since, window = day, None
            if course is not None:
                away_all_along = today["leave"] and (away_all_along if window == course.fy else True)
                window = course.fy
                verdict = "EXCUSED" if away_all_along else _verdict(told, person, day, course, since)
                done = _verdict(told, person, day, course, since) == "COMPLETED"
                answer[day] = (today["unit"], "COMPLETED" if done else verdict)
        yesterday = today
        day += DAY
    return answer


def _course(world: list[Any], day: date) -> TrainingCampaignOpened | None:
    """The first one that opened in the fiscal year of the day."""
    year = day.year if day.month >= 4 else day.year - 1
    begins, ends = date(year, 4, 1), date(year + 1, 3, 31)
    opened = [each for each in world if isinstance(each, TrainingCampaignOpened) and begins <= each.opens_on <= ends]
    first = min(opened, key=lambda each: each.opens_on, default=None)
    return first if first is not None and first.opens_on <= day else None


def _verdict(told: list[Recorded], person: str, day: date, course: TrainingCampaignOpened, since: date) -> str:
    mine = [each for each in told if getattr(each.event, "person_id", None) == person]
    due = [course.due_date if since <= course.opens_on else max(course.due_date, since + timedelta(days=30))]
    due = [min(due[0], course.period_end)] if since > course.opens_on else due
    for each in mine:
        match each.event:
            case TrainingCompleted(fy=course.fy) if (each.event.completed_at + IN_JAPAN).date() <= day:
                return "COMPLETED"
            case TrainingAssigned(fy=course.fy) | TrainingResumed() if _of_year(each.event, course.fy):
                if (each.time + IN_JAPAN).date() <= day and _was_assigned(mine, each.event):
                    due.append(each.event.due_date)
    return "OPEN" if day <= max(due) else "MISSING"


def _of_year(event: TrainingAssigned | TrainingResumed, fy: str) -> bool:
    return event.assignment_id.endswith(fy)


def _was_assigned(mine: list[Recorded], event: TrainingAssigned | TrainingResumed) -> bool:
    """A new due date of something that nobody was assigned says nothing."""
    assigned = [each.event for each in mine if isinstance(each.event, TrainingAssigned)]
    return any(each.assignment_id == event.assignment_id for each in assigned)
