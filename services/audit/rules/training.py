"""Whether everybody has taken the yearly online training (F13)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.audit.domain.context import Campaign, Context
from services.audit.domain.days import common
from services.audit.domain.interval import EXCUSED, OPEN, EventRef, Interval
from services.audit.domain.rulebook import AT_END, rule
from services.audit.spells.person import PERSON, PersonSpells, Post
from shared.events.hr import PersonKind
from shared.law.calendar import ONE_DAY
from shared.law.rule_pack import RulePack

COMPLETED: Final = "COMPLETED"
UNTRAINED: Final = "UNTRAINED"
LEARNERS: Final = frozenset({PersonKind.EMPLOYEE, PersonKind.EXECUTIVE, PersonKind.DISPATCHED})


@rule("C04", fact="F13", subject=PERSON, counted={COMPLETED, UNTRAINED}, good={COMPLETED}, period=AT_END)
def everybody_takes_the_yearly_training(person: PersonSpells, context: Context, pack: RulePack) -> Iterator[Interval]:
    """Who is in post of a domestic company has completed the course of the fiscal year, while that year lasts.

    Open to the due day, of the campaign or his own, and for `C04.grace` days after a hire or after coming into scope;
    untrained from the day after. Excused while he was on leave on every day so far. Without a campaign in the year
    there is no duty.
    """
    for duty in _duties(person, context, pack):
        for begins, ends in _unbroken(person, duty):
            verdict = _verdict(person, duty, begins)
            yield Interval(
                subject=f"{person.id}#{duty.campaign.fy}",
                unit=duty.post.unit,
                company=duty.post.company or "",
                status=verdict.status,
                begins=begins,
                ends=ends,
                due=verdict.due,
                because=(*duty.post.because, *verdict.because),
            )


@dataclass(frozen=True, slots=True)
class _Duty:
    """The days [begins, ends) in which a person in one post should take one campaign's course."""

    begins: date
    ends: date | None
    post: Post
    campaign: Campaign
    grace: date
    """The last day on which nobody blames the newcomer."""
    away: bool
    """On leave on every day since the campaign opened, or since he came into scope."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    status: str
    due: date | None = None
    because: tuple[EventRef, ...] = ()


@dataclass(frozen=True, slots=True)
class _InScope:
    begins: date
    ends: date | None
    post: Post
    entered: date
    """The first of the unbroken days in scope."""


def _duties(person: PersonSpells, context: Context, pack: RulePack) -> Iterator[_Duty]:
    scopes = list(_scopes(person, context))
    for campaign in context.annual_trainings():
        away, last = True, None
        for scope in scopes:
            days = common((scope.begins, scope.ends), (campaign.opens, campaign.closes + ONE_DAY))
            if days is not None:
                away, last = scope.post.on_leave and (away or last != days[0]), days[1]
                since = max(scope.entered, scope.post.hired_on)
                grace = since + timedelta(days=pack.days("C04.grace", since))
                yield _Duty(*days, scope.post, campaign, grace, away)


def _scopes(person: PersonSpells, context: Context) -> Iterator[_InScope]:
    entered = last = None
    for post in person.posts:
        for spell in context.company(post.company) if post.kind in LEARNERS and post.company else ():
            days = common((post.begins, post.ends), (spell.begins, spell.ends))
            if spell.in_group and spell.domestic and days is not None:
                entered = days[0] if entered is None or last != days[0] else entered
                last = days[1]
                yield _InScope(*days, post, entered)


def _unbroken(person: PersonSpells, duty: _Duty) -> Iterator[tuple[date, date | None]]:
    """The days of a duty, cut wherever the verdict may change."""
    turns = {duty.begins, duty.grace + ONE_DAY, duty.campaign.due + ONE_DAY}
    turns |= {each.since for each in person.completions}
    turns |= {day for each in person.deadlines for day in (each.since, each.due + ONE_DAY)}
    inside = [day for day in sorted(turns) if duty.begins <= day and (duty.ends is None or day < duty.ends)]
    return zip(inside, [*inside[1:], duty.ends], strict=True)


def _verdict(person: PersonSpells, duty: _Duty, day: date) -> _Verdict:
    done = [each for each in person.completions if each.fy == duty.campaign.fy and each.since <= day]
    if done:
        return _Verdict(COMPLETED, None, (done[0].because,))
    if duty.away:
        return _Verdict(EXCUSED)
    own = [each for each in person.deadlines if each.fy == duty.campaign.fy and each.since <= day]
    due = max([duty.campaign.due, duty.grace, *(each.due for each in own)])
    because = (duty.campaign.because, *(each.because for each in own))
    return _Verdict(OPEN if day <= due else UNTRAINED, due, because)
