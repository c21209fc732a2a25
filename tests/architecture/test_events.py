"""Events are facts in the past tense, and say nothing by which somebody could be known."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from daicho.contracts.event_schemas import released, schema_of

EVENTS = released()
IRREGULAR: Final = {
    *(
        "Approaching",
        "Became",
        "Begun",
        "Drawn",
        "Found",
        "Given",
        "Held",
        "Kept",
        "Left",
        "Lost",
        "Made",
        "Met",
        "Overdue",
        "Paid",
    ),
    *("Due", "Sent", "Set", "Shown", "Split", "Taken", "Told", "Withdrawn", "Written"),
}
PERSONAL: Final = {
    *("address", "birth", "birthday", "comment", "comments", "email", "fax", "gender", "kana", "mail", "memo"),
    *("mobile", "name", "names", "narrative", "note", "notes", "phone", "remark", "remarks", "signature", "tel"),
    *("text", "victim", "victims"),
}
HARMLESS: Final = ("_hash", "_digest", "_id", "_ids", "_count")
"""Of what a field with such an end names, nothing is told."""
PLACES: Final = {
    f"{event}/{field}"
    for event in ("hr.CompanyJoinedGroup.v1", "hr.OrgUnitCreated.v1", "hr.OrgUnitRenamed.v1")
    for field in ("name", "name_en")
}
"""Names of companies and units are nobody's."""


def past(name: str) -> bool:
    words = re.findall("[A-Z][a-z]*", name.split(".")[1])
    return any(word in IRREGULAR or re.search("[^aeiou]ed$|[aiou]ed$", word) for word in words)


def personal(name: str, schema: dict[str, Any]) -> Iterator[str]:
    for field in _fields(schema):
        words = set(field.split("_"))
        if words & PERSONAL and not field.endswith(HARMLESS) and f"{name}/{field}" not in PLACES:
            yield f"{name}/{field}"


def _fields(schema: Any) -> Iterator[str]:
    """The names of all fields, also of values within values."""
    if isinstance(schema, dict):
        yield from schema.get("properties", ())
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _fields(part)


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_is_named_in_the_past_tense(name: str) -> None:
    assert past(name)


@pytest.mark.parametrize("name", EVENTS)
def test_no_field_of_an_event_is_for_personal_data(name: str) -> None:
    assert list(personal(name, schema_of(EVENTS[name]))) == []


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_says_what_it_means(name: str) -> None:
    assert EVENTS[name].__doc__


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_is_declared_in_the_module_of_its_producer(name: str) -> None:
    assert EVENTS[name].__module__ == f"shared.events.{name.partition('.')[0]}"


def test_a_wish_or_a_command_is_no_event() -> None:
    assert not any(map(past, ("ledger.RegisterSlip.v1", "ledger.SlipRegistration.v1", "ledger.NeedSlip.v1")))


@pytest.mark.parametrize("field", ["name", "reporter_email", "narrative", "phone_number", "postal_address"])
def test_a_field_for_personal_data_is_found_wherever_it_is(field: str) -> None:
    inner: dict[str, Any] = {"properties": {field: {}}}
    assert list(personal("hr.X.v1", inner)) == [f"hr.X.v1/{field}"]
    assert list(personal("hr.X.v1", {"$defs": {"Y": {"anyOf": [inner]}}})) == [f"hr.X.v1/{field}"]


def test_a_digest_of_a_text_is_no_text() -> None:
    assert list(personal("hr.X.v1", {"properties": {"narrative_hash": {}}})) == []
