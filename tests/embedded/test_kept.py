"""What an earlier start left is gone on with only when it is whole; the doctor says the same as the start."""

from pathlib import Path

import pytest

from daicho.doctor import diagnose
from daicho.embedded.faults import StackFault
from daicho.embedded.kafka import LocalKafka
from daicho.embedded.parts import start_parts
from daicho.embedded.ports import free_port
from daicho.embedded.postgres import VERSION, LocalPostgres


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """As far as it is looked at before a start."""
    for name, text in {
        "postgres/data/PG_VERSION": VERSION,
        "postgres/data/global/pg_control": "",
        "postgres/password": "",
        "kafka/data/meta.properties": "version=1\ncluster.id=ours\n",
        "kafka/data/formatted": "",
        "kafka-of-postgres": "ours",
    }.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


def stale(directory: Path) -> list[str]:
    return [each.what for each in diagnose(directory) if each.severity == "fault" and "stale data" in each.what]


def quiet(line: str) -> None:
    """The tests need no progress."""


def test_what_is_whole_is_no_fault(kept: Path) -> None:
    assert stale(kept) == []


@pytest.mark.parametrize("lost", ["postgres/data/PG_VERSION", "postgres/data/global/pg_control", "postgres/password"])
def test_a_damaged_database_is_told_before_it_is_started(kept: Path, lost: str) -> None:
    (kept / lost).unlink()
    with pytest.raises(StackFault, match="damaged") as told:
        LocalPostgres(kept / "postgres", free_port()).prepare()
    assert lost.removeprefix("postgres/") in told.value.what
    assert "make clean" in told.value.cure
    assert stale(kept) == [f"stale data: {told.value.what}"]


def test_a_kafka_without_identity_is_told_before_it_is_started(kept: Path) -> None:
    (kept / "kafka" / "data" / "meta.properties").unlink()
    with pytest.raises(StackFault, match="names no cluster") as told:
        LocalKafka(kept / "kafka", kept, free_port()).prepare()
    assert f"stale data: {told.value.what}" in stale(kept)


def foreign_kafka(kept: Path) -> None:
    (kept / "kafka" / "data" / "meta.properties").write_text("cluster.id=theirs\n")


def lost_kafka(kept: Path) -> None:
    (kept / "kafka").rename(kept / "elsewhere")


def lost_postgres(kept: Path) -> None:
    (kept / "postgres").rename(kept / "elsewhere")


@pytest.mark.parametrize("change", [foreign_kafka, lost_kafka, lost_postgres])
def test_two_that_do_not_belong_together_are_not_started(kept: Path, change: type) -> None:
    change(kept)
    with pytest.raises(StackFault, match="not of the same stack"):
        start_parts(kept, say=quiet)
    assert any("not of the same stack" in what for what in stale(kept))


def test_a_first_start_that_was_killed_half_way_is_gone_on_with(kept: Path) -> None:
    (kept / "kafka-of-postgres").unlink()
    lost_kafka(kept)
    assert stale(kept) == []
