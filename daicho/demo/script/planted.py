"""What goes wrong in the feed, on purpose and remembered: late, early, doubled, out of order, unknown, unreadable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from daicho.demo.script.chance import chance, opaque_id
from daicho.demo.script.deck import Deck, at_home, open_workplaces
from daicho.demo.script.group import PARENT, Group, Member
from daicho.demo.script.lives import REORGANISED, transfer
from daicho.demo.script.loading import told_of
from daicho.demo.script.moments import Moment
from daicho.demo.script.news import Message, Told
from daicho.demo.script.plants import Plant
from shared.events.hr import EmployeeLeft, PersonDataCorrected, PersonKind

LEFT: Final = date(2016, 9, 1)
GONE: Final = date(2016, 11, 1)
GONE_TOLD: Final = date(2016, 10, 31)
"""Who was in charge of National ID numbers leaves, as everybody knows."""
MOVED: Final = date(2016, 8, 1)
LEFT_TOLD: Final = date(2016, 12, 5)
HIRED: Final = date(2016, 11, 1)
HIRED_TOLD: Final = date(2017, 1, 20)
UNREADABLE_TOLD: Final = date(2016, 6, 10)
UNKNOWN_TOLD: Final = date(2016, 8, 31)
REPEATED_AGAIN: Final = date(2016, 11, 1)
_NUMBERS: Final = 900_000
DOUBLED_PER_HUNDRED: Final = 2


@dataclass(frozen=True)
class Planted:
    """Who is part of which mishap; the run checks what came of it.

    `late_leaver` never signs and left on LEFT, as HR tells three months later. `late_hire` came on HIRED. The
    transfer of `disordered` is told before his hire. `leaving` leaves his charge on GONE. Nobody ever hired
    `unknown`. `unreadable` is the key of the record that can not be read. `doubled` counts the records sent twice.
    """

    late_leaver: str
    late_hire: str
    disordered: str
    early: str
    corrected: str
    unknown: str
    unreadable: str
    leaving: str
    doubled: int = 0


def plant(group: Group, deck: Deck, plants: frozenset[Plant]) -> tuple[Planted, list[Told]]:
    """Who is part of each mishap, and what HR tells of those that are planted."""
    leaving = deck.deal(0, lambda member: member.unit_id.startswith(f"{PARENT}-D02"))[0]
    leaver = deck.deal(0, at_home)[0]
    early = deck.deal(0, at_home)[0]
    hire, disordered, corrected = (_newcomer(group, number, day) for number, day in enumerate(_DAYS))
    planted = Planted(
        late_leaver=leaver.person_id,
        late_hire=hire.person_id,
        disordered=disordered.person_id,
        early=early.person_id,
        corrected=corrected.person_id,
        unknown=opaque_id(group.seed, _NUMBERS + 10),
        unreadable=f"person/{opaque_id(group.seed, _NUMBERS + 11)}",
        leaving=leaving.person_id,
    )
    unknown = _newcomer(group, 10, REORGANISED)
    luck, on = chance(group.seed, "planted"), group.calendar.on
    mishaps = {
        Plant.NUMBERS_ALONE: [Told(EmployeeLeft(person_id=leaving.person_id, effective_date=GONE), on(GONE_TOLD))],
        Plant.LATE_LEAVING: [Told(EmployeeLeft(person_id=leaver.person_id, effective_date=LEFT), on(LEFT_TOLD))],
        Plant.UNKNOWN: [Told(transfer(group, luck, unknown, REORGANISED), on(UNKNOWN_TOLD))],
        Plant.DISORDERED: [
            Told(transfer(group, luck, disordered, MOVED), on(date(2016, 7, 1))),
            told_of(disordered, on(date(2016, 7, 15))),
        ],
    }
    always = [
        told_of(hire, on(HIRED_TOLD)),
        Told(transfer(group, luck, early, REORGANISED), on(date(2016, 4, 28))),
        *_correction(group, corrected),
    ]
    return planted, [*always, *(told for each in mishaps if each in plants for told in mishaps[each])]


_DAYS: Final = (HIRED, date(2016, 7, 1), date(2016, 10, 7))


def _newcomer(group: Group, number: int, since: date) -> Member:
    unit = open_workplaces(group, PARENT)[0]
    person_id = opaque_id(group.seed, _NUMBERS + number)
    return Member(person_id, PersonKind.EMPLOYEE, PARENT, unit.unit_id, since, "JP")


def _correction(group: Group, member: Member) -> tuple[Told, Told]:
    """HR named the wrong unit, and says so in February."""
    hired = told_of(member, group.calendar.on(member.since))
    right = open_workplaces(group, PARENT)[-1].unit_id
    correction = PersonDataCorrected(
        person_id=member.person_id, corrects_event_id=hired.id(group.seed), org_unit_id=right
    )
    return hired, Told(correction, group.calendar.on(date(2017, 2, 15)))


def unreadable(planted: Planted) -> Message:
    """A record cut off in the middle."""
    value = (
        b'{"specversion":"1.0","id":"cut-off","source":"/hr","type":"hr.EmployeeHired.v1","subject":"'
        + planted.unreadable.encode()
        + b'","time":"2016-06-10T00:00:00+09:00","data":{"person_id":'
    )
    return Message(planted.unreadable, value, "")


def with_repeats(seed: int, moment: Moment, sent: Sequence[Message]) -> list[Message]:
    """The records of a moment as HR really sends them: a few of them twice, here and there."""
    luck = chance(seed, f"doubled/{moment.at.isoformat()}")
    really: list[Message] = []
    for message in sent:
        really.append(message)
        if luck.random() * 100 < DOUBLED_PER_HUNDRED:
            really.append(message)
    return really
