"""The script of fiscal 2017: what HR sends and who signs at each moment, made from a seed alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from typing import Final, TypeVar

from daicho.demo.script.chance import event_id
from daicho.demo.script.contacts import ContactRecord, contact_records
from daicho.demo.script.deck import Deck
from daicho.demo.script.group import Group, make_group
from daicho.demo.script.holdings import Holdings, make_holdings
from daicho.demo.script.lives import lives as lived
from daicho.demo.script.loading import initial_load
from daicho.demo.script.moments import OPENS, Moment
from daicho.demo.script.news import Message, Told, messages
from daicho.demo.script.people import in_post, told_by_person
from daicho.demo.script.places import Place, places
from daicho.demo.script.planted import REPEATED_AGAIN, UNREADABLE_TOLD, Planted, plant, unreadable, with_repeats
from daicho.demo.script.plants import EVERYTHING, Plant
from daicho.demo.script.pledging import Count, Pledging, expected, plan_pledging
from daicho.demo.script.studying import Studying, plan_studying
from shared.events.hr import HrSnapshotPublished

T = TypeVar("T")

SENT_AGAIN: Final = 5
"""So many of the records first sent in the year are sent once more in November."""


@dataclass(frozen=True)
class Step:
    """What is done when the clock stands at the moment: first HR sends, then people sign."""

    moment: Moment
    messages: tuple[Message, ...]
    contacts: tuple[ContactRecord, ...]
    signers: tuple[str, ...]


@dataclass(frozen=True)
class Script:
    """`told` is what HR tells, once each; the steps hold it as it is sent, mishaps included."""

    group: Group
    told: tuple[Told, ...]
    planted: Planted
    pledging: Pledging
    lives: Mapping[str, Sequence[Told]]
    steps: tuple[Step, ...]
    plants: frozenset[Plant]
    holdings: Holdings
    studying: Studying

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """By division, where personal information is held."""
        return {place.division: place for place in places(self.group)}

    def signers(self, moment: Moment) -> tuple[str, ...]:
        return next(step.signers for step in self.steps if step.moment == moment)

    def key(self, deed: str) -> str:
        """The same deed of the same year has the same key, so that it is done once however often the demo is run."""
        return event_id(self.group.seed, f"{self.group.scale}/{deed}")

    @cached_property
    def sent(self) -> int:
        """Records on hr.events, repeats and the unreadable one included."""
        return sum(len(step.messages) for step in self.steps)

    def in_post(self, day: date) -> set[str]:
        """Everybody in post at the end of a day, by all that was ever told."""
        return set(in_post(self.lives, day))

    def expected(self, day: date, *, known: datetime | None = None, suppliers: bool = False) -> Count:
        """How the pledges must stand at the end of a day, by what was known at an instant."""
        return expected(self.group, self.lives, self.pledging, day, known=known, suppliers=suppliers)

    def digest(self) -> str:
        """SHA-256 over everything that will be sent and done."""
        text = sha256()
        for step in self.steps:
            for message in step.messages:
                text.update(message.key.encode() + b"\0" + message.value + b"\n")
            for person, value in step.contacts:
                text.update(person.encode() + b"\0" + (value or b"") + b"\n")
            text.update("\n".join(step.signers).encode())
        return text.hexdigest()


def make_script(seed: int, scale: str, plants: frozenset[Plant] = EVERYTHING) -> Script:
    """The year with these things wrong in it. Raises KeyError for an unknown scale."""
    group = make_group(seed, scale)
    deck = Deck(group)
    planted, mishaps = plant(group, deck, plants)
    news = [*initial_load(group), *lived(group, deck), *mishaps]
    lives = told_by_person(news)
    told = (*news, *_snapshots(group, lives))
    pledging = plan_pledging(group, lives, frozenset({planted.late_leaver}))
    steps = tuple(_steps(group, told, planted, pledging, plants))
    doubled = sum(bool(message.id) for step in steps for message in step.messages) - len(told)
    return Script(
        group=group,
        told=told,
        planted=replace(planted, doubled=doubled),
        pledging=pledging,
        lives=lives,
        steps=steps,
        plants=plants,
        holdings=make_holdings(group, plants, planted.leaving),
        studying=plan_studying(group, lives),
    )


def _snapshots(group: Group, lives: Mapping[str, Sequence[Told]]) -> Iterator[Told]:
    """At the last moment of each month, who was in post on the eve, as HR knows it."""
    for moment, following in pairwise(group.calendar.moments[1:]):
        if moment.day.month != following.day.month:
            eve = moment.day - timedelta(days=1)
            posts = in_post(lives, eve, moment.at).items()
            lines = sorted(f"{person}|{state.unit_id}\n" for person, state in posts)
            digest = sha256("".join(lines).encode()).hexdigest()
            yield Told(HrSnapshotPublished(as_of=eve, count=len(lines), hash=digest), moment)


def _steps(
    group: Group, told: Sequence[Told], planted: Planted, pledging: Pledging, plants: frozenset[Plant]
) -> Iterator[Step]:
    news, signers = _by_moment((each.at, each) for each in told), _by_moment(_turned(pledging.signed))
    contacts, on = _by_moment(contact_records(group, told)), group.calendar.on
    for moment in group.calendar.moments:
        sent = messages(group.seed, news[moment])
        if Plant.DOUBLED in plants:
            sent = with_repeats(group.seed, moment, sent)
            sent += _sent_again(group, news) if moment == on(REPEATED_AGAIN) else ()
        sent += [unreadable(planted)] if moment == on(UNREADABLE_TOLD) and Plant.UNREADABLE in plants else []
        yield Step(moment, tuple(sent), tuple(contacts[moment]), tuple(signers[moment]))


def _by_moment(pairs: Iterable[tuple[Moment, T]]) -> dict[Moment, list[T]]:
    sorted_out: dict[Moment, list[T]] = defaultdict(list)
    for moment, each in pairs:
        sorted_out[moment].append(each)
    return sorted_out


def _turned(signed: Mapping[str, Moment]) -> Iterator[tuple[Moment, str]]:
    yield from ((moment, person) for person, moment in signed.items())


def _sent_again(group: Group, news: Mapping[Moment, Sequence[Told]]) -> Sequence[Message]:
    first = next(moment for moment in group.calendar.moments if moment.day >= OPENS and news[moment])
    return messages(group.seed, news[first])[:SENT_AGAIN]
