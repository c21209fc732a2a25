"""Every event that was ever released is read for ever; what was told once is never retold otherwise."""

import json
import subprocess
from pathlib import Path

import pytest

from daicho.contracts import manifest
from daicho.contracts.event_schemas import released
from daicho.contracts.files import CHECKOUT
from shared.events.codec import encode
from shared.events.upcasters import UPCASTERS
from tests.contracts.corpus import Sample, corpus

CORPUS = corpus()
OF_TODAY = [sample for sample in CORPUS if sample.document["type"] in released()]


def test_every_event_has_a_sample() -> None:
    assert sorted({*released(), *UPCASTERS} - {sample.document["type"] for sample in CORPUS}) == []


@pytest.mark.parametrize("sample", CORPUS, ids=str)
def test_a_sample_is_read(sample: Sample) -> None:
    assert sample.recorded.stream == sample.document["subject"]


@pytest.mark.parametrize("sample", CORPUS, ids=str)
def test_a_sample_bears_the_name_of_its_type(sample: Sample) -> None:
    told = sample.document["type"]
    assert sample.name == told or sample.name.startswith(f"{told}.")


@pytest.mark.parametrize("sample", OF_TODAY, ids=str)
def test_nothing_of_a_sample_is_lost_when_it_is_written_again(sample: Sample) -> None:
    again = json.loads(encode(sample.recorded))
    foreign = {"time": again["time"], "dataschema": again["dataschema"]}  # the HR system writes them its own way
    assert again == sample.document | (foreign if sample.recorded.version is None else {})


@pytest.mark.parametrize("name", released())
def test_the_samples_of_an_event_say_everything_that_it_can_say(name: str) -> None:
    said = [sample.recorded.event.model_fields_set for sample in CORPUS if sample.document["type"] == name]
    assert set(released()[name].model_fields) - set().union(*said) <= ALTERNATIVES.get(name, set())


ALTERNATIVES = {
    "hr.EmployeeHired.v1": {"contractor_id"},
    "hr.RoleAppointed.v1": {"client_id", "outside_person_id", "contractor_id"},
    "hr.RoleRelieved.v1": {"client_id", "outside_person_id", "contractor_id"},
}
"""What stands instead of another field, so that no one sample can have both."""


def test_our_own_events_are_told_by_who_owns_the_stream() -> None:
    for sample in CORPUS:
        document = sample.document
        assert document["source"] == f"/{document['type'].partition('.')[0]}"


def test_two_samples_are_never_the_same_place_in_a_stream() -> None:
    places = [(each.recorded.stream, each.recorded.version) for each in CORPUS if each.recorded.version is not None]
    assert len(places) == len(set(places))


def test_the_samples_are_those_that_the_manifest_lists() -> None:
    assert manifest.listed() == manifest.present()


def test_no_line_of_the_manifest_was_ever_changed() -> None:
    """Against what is committed, and against every release."""
    now = manifest.listed()
    for revision in ("HEAD", *_git("tag").split()):
        before = manifest.read(_git("show", f"{revision}:{manifest.SAMPLES}/{manifest.NAME}"))
        assert list(manifest.broken(before, now)) == [], f"released samples are never edited ({revision})"


def _git(*arguments: str) -> str:
    """Nothing where this is no checkout, or where the revision has no such file."""
    return subprocess.run(["git", *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False).stdout


def _tree(root: Path, **texts: str) -> Path:
    folder = root / manifest.SAMPLES
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.json").write_text(text)
    return root


def _freeze(root: Path) -> dict[str, str]:
    (root / manifest.SAMPLES / manifest.NAME).write_text(manifest.extended(root))
    return manifest.listed(root)


def test_a_new_sample_only_adds_a_line(tmp_path: Path) -> None:
    before = _freeze(_tree(tmp_path, old="{}"))
    after = _freeze(_tree(tmp_path, new="[]"))
    assert list(manifest.broken(before, after)) == []
    assert after == manifest.present(tmp_path) == before | {"new.json": after["new.json"]}


def test_an_edited_sample_is_found_even_if_the_manifest_is_written_anew(tmp_path: Path) -> None:
    _freeze(_tree(tmp_path, old="{}"))
    after = _freeze(_tree(tmp_path, old="[]"))
    assert after != manifest.present(tmp_path)


def test_a_changed_or_removed_line_is_found() -> None:
    before = {"a.json": "1", "b.json": "2"}
    assert list(manifest.broken(before, {"a.json": "9"})) == ["a.json", "b.json"]
