"""How people are reached and named: fictional, and on hr.contacts alone, where it can be erased."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final, TypeAlias

from daicho.demo.script.chance import chance, japan
from daicho.demo.script.group import Group
from daicho.demo.script.moments import Moment
from daicho.demo.script.news import Told
from shared.events.hr import Contact, EmployeeHired, EmployeeLeft, SupplierWorkerAssigned

ERASED_AFTER: Final = timedelta(days=60)
"""How long after somebody left his contact is erased."""

ContactRecord: TypeAlias = tuple[str, bytes | None]
"""Key and value of a record on hr.contacts; without a value it erases."""

FAMILY: Final = (
    ("例川", "レイカワ"),
    ("見本", "ミホン"),
    ("仮野", "カリノ"),
    ("試山", "タメシヤマ"),
    ("架空", "カクウ"),
)
GIVEN: Final = (("一", "ハジメ"), ("葵", "アオイ"), ("翠", "ミドリ"), ("仁", "ジン"), ("巴", "トモエ"))


def contact(seed: int, person_id: str, locale: str) -> bytes:
    """The record's value for a person; the same seed gives everybody the same name."""
    luck = chance(seed, f"contact/{person_id}")
    family, given = luck.choice(FAMILY), luck.choice(GIVEN)
    written = Contact(
        name=f"{family[0]} {given[0]}",
        name_kana=f"{family[1]} {given[1]}",
        email=f"{person_id.lower()}@example.com",
        locale=locale,
    )
    return written.model_dump_json().encode()


def contact_records(group: Group, told: Iterable[Told]) -> Iterator[tuple[Moment, ContactRecord]]:
    """A contact for everybody taken on, and its end some time after he left."""
    for each in told:
        match each.event:
            case EmployeeHired(person_id=person, locale=locale):
                yield each.at, (person, contact(group.seed, person, locale))
            case SupplierWorkerAssigned(person_id=person):
                yield each.at, (person, contact(group.seed, person, "ja"))
            case EmployeeLeft(person_id=person, effective_date=day):
                erased = group.calendar.since(max(each.at.at, japan(day + ERASED_AFTER)))
                if erased:
                    yield erased, (person, None)
