"""The doctor names every fault at once, each with its cure."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from daicho.doctor import Finding, diagnose
from daicho.embedded.jars import CHECKOUT
from daicho.embedded.ports import HOST, free_port, is_free
from daicho.stack import FIRST_PORT


def of(severity: str, findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == severity]


def stale(directory: Path) -> Path:
    data = directory / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("14\n")
    return data


def test_a_sound_machine_has_no_fault(tmp_path: Path) -> None:
    assert of("fault", diagnose(tmp_path)) == []


def test_all_faults_are_told_at_once_each_with_its_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stale(tmp_path)
    closed = free_port()
    monkeypatch.setenv("DAICHO_DATABASE_URL", f"postgresql://nobody@{HOST}:{closed}/postgres")
    monkeypatch.setenv("DAICHO_KAFKA_BOOTSTRAP_SERVERS", f"{HOST}:{closed}")
    faults = of("fault", diagnose(tmp_path))
    told = " ".join(finding.what for finding in faults)
    assert len(faults) == 3
    for word in ("stale data", "DAICHO_DATABASE_URL", "DAICHO_KAFKA_BOOTSTRAP_SERVERS"):
        assert word in told
    assert all(finding.cure for finding in faults)


@pytest.fixture
def busy_port() -> Iterator[int]:
    if not is_free(FIRST_PORT):
        yield FIRST_PORT
        return
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind((HOST, FIRST_PORT))
        other.listen()
        yield FIRST_PORT


def test_a_busy_port_is_a_note_since_another_one_is_taken(tmp_path: Path, busy_port: int) -> None:
    notes = of("note", diagnose(tmp_path))
    assert any(f"port {busy_port} (ledger) is in use" in finding.what for finding in notes)


def test_a_full_disk_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daicho.doctor.machine.NEEDED_GIGABYTES", 1e9)
    assert any("GB free" in finding.what for finding in of("fault", diagnose(tmp_path)))


@pytest.mark.parametrize(("allowed", "severity"), [(64, "fault"), (256, "note")])
def test_few_open_files_are_told(tmp_path: Path, allowed: int, severity: str) -> None:
    doctor = f"{sys.executable} -m daicho doctor --json --directory {tmp_path}"
    command = ["bash", "-c", f"ulimit -n {allowed}; exec {doctor}"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, check=False).stdout)
    assert [each["severity"] for each in told if f"only {allowed} open files" in each["what"]] == [severity]


def test_a_clock_that_is_behind_this_release_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daicho.doctor.machine.WRITTEN", date(2999, 1, 1))
    assert any("clock says" in finding.what for finding in of("fault", diagnose(tmp_path)))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_data_of_somebody_else_is_a_fault_also_for_root(tmp_path: Path) -> None:
    kafka = tmp_path / "kafka"
    kafka.mkdir()
    os.chown(kafka, 54321, -1)
    assert any("belongs to user 54321" in finding.what for finding in of("fault", diagnose(tmp_path)))


def test_the_command_answers_in_json_and_fails_on_a_fault(tmp_path: Path) -> None:
    stale(tmp_path)
    command = [sys.executable, "-m", "daicho", "doctor", "--json", "--directory", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, check=False)
    assert done.returncode == 1
    assert any("PostgreSQL 14" in finding["what"] for finding in json.loads(done.stdout))


def test_a_start_that_fails_asks_the_doctor_by_itself(tmp_path: Path) -> None:
    closed = f"{HOST}:{free_port()}"
    given = {
        "DAICHO_DATABASE_URL": f"postgresql://nobody@{closed}/postgres",
        "DAICHO_KAFKA_BOOTSTRAP_SERVERS": closed,
    }
    command = [sys.executable, "-m", "daicho", "up", "--directory", str(tmp_path)]
    done = subprocess.run(
        command, env=os.environ | given, capture_output=True, text=True, cwd=CHECKOUT, check=False, timeout=60
    )
    assert done.returncode == 1
    assert f"PostgreSQL at {closed} lets no database be made" in done.stderr
    assert f"doctor: DAICHO_KAFKA_BOOTSTRAP_SERVERS: no broker answers at {closed}" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_a_start_says_itself_is_not_said_twice(tmp_path: Path) -> None:
    stale(tmp_path)
    command = [sys.executable, "-m", "daicho", "up", "--directory", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, check=False, timeout=60)
    assert done.stderr.count("was written by PostgreSQL 14") == 1
