"""The HR contract: every event has a frozen sample, and what cannot be used is refused."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

import shared.events
from shared.events.base import REGISTERED
from shared.events.codec import Recorded, Undecodable, decode, encode
from shared.events.hr import Contact, HrEvent, OrgUnitCreated, UnitKind
from shared.organisation.references import hr_texts

SAMPLES = Path(shared.events.__file__).parent / "samples"
NAMES = sorted(event.type for event in get_args(HrEvent))


def sample(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return document


def read(document: dict[str, Any]) -> Recorded:
    found = decode(json.dumps(document).encode())
    assert isinstance(found, Recorded)
    return found


def test_the_union_names_every_hr_event_of_the_contract() -> None:
    assert sorted(name for name in REGISTERED if name.startswith("hr.")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_is_read_and_written_again_without_loss(name: str) -> None:
    document = sample(name)
    assert json.loads(encode(read(document)))["data"] == document["data"]


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_says_everything_its_event_can_say(name: str) -> None:
    given = read(sample(name)).event
    alternatives = {"contractor_id", "client_id", "outside_person_id"}
    assert set(type(given).model_fields) - given.model_fields_set <= alternatives


@pytest.mark.parametrize("name", NAMES)
def test_an_event_names_the_first_day_of_the_new_state(name: str) -> None:
    data = sample(name)["data"]
    first = next(data[field] for field in ("effective_date", "start", "end", "as_of") if field in data)
    assert str(read(sample(name)).event.business_date) == first


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("hr.EmployeeHired.v1", {"employer_company_id": None}),
        ("hr.EmployeeHired.v1", {"person_kind": "ROBOT"}),
        ("hr.EmployeeHired.v1", {"effective_date": 20160401}),
        ("hr.EmployeeHired.v1", {"handles_my_number": "yes"}),
        ("hr.RoleAppointed.v1", {"client_id": "payroll"}),
        ("hr.RoleAppointed.v1", {"person_id": None}),
        ("hr.RoleAppointed.v1", {"role": "KING"}),
        ("hr.OrgUnitMerged.v1", {"successors": []}),
        ("hr.OrgUnitCreated.v1", {"name": "a\u0000b"}),
        ("hr.OrgUnitCreated.v1", {"kind": "galaxy"}),
        (
            "hr.PersonDataCorrected.v1",
            {"org_unit_id": None, "person_kind": None, "effective_date": None, "locale": None},
        ),
    ],
)
def test_what_cannot_be_used_is_undecodable(name: str, wrong: dict[str, Any]) -> None:
    document = sample(name)
    document["data"] |= wrong
    with pytest.raises(Undecodable, match="invalid-data"):
        read(document)


def test_a_unit_kind_may_be_written_in_capitals() -> None:
    document = sample("hr.OrgUnitCreated.v1")
    document["data"]["kind"] = "REGIONAL_SUB"
    event = read(document).event
    assert isinstance(event, OrgUnitCreated)
    assert event.kind is UnitKind.REGIONAL_SUB


@pytest.mark.parametrize("name", NAMES)
def test_every_text_of_an_event_can_be_looked_through(name: str) -> None:
    event: Any = read(sample(name)).event
    texts = set(hr_texts(event))
    assert {text for text in _leaves(sample(name)["data"]) if not text[:4].isdigit()} <= texts | {
        getattr(event, "hash", "")
    }


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in _leaves(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in _leaves(each)]
    return [value] if isinstance(value, str) else []


def test_a_digest_is_no_text() -> None:
    event: Any = read(sample("hr.HrSnapshotPublished.v1")).event
    assert list(hr_texts(event)) == []


def test_a_contact_does_not_show_itself() -> None:
    contact = Contact(name="Hanako Example", name_kana="ハナコ", email="hanako@example.com")
    assert repr(contact) == "Contact(locale='ja')"


def test_a_contact_needs_an_address_that_can_be_written_to() -> None:
    with pytest.raises(ValidationError):
        Contact(name="Hanako Example", email="nowhere")
