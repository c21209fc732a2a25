"""What the machine says in its own words is told with a cure, wherever it is met."""

import errno
import os
from pathlib import Path

import pytest
import typer

from daicho.embedded import jars
from daicho.embedded.faults import StackFault, cure_of, log_reasons
from daicho.report import faults_told
from daicho.run import played_alone


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EMFILE])
def test_a_machine_that_refuses_is_no_traceback(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, faults_told(as_json=False):
        raise OSError(number, os.strerror(number), "/there/file")
    assert ended.value.exit_code == 1
    told = capsys.readouterr().err
    assert "/there/file" in told
    assert "cure: " in told
    assert "make doctor" not in told


def test_a_bug_stays_a_traceback() -> None:
    with pytest.raises(ConnectionResetError), faults_told(as_json=False):
        raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))


def test_the_reason_is_found_in_a_log_that_goes_on_after_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("INFO begins\nERROR IOException: No space left on device\n" + "INFO closes\n" * 20)
    assert log_reasons(log) == "  | ERROR IOException: No space left on device"
    assert "make room" in cure_of(log_reasons(log))


@pytest.mark.parametrize(
    ("said", "cure"),
    [
        ("alembic.util.exc.CommandError: Can't locate revision identified by '9'", "newer release"),
        ("KafkaConnectionError: Unable to bootstrap from [('127.0.0.1', 9)]", "DAICHO_KAFKA_BOOTSTRAP_SERVERS"),
        ('password authentication failed for user "postgres"', "make clean"),
        ("something else", "make doctor"),
    ],
)
def test_what_the_parts_say_has_a_cure(said: str, cure: str) -> None:
    assert cure in cure_of(said)


def test_a_demo_is_not_played_into_another(tmp_path: Path) -> None:
    with played_alone(tmp_path), pytest.raises(StackFault, match="being played"), played_alone(tmp_path):
        pytest.fail("both are played")
    with played_alone(tmp_path):
        pass


def test_without_network_the_download_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what a download that was killed left is gone."""
    abandoned = tmp_path / "download-killed" / "fresh"
    abandoned.mkdir(parents=True)
    monkeypatch.setattr(jars, "cache_folder", lambda: tmp_path)
    monkeypatch.delenv("DAICHO_KAFKA_BOOTSTRAP_SERVERS", raising=False)
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with pytest.raises(SystemExit) as ended:
        jars.main()
    assert "could not be downloaded" in str(ended.value)
    assert "check the network or HTTPS_PROXY" in str(ended.value)
    assert not list(tmp_path.glob("download-*/"))
