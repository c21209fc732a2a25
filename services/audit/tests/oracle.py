"""C09 once more, slowly and by other means: day by day, from the events themselves, with no spell and no interval.

Shares nothing with the rule but the events, so that a mistake would have to be made twice.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from shared.events.codec import Recorded
from shared.events.hr import (
    CompanyJoinedGroup,
    CompanyLeftGroup,
    EmployeeHired,
    EmployeeLeaveEnded,
    EmployeeLeaveStarted,
    EmployeeLeft,
    EmployeeTransferred,
)
from shared.events.training import PledgeCampaignOpened, PledgeRequested, PledgeSigned, PledgeTargetCountrySet

DAY = timedelta(days=1)


def pledged(events: Iterable[Recorded], person: str, first: date, last: date) -> dict[date, tuple[str, str]]:
    """Unit and status for each day on which the rule has something to say."""
    world = [each.event for each in sorted(events, key=lambda each: each.recorded_at)]
    answer: dict[date, tuple[str, str]] = {}
    newcomer_since = None
    yesterday: dict[str, Any] = {}
    day = first
    while day <= last:
        today = life(world, person, day)
        if not (today["post"] and _pledging(world, today["company"], day)):
            newcomer_since = None
        else:
            if newcomer_since is None or today["hired"] != yesterday.get("hired"):
                newcomer_since = day
            verdict = _verdict(world, person, day, newcomer_since, leave=today["leave"])
            if verdict:
                answer[day] = (today["unit"], verdict)
        yesterday = today
        day += DAY
    return answer


def life(world: list[Any], person: str, day: date) -> dict[str, Any]:
    mine = [each for each in world if getattr(each, "person_id", None) == person and each.business_date]
    ranks: dict[Any, int] = {EmployeeLeft: 0, EmployeeHired: 1}
    now: dict[str, Any] = {"post": False, "leave": False, "company": None, "unit": None, "hired": None}
    for each in sorted(mine, key=lambda event: (event.business_date, ranks.get(type(event), 2))):
        if each.business_date > day:
            break
        if isinstance(each, EmployeeHired):
            anew = not now["post"] or now["company"] != each.employer_company_id
            now = {
                "post": True,
                "leave": False if anew else now["leave"],
                "company": each.employer_company_id,
                "unit": each.org_unit_id,
                "hired": each.business_date if anew else now["hired"],
            }
        elif isinstance(each, EmployeeLeft):
            now = now | {"post": False, "leave": False, "hired": None}
        elif now["post"]:
            now = now | _change(each)
    return now


def _change(event: Any) -> dict[str, Any]:
    match event:
        case EmployeeTransferred():
            return {"company": event.to.company_id, "unit": event.to.org_unit_id}
        case EmployeeLeaveStarted():
            return {"leave": True}
        case EmployeeLeaveEnded():
            return {"leave": False}
        case _:
            return {}


def _pledging(world: list[Any], company: str, day: date) -> bool:
    member = None
    told = [each for each in world if isinstance(each, CompanyJoinedGroup | CompanyLeftGroup)]
    for each in sorted(told, key=lambda event: (event.effective_date, isinstance(event, CompanyJoinedGroup))):
        if each.company_id == company and each.effective_date <= day:
            member = each if isinstance(each, CompanyJoinedGroup) else None
    if member is None:
        return False
    targets = [each for each in world if isinstance(each, PledgeTargetCountrySet)]
    return member.domestic or any(each.country == member.country and each.from_date <= day for each in targets)


def _verdict(world: list[Any], person: str, day: date, newcomer_since: date, *, leave: bool) -> str | None:
    opened = [each for each in world if isinstance(each, PledgeCampaignOpened) and each.opens_on <= day]
    if not opened:
        return None
    text = max(reversed(opened), key=lambda each: each.opens_on).template_version
    if leave:
        return "EXCUSED"
    mine = [each for each in world if getattr(each, "person_id", None) == person]
    for each in mine:
        if isinstance(each, PledgeSigned) and each.template_version == text:
            in_force = max(each.period_start, (each.signed_at + timedelta(hours=9)).date()) <= day <= each.period_end
            if in_force:
                return "SIGNED"
    for each in mine:
        asks = isinstance(each, PledgeRequested) and each.template_version == text
        if asks and _asked_on(each) <= day <= each.due_date:
            return "OPEN"
    return "OPEN" if day <= newcomer_since + timedelta(days=30) else "MISSING"


def _asked_on(request: PledgeRequested) -> date:
    """The stories put the day of asking into the campaign's id."""
    return date.fromisoformat(request.campaign_id[-10:])
