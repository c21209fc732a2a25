"""Who counts where and since when: people in post of companies that a duty is for. Shared by the rules about people."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from services.audit.domain.context import Context
from services.audit.domain.days import common
from services.audit.domain.interval import EventRef
from services.audit.spells.person import PersonSpells, Post
from shared.events.hr import PersonKind
from shared.organisation.company import CompanySpell


@dataclass(frozen=True, slots=True)
class InScope:
    """The days [begins, ends) in one post of a company for which the duty is; `since` is the first of its run.

    A run is unbroken: it goes on over a transfer, and begins anew with a hire or after a day out of scope.
    """

    begins: date
    ends: date | None
    since: date
    post: Post
    company: str
    because: tuple[EventRef, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """From which day on the duty is for a company of the group, and what says so."""

    day: date
    because: tuple[EventRef, ...] = ()


Covers = Callable[[CompanySpell], Since | None]
"""Whether a duty is for the people of a company, and from which day on."""


def at_home(company: CompanySpell) -> Since | None:
    """The parent and the domestic companies, from the first day on."""
    return Since(company.begins) if company.domestic else None


def in_scope(person: PersonSpells, context: Context, covers: Covers) -> Iterator[InScope]:
    """Suppliers' workers have duties of their own."""
    since = last = None
    for begins, ends, post, company, because in _stretches(person, context, covers):
        since = begins if since is None or last != begins else since
        last = ends
        yield InScope(begins, ends, max(since, post.hired_on), post, company, because)


def _stretches(
    person: PersonSpells, context: Context, covers: Covers
) -> Iterator[tuple[date, date | None, Post, str, tuple[EventRef, ...]]]:
    for post in person.posts:
        if post.kind is PersonKind.SUPPLIER or post.company is None:
            continue
        for spell in context.company(post.company):
            since = covers(spell) if spell.in_group else None
            days = common((post.begins, post.ends), (max(spell.begins, since.day), spell.ends)) if since else None
            if since and days:
                yield *days, post, post.company, (*post.because, *since.because)
