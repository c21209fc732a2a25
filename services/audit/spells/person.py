"""A person's life as the rules read it: where he was in post, what he was asked to sign or to learn, and did."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.audit.domain.context import Context
from services.audit.domain.history import History, Told, hr_facts, refs, told_of
from services.audit.domain.interval import EventRef
from services.audit.domain.places import carried_on
from services.audit.domain.rulebook import SubjectKind
from services.audit.spells.course import Completion, Deadline, completions, deadlines
from shared.events.hr import PersonKind
from shared.events.training import PledgeRequested, PledgeResumed, PledgeSigned
from shared.organisation.person import PersonSpell, spells


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """The days [begins, ends) in one post: whose, where, on leave or not. A merged unit or company is its successor."""

    begins: date
    ends: date | None
    kind: PersonKind
    company: str | None
    unit: str
    on_leave: bool
    hired_on: date
    because: tuple[EventRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """He is asked for a text (`template_id`, version), from a day on; `due` is the last good day."""

    since: date
    due: date
    text: tuple[str, int]
    because: EventRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """His pledge on a text, in force from `since` to `until`, both included."""

    since: date
    until: date
    text: tuple[str, int]
    because: EventRef


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSpells:
    id: str
    posts: tuple[Post, ...]
    requests: tuple[Request, ...]
    signatures: tuple[Signature, ...]
    deadlines: tuple[Deadline, ...]
    completions: tuple[Completion, ...]


def person_spells(subject: str, history: History, context: Context) -> PersonSpells:
    known = refs(history)
    lived = [_post(spell, known) for spell in spells(hr_facts(history)) if spell.employed and spell.org_unit_id]
    return PersonSpells(
        id=subject,
        posts=tuple(piece for post in _merged(lived) for piece in _carried_on(post, context)),
        requests=tuple(_requests(history)),
        signatures=tuple(_signature(told, signed) for told, signed in told_of(history, PledgeSigned)),
        deadlines=tuple(deadlines(history)),
        completions=tuple(completions(history)),
    )


PERSON = SubjectKind("person", person_spells)


def _post(spell: PersonSpell, known: dict[str, EventRef]) -> Post:
    return Post(
        begins=spell.begins,
        ends=spell.ends,
        kind=spell.person_kind or PersonKind.EMPLOYEE,
        company=spell.company_id,
        unit=spell.org_unit_id or "",
        on_leave=spell.on_leave,
        hired_on=spell.hired_on or spell.begins,
        because=tuple(known[each] for each in spell.because),
    )


def _merged(posts: Sequence[Post]) -> Iterator[Post]:
    """What changes nothing here, a new superior or language, begins no new post."""
    last: Post | None = None
    for post in posts:
        if last is not None and last.ends == post.begins and _same(last, post):
            last = replace(last, ends=post.ends)
            continue
        if last is not None:
            yield last
        last = post
    if last is not None:
        yield last


def _same(one: Post, other: Post) -> bool:
    return _what(one) == _what(other)


def _what(post: Post) -> tuple[object, ...]:
    return (post.kind, post.company, post.unit, post.on_leave, post.hired_on)


def _carried_on(post: Post, context: Context) -> Iterator[Post]:
    for each in carried_on((post.begins, post.ends), post.unit, post.company, context):
        yield replace(post, begins=each.begins, ends=each.ends, unit=each.unit, company=each.company)


def _requests(history: History) -> Iterator[Request]:
    """Each first request, and each new due date after leave."""
    first: dict[str, PledgeRequested] = {}
    for told, requested in told_of(history, PledgeRequested):
        first[requested.pledge_id] = requested
        yield _request(told, requested, requested.due_date)
    for told, resumed in told_of(history, PledgeResumed):
        if resumed.pledge_id in first:
            yield _request(told, first[resumed.pledge_id], resumed.due_date)


def _request(told: Told, requested: PledgeRequested, due: date) -> Request:
    return Request(
        since=max(told.day, requested.period_start),
        due=due,
        text=(requested.template_id, requested.template_version),
        because=told.ref,
    )


def _signature(told: Told, signed: PledgeSigned) -> Signature:
    return Signature(
        since=max(told.day, signed.period_start),
        until=signed.period_end,
        text=(signed.template_id, signed.template_version),
        because=told.ref,
    )
