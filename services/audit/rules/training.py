"""Whether everybody took the fiscal year's course (F13)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from services.audit.domain.context import Context, YearsCourse
from services.audit.domain.days import Days, common, cut
from services.audit.domain.interval import EXCUSED, OPEN, EventRef, Interval
from services.audit.domain.rulebook import AT_END, rule
from services.audit.rules.scope import InScope, at_home, in_scope
from services.audit.spells.person import PERSON, PersonSpells
from shared.law.calendar import ONE_DAY
from shared.law.due_dates import due_by
from shared.law.rule_pack import RulePack

COMPLETED = "COMPLETED"
MISSING = "MISSING"


@rule("C04", fact="F13", subject=PERSON, counted={COMPLETED, MISSING}, good={COMPLETED}, period=AT_END)
def everybody_takes_the_years_course(person: PersonSpells, context: Context, pack: RulePack) -> Iterator[Interval]:
    """Who is in post of the parent or of a company at home has completed the course of the fiscal year.

    Open to the course's due day, for `C04.grace` days after a hire, and to the due day of the person's own assignment;
    missing from the day after. Excused is who was on leave on every day of the window so far. Without a course in a
    year there is no duty; suppliers' workers have a test of their own (C11).
    """
    scopes = tuple(in_scope(person, context, at_home))
    for course in context.years_courses():
        for duty in _duties(scopes, course, pack):
            for begins, ends in _unbroken(person, duty):
                verdict = _verdict(person, duty, begins)
                yield Interval(
                    subject=f"{person.id}#{course.fy}",
                    unit=duty.scope.post.unit,
                    company=duty.scope.company,
                    status=verdict.status,
                    begins=begins,
                    ends=ends,
                    due=verdict.due,
                    because=(*duty.scope.because, course.because, *verdict.because),
                )


@dataclass(frozen=True, slots=True)
class _Duty:
    """The days [begins, ends) of a course's window in one post; `due` as if nobody had set another one."""

    begins: date
    ends: date | None
    scope: InScope
    course: YearsCourse
    due: date
    excused: bool


@dataclass(frozen=True, slots=True)
class _Verdict:
    status: str
    due: date | None = None
    because: tuple[EventRef, ...] = ()


def _duties(scopes: Iterable[InScope], course: YearsCourse, pack: RulePack) -> Iterator[_Duty]:
    """In the order of their days; on leave without a day of the window before it, he is excused."""
    last: _Duty | None = None
    for scope in scopes:
        days = common((scope.begins, scope.ends), (course.opens_on, course.period_end + ONE_DAY))
        if days is not None:
            goes_on = last is not None and last.scope.since == scope.since
            excused = scope.post.on_leave and (last.excused if goes_on and last else True)
            last = _Duty(*days, scope, course, _due(course, scope.since, pack), excused)
            yield last


def _due(course: YearsCourse, since: date, pack: RulePack) -> date:
    return due_by(course, since, timedelta(days=pack.days("C04.grace", since)))


def _unbroken(person: PersonSpells, duty: _Duty) -> Iterator[Days]:
    """The days of a duty, cut wherever the verdict may change."""
    turns = {duty.due + ONE_DAY}
    turns |= {each.since for each in person.completions}
    turns |= {day for each in person.assignments for day in (each.since, each.due + ONE_DAY)}
    return cut((duty.begins, duty.ends), turns)


def _verdict(person: PersonSpells, duty: _Duty, day: date) -> _Verdict:
    fy = duty.course.fy
    done = [each for each in person.completions if each.fy == fy and each.since <= day]
    if done:
        return _Verdict(COMPLETED, duty.due, (min(done, key=lambda each: each.since).because,))
    if duty.excused:
        return _Verdict(EXCUSED)
    asked = [each for each in person.assignments if each.fy == fy and each.since <= day]
    due = max([duty.due, *(each.due for each in asked)])
    because = tuple(each.because for each in asked)
    return _Verdict(OPEN if day <= due else MISSING, due, because)
