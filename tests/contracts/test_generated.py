"""What is committed is what the code says, to the byte."""

import json
import shutil
from pathlib import Path

import msgspec
import pytest

from daicho.contracts.__main__ import main
from daicho.contracts.event_schemas import FOLDER, released, schemas
from daicho.contracts.files import CHECKOUT, differences
from daicho.contracts.kinds import KINDS, generated
from daicho.contracts.manifest import SAMPLES
from shared.events.codec import _Envelope
from shared.events.upcasters import UPCASTERS

CURE = "run `python -m daicho.contracts` and commit what it wrote"
API = "docs/api"


@pytest.mark.parametrize("kind", KINDS)
def test_the_committed_contracts_are_those_of_the_code(kind: str) -> None:
    assert list(map(str, differences(generated([kind])))) == [], CURE


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_code_gives_the_same_bytes(kind: str) -> None:
    assert generated([kind]) == generated([kind])


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The committed contracts in a place where they may be spoiled."""
    for folder in (FOLDER, SAMPLES):
        shutil.copytree(CHECKOUT / folder, tmp_path / folder)
    (tmp_path / API).mkdir(parents=True)
    for path in (CHECKOUT / API).glob("*.json"):
        shutil.copy(path, tmp_path / API)
    return tmp_path


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("events", f"{FOLDER}/hr.EmployeeHired.v1.json"),
        ("events", f"{FOLDER}/envelope.json"),
        ("asyncapi", f"{API}/training.asyncapi.json"),
        ("openapi", f"{API}/training.openapi.json"),
    ],
)
def test_an_edited_or_missing_contract_fails_the_check_and_is_mended(copy: Path, kind: str, path: str) -> None:
    main([kind], copy)
    right = (copy / path).read_text()
    for spoiled in (right.replace('"type"', '"typo"', 1), None):
        (copy / path).unlink() if spoiled is None else (copy / path).write_text(spoiled)
        assert main([kind, "--check"], copy) == 1
        assert main([kind], copy) == 0
        assert (copy / path).read_text() == right


def test_a_contract_of_nothing_is_taken_away(copy: Path) -> None:
    left_over = copy / FOLDER / "ledger.NeverHappened.v1.json"
    left_over.write_text("{}\n")
    assert main(["events", "--check"], copy) == 1
    assert main(["events"], copy) == 0
    assert not left_over.exists()


def test_a_retired_version_keeps_its_schema(monkeypatch: pytest.MonkeyPatch, copy: Path) -> None:
    retired = "ledger.SlipFiled.v1"
    monkeypatch.setitem(UPCASTERS, retired, lambda data: data)
    (copy / FOLDER / f"{retired}.json").write_text('{"$id": "as it was"}\n')
    assert schemas(copy)[retired] == {"$id": "as it was"}


def test_the_envelope_has_exactly_the_attributes_that_are_read() -> None:
    envelope = schemas()["envelope"]
    assert set(envelope["properties"]) == set(_Envelope.__struct_encode_fields__)
    required = [field.encode_name for field in msgspec.structs.fields(_Envelope) if field.required]
    assert sorted(envelope["required"]) == sorted(required)


def test_every_event_is_in_the_asyncapi_document_of_its_producer() -> None:
    for name in released():
        document = json.loads((CHECKOUT / API / f"{name.partition('.')[0]}.asyncapi.json").read_text())
        assert name in document["components"]["messages"]
        assert any(name in channel["messages"] for channel in document["channels"].values())
