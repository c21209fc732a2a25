"""What of the HR feed is read, and what is refused before anybody folds it."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.events.codec import Recorded, Undecodable
from shared.organisation.directory import read

SAMPLES = Path(__file__).parents[2] / "events" / "samples"


def sample(name: str, **changes: Any) -> bytes:
    document = json.loads((SAMPLES / f"hr.{name}.v1.json").read_text())
    return json.dumps(document | changes).encode()


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("hr.*.json")), ids=lambda path: path.stem)
def test_every_sample_is_read(path: Path) -> None:
    assert isinstance(read(path.read_bytes()), Recorded)


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("EmployeeHired", "person/SOMEBODY-ELSE"),
        ("EmployeeLeft", "person/SOMEBODY-ELSE"),
        ("OrgUnitCreated", "unit/ANOTHER"),
        ("CompanyJoinedGroup", "company/ANOTHER"),
    ],
)
def test_news_of_one_told_under_the_name_of_another_is_refused(name: str, subject: str) -> None:
    with pytest.raises(Undecodable, match="subject-mismatch"):
        read(sample(name, subject=subject))


def test_a_role_may_be_told_under_the_unit_it_is_held_for() -> None:
    assert isinstance(read(sample("RoleAppointed", subject="unit/C01-D07")), Recorded)
