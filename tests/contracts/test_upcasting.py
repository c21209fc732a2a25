"""An old version is lifted to today's, however many versions lie between."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from shared.events.base import REGISTERED, DomainEvent
from shared.events.codec import Recorded, Undecodable, decode
from shared.events.upcasters import UPCASTERS
from tests.contracts.corpus import Sample, corpus

V1, V2, V3 = (f"hr.CompanyMerged.v{number}" for number in (1, 2, 3))
SAMPLE = next(sample for sample in corpus() if sample.name == V1)


def _with_successors(data: dict[str, Any]) -> dict[str, Any]:
    successor = data.pop("successor_id")
    return {**data, "successors": [successor]}


def _with_reason(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "reason": "unknown"}


@pytest.fixture
def merged_v3(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[DomainEvent]]:
    """The contract as it would be two versions later."""

    class CompanyMerged(DomainEvent, type=V3):
        """A company was absorbed by its successors."""

        company_id: str
        successors: tuple[str, ...]
        reason: str

    monkeypatch.delitem(REGISTERED, V1)
    monkeypatch.setitem(UPCASTERS, V1, _with_successors)
    monkeypatch.setitem(UPCASTERS, V2, _with_reason)
    yield CompanyMerged
    del REGISTERED[V3]


def _read(sample: Sample) -> Recorded:
    found = decode(sample.value)
    assert isinstance(found, Recorded)
    return found


def test_a_sample_of_the_first_version_reads_as_the_third(merged_v3: type[DomainEvent]) -> None:
    data = SAMPLE.document["data"]
    expected = merged_v3(company_id=data["company_id"], successors=(data["successor_id"],), reason="unknown")
    assert _read(SAMPLE).event == expected


def test_without_its_upcaster_an_old_version_is_parked_not_skipped(
    merged_v3: type[DomainEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(UPCASTERS, V1)
    with pytest.raises(Undecodable, match="unknown-version"):
        _read(SAMPLE)


def test_a_wrong_upcaster_is_found_by_the_sample(merged_v3: type[DomainEvent], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPCASTERS, V1, lambda data: data)
    with pytest.raises(Undecodable, match="/successors"):
        _read(SAMPLE)


def test_a_version_from_the_future_is_parked() -> None:
    later = json.dumps({**SAMPLE.document, "type": V2}).encode()
    with pytest.raises(Undecodable, match="unknown-version"):
        decode(later)
