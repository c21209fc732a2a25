"""How people are reached and named: fictional, and on hr.contacts alone, where it can be erased."""

from typing import Final

from daicho.demo.chance import chance
from shared.events.hr import Contact

FAMILY: Final = (("例川", "レイカワ"), ("見本", "ミホン"), ("仮野", "カリノ"), ("試山", "タメシヤマ"), ("架空", "カクウ"))
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
