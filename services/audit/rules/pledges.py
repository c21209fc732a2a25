"""Whether everybody has pledged to keep the Basic Rules (F18, F19, F27)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from services.audit.domain.context import Context, Template
from services.audit.domain.days import Days, common, cut
from services.audit.domain.interval import EXCUSED, OPEN, EventRef, Interval
from services.audit.domain.rulebook import AT_END, rule
from services.audit.rules.scope import Since, at_home, in_scope
from services.audit.spells.person import PERSON, PersonSpells, Post
from shared.law.calendar import ONE_DAY
from shared.law.rule_pack import RulePack
from shared.organisation.company import CompanySpell

SIGNED = "SIGNED"
MISSING = "MISSING"


@rule("C09", fact="F18", subject=PERSON, counted={SIGNED, MISSING}, good={SIGNED}, period=AT_END)
def everybody_has_pledged(person: PersonSpells, context: Context, pack: RulePack) -> Iterator[Interval]:
    """Who is in post of a domestic company, or of one in a target country, has signed the text in force.

    Open to the due day of the request, and for `C09.grace` days after a hire or after coming into scope; missing from
    the day after. Without a text in force there is no duty. Suppliers' workers are the business of C10.
    """
    for duty in _duties(person, context, pack):
        for begins, ends in _unbroken(person, duty):
            verdict = _verdict(person, duty, begins)
            yield Interval(
                subject=person.id,
                unit=duty.post.unit,
                company=duty.company,
                status=verdict.status,
                begins=begins,
                ends=ends,
                due=verdict.due,
                because=(*duty.because, *verdict.because),
            )


@dataclass(frozen=True, slots=True)
class _Duty:
    """The days [begins, ends) in which a person in one post should have signed one text."""

    begins: date
    ends: date | None
    post: Post
    company: str
    template: Template
    grace: date
    """The last day on which nobody blames the newcomer."""
    because: tuple[EventRef, ...]


@dataclass(frozen=True, slots=True)
class _Verdict:
    status: str
    due: date | None = None
    because: tuple[EventRef, ...] = ()


def _duties(person: PersonSpells, context: Context, pack: RulePack) -> Iterator[_Duty]:
    """What is in scope, cut where another text comes into force; the grace runs from the first day in scope."""
    for scope in in_scope(person, context, lambda company: _pledging(company, context)):
        grace = scope.since + timedelta(days=pack.days("C09.grace", scope.since))
        for template in context.templates():
            days = common((scope.begins, scope.ends), (template.begins, template.ends))
            if days is not None:
                yield _Duty(*days, scope.post, scope.company, template, grace, scope.because)


def _pledging(company: CompanySpell, context: Context) -> Since | None:
    """Domestic companies from the first day on, others once their country is a target (F19)."""
    target = None if company.domestic else context.target(company.country or "")
    return Since(target.since, (target.because,)) if target else at_home(company)


def _unbroken(person: PersonSpells, duty: _Duty) -> Iterator[Days]:
    """The days of a duty, cut wherever the verdict may change."""
    turns = {duty.grace + ONE_DAY}
    turns |= {day for each in person.signatures for day in (each.since, each.until + ONE_DAY)}
    turns |= {day for each in person.requests for day in (each.since, each.due + ONE_DAY)}
    return cut((duty.begins, duty.ends), turns)


def _verdict(person: PersonSpells, duty: _Duty, day: date) -> _Verdict:
    text = duty.template.text
    if duty.post.on_leave:
        return _Verdict(EXCUSED)
    signed = [each for each in person.signatures if each.text == text and each.since <= day <= each.until]
    if signed:
        best = max(signed, key=lambda each: each.until)
        return _Verdict(SIGNED, best.until, (best.because,))
    asked = [each for each in person.requests if each.text == text and each.since <= day]
    due = max([duty.grace, *(each.due for each in asked)])
    because = (duty.template.because, *(each.because for each in asked))
    return _Verdict(OPEN if day <= due else MISSING, due, because)
