"""`make setup` on a machine that lacks something says what, and what to do; in any folder."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from daicho.embedded.jars import CHECKOUT

UV = """#!/bin/sh
[ "$1" = --version ] && {{ echo "uv {version} (abc 2026-01-01)"; exit 0; }}
{does}
"""
VERSION = next(
    line.split()[-1] for line in (CHECKOUT / "Makefile").read_text().splitlines() if line.startswith("UV_VERSION")
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Its path is one that a shell takes apart unless it is quoted."""
    folder = tmp_path / "a b 台帳"
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(CHECKOUT / name, folder)
    return folder


def script(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


def uv(checkout: Path, does: str) -> None:
    """An environment that was made already, and a uv that fares as told."""
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    script(checkout / ".venv" / "bin" / "uv", UV.format(version=VERSION, does=does))


def setup(checkout: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "setup", *arguments]
    return subprocess.run(
        command, cwd=checkout, env=environment | {"PIP_NO_INDEX": "1"}, capture_output=True, text=True, check=False
    )


def test_an_old_python_is_told_with_its_version(checkout: Path) -> None:
    old = script(checkout / "python3.9", '#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" || exit 1\n')
    done = setup(checkout, f"PYTHON=./{old.name}")
    assert "needs Python 3.11 or later; './python3.9' is Python 3.9.2." in done.stderr
    assert "make setup PYTHON=python3.12" in done.stderr
    assert done.returncode != 0


def test_a_python_that_is_not_there_is_missing(checkout: Path) -> None:
    done = setup(checkout, "PYTHON=python3.99")
    assert "'python3.99' is missing." in done.stderr


def test_what_cannot_be_downloaded_is_no_missing_pip(checkout: Path) -> None:
    script(checkout / ".venv" / "bin" / "python", '#!/bin/sh\ncase "$*" in *install*) exit 1;; esac\n')
    done = setup(checkout)
    assert "'make setup' goes on from there" in done.stderr
    assert "HTTPS_PROXY" in done.stderr
    assert "ensurepip" not in done.stderr
    assert done.returncode != 0


def test_an_installation_that_fails_is_told_and_tried_again(checkout: Path) -> None:
    uv(checkout, "exit 1")
    done = setup(checkout)
    assert "'make setup' goes on from there" in done.stderr
    assert not (checkout / ".venv" / ".installed").exists()


def test_any_path_will_do(checkout: Path) -> None:
    uv(checkout, 'echo "into $VIRTUAL_ENV"')
    done = setup(checkout)
    assert done.stdout.splitlines() == [f"into {checkout}/.venv"]
    assert (checkout / ".venv" / ".installed").exists()
