"""C04 once more, slowly and by other means: each day from the events themselves, with no spell and no interval."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from services.audit.tests.oracle import life
from shared.events.codec import Recorded
from shared.events.hr import CompanyJoinedGroup, CompanyLeftGroup
from shared.events.training import TrainingAssigned, TrainingCampaignOpened, TrainingCompleted, TrainingResumed

DAY = timedelta(days=1)


def trained(events: Iterable[Recorded], person: str, first: date, last: date) -> dict[date, str]:
    told = sorted(events, key=lambda each: each.recorded_at)
    world = [each.event for each in told]
    answer: dict[date, str] = {}
    newcomer_since, always_away, hired, day = None, True, None, first
    while day <= last:
        today = life(world, person, day)
        if not today["post"] or not _at_home(world, today["company"], day):
            newcomer_since = None
        else:
            if newcomer_since is None:
                always_away = True
            if newcomer_since is None or today["hired"] != hired:
                newcomer_since = day
            campaign = _campaign(world, day)
            if campaign is None or day == campaign.opens_on:
                always_away = True
            if campaign is not None:
                always_away = always_away and today["leave"]
                answer[day] = _stands(told, campaign, day, (newcomer_since + 30 * DAY, always_away))
        hired, day = today["hired"], day + DAY
    return answer


def _campaign(world: list[Any], day: date) -> TrainingCampaignOpened | None:
    opened = [each for each in world if isinstance(each, TrainingCampaignOpened)]
    there = [each for each in opened if each.opens_on <= day <= each.period_end]
    return min(there, key=lambda each: each.opens_on, default=None)


def _stands(told: list[Recorded], campaign: TrainingCampaignOpened, day: date, newcomer: tuple[date, bool]) -> str:
    until, away = newcomer
    dues, names = [campaign.due_date, until], set[str]()
    for each in told:
        event, since = each.event, (each.time + timedelta(hours=9)).date()
        if isinstance(event, TrainingCompleted) and event.fy == campaign.fy and since <= day:
            return "COMPLETED"
        if isinstance(event, TrainingAssigned) and event.fy == campaign.fy:
            names.add(event.assignment_id)
    for each in told:
        event, since = each.event, (each.time + timedelta(hours=9)).date()
        if isinstance(event, TrainingAssigned | TrainingResumed) and event.assignment_id in names and since <= day:
            dues.append(event.due_date)
    if away:
        return "EXCUSED"
    return "UNTRAINED" if all(due < day for due in dues) else "OPEN"


def _at_home(world: list[Any], company: str | None, day: date) -> bool:
    mine = [each for each in world if getattr(each, "company_id", None) == company and each.business_date]
    inside = domestic = False
    for each in sorted(mine, key=lambda event: (event.business_date, isinstance(event, CompanyJoinedGroup))):
        if each.business_date <= day:
            if isinstance(each, CompanyJoinedGroup):
                inside, domestic = True, each.domestic
            elif isinstance(each, CompanyLeftGroup):
                inside = False
    return inside and domestic
