"""Which courses a person should take today: the year's, and the introduction after a hire or transfer. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from services.training.domain.assignment_commands import (
    AssignTraining,
    OfAssignment,
    ResumeTraining,
    SuspendTraining,
    WithdrawTraining,
)
from services.training.duties.look import Look
from services.training.duties.occasions import Occasion, occasions
from services.training.views.courses import CourseRow
from services.training.views.training_campaigns import TrainingCampaignRow
from shared.events.hr import PersonKind
from shared.events.training import AssignmentCause, CourseKind
from shared.law.due_dates import due_by
from shared.law.fiscal_year import fiscal_year_of
from shared.law.rule_pack import STANDARD
from shared.organisation.person import PersonSpell

ASSIGNMENTS = uuid5(NAMESPACE_URL, "urn:daicho:assignment")
GRACE = timedelta(days=STANDARD.days("C04.grace"))
"""Who comes into the scope of a campaign later than it opened has this long to complete it (C04)."""
WITHIN = timedelta(days=STANDARD.days("C07.within"))
"""Who is hired or transferred has this long to complete the introduction (C07)."""
INTRODUCTIONS: Final = {
    AssignmentCause.HIRE: CourseKind.NEW_HIRE,
    AssignmentCause.TRANSFER: CourseKind.TRANSFER,
}


def course_duties(
    look: Look, campaigns: Iterable[TrainingCampaignRow], courses: Sequence[CourseRow]
) -> list[OfAssignment]:
    """The commands that bring a person's courses in line with where he stands today."""
    if look.spell is None:
        return []
    retired = {course.course_id for course in courses if course.retired}
    running = sorted(filter(look.runs, campaigns), key=lambda each: (each.opens_on, each.campaign_id))
    kinds = {course.course_kind for course in courses}
    begun = [each for each in occasions(look) if INTRODUCTIONS[each.cause] in kinds]
    return [
        *(duty for each in running for duty in _yearly(look, look.spell, each, each.course_id in retired)),
        *(duty for each in begun for duty in _introduction(look, look.spell, each, courses)),
    ]


def _yearly(look: Look, spell: PersonSpell, campaign: TrainingCampaignRow, retired: bool) -> Iterator[OfAssignment]:
    """Who has a retired course still to take still takes it; nobody is assigned it any more."""
    assignment_id = yearly_of(look.person_id, campaign)
    if look.since is None:
        yield WithdrawTraining(assignment_id=assignment_id)
        return
    if not retired:
        yield AssignTraining(assignment_id=assignment_id, **_who(look, spell), **_campaign(campaign, look.since))
    yield _suspension(assignment_id, spell, look.today, GRACE)


def _introduction(
    look: Look, spell: PersonSpell, occasion: Occasion, courses: Iterable[CourseRow]
) -> Iterator[OfAssignment]:
    assignment_id = introduction_of(look.person_id, occasion.cause, occasion.since)
    if not occasion.lasts(look):
        yield WithdrawTraining(assignment_id=assignment_id)
        return
    if course := _offered(courses, occasion):
        yield AssignTraining(assignment_id=assignment_id, **_who(look, spell), **_introducing(course, occasion))
    yield _suspension(assignment_id, spell, look.today, WITHIN)


def yearly_of(person_id: str, campaign: TrainingCampaignRow) -> str:
    return _named(person_id, campaign.course_kind, AssignmentCause.CAMPAIGN, campaign.campaign_id)


def introduction_of(person_id: str, cause: AssignmentCause, since: date) -> str:
    return _named(person_id, INTRODUCTIONS[cause], cause, since.isoformat())


def _named(person_id: str, kind: str, cause: str, occasion: str) -> str:
    """One assignment per person, kind, cause and occasion: whoever looks twice finds the same stream."""
    return str(uuid5(ASSIGNMENTS, f"{person_id}|{kind}|{cause}|{occasion}"))


def _offered(courses: Iterable[CourseRow], occasion: Occasion) -> CourseRow | None:
    """The newest course of the kind that was there on the day of the occasion, in its latest version."""
    there = (
        course
        for course in courses
        if course.course_kind == INTRODUCTIONS[occasion.cause]
        and not course.retired
        and course.published_on <= occasion.since
    )
    return max(there, key=lambda course: (course.published_on, course.course_id), default=None)


def _who(look: Look, spell: PersonSpell) -> dict[str, Any]:
    return {
        "person_id": look.person_id,
        "person_kind": spell.person_kind or PersonKind.EMPLOYEE,
        "company_id": spell.company_id,
        "org_unit_id": spell.org_unit_id,
    }


def _campaign(campaign: TrainingCampaignRow, since: date) -> dict[str, Any]:
    return {
        "cause": AssignmentCause.CAMPAIGN,
        "campaign_id": campaign.campaign_id,
        "fy": campaign.fy,
        "course_id": campaign.course_id,
        "course_version": campaign.course_version,
        "course_kind": CourseKind(campaign.course_kind),
        "pass_mark": campaign.pass_mark,
        "since": campaign.opens_on,
        "due_date": due_by(campaign, since, GRACE),
        "period_end": campaign.period_end,
    }


def _introducing(course: CourseRow, occasion: Occasion) -> dict[str, Any]:
    """Who is hired in March has his days in April too: it ends with the year in which it is due."""
    due = occasion.since + WITHIN
    return {
        "cause": occasion.cause,
        "fy": fiscal_year_of(occasion.since).label,
        "course_id": course.course_id,
        "course_version": course.version,
        "course_kind": CourseKind(course.course_kind),
        "pass_mark": course.pass_mark,
        "since": occasion.since,
        "due_date": due,
        "period_end": fiscal_year_of(due).end,
    }


def _suspension(assignment_id: str, spell: PersonSpell, today: date, grace: timedelta) -> OfAssignment:
    if spell.on_leave:
        return SuspendTraining(assignment_id=assignment_id)
    return ResumeTraining(assignment_id=assignment_id, due_date=today + grace)
