"""The Dockerfile as an engine reads it: its stages, what they copy, and what an image is left with."""

import fnmatch
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from daicho.contracts.files import CHECKOUT

PINNED_BASE: Final = re.compile(r"^python:3\.\d+(\.\d+)?-slim-\w+$")
NOBODY_SPECIAL: Final = re.compile(r"^[1-9]\d{3,}(:[1-9]\d{3,})?$")
FINAL_STAGES: Final = ("service", "issuer")


@dataclass
class Stage:
    name: str
    base: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def all(self, word: str) -> list[str]:
        return [rest for each, rest in self.instructions if each == word]

    def last(self, word: str) -> str:
        return (self.all(word) or [""])[-1]


Dockerfile = dict[str, Stage]
Rule = Callable[[Dockerfile], Iterator[str]]


def text() -> str:
    return (CHECKOUT / "Dockerfile").read_text()


def stages(dockerfile: str) -> Dockerfile:
    """In their order: the last one is what is built if nobody says which."""
    lines = [line for line in dockerfile.splitlines() if not line.lstrip().startswith("#")]
    found: Dockerfile = {}
    stage = Stage("", "")
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            stage = found[name] = Stage(name, base)
        elif word:
            stage.instructions.append((word, rest.strip()))
    return found


def lineage(dockerfile: Dockerfile, name: str) -> list[Stage]:
    """A stage and those that it stands on, the lowest first."""
    stage = dockerfile[name]
    return [*(lineage(dockerfile, stage.base) if stage.base in dockerfile else []), stage]


def assemble(dockerfile: Dockerfile, service: str, root: Path) -> Path:
    """Copy what the image of a service would have into a folder; its working directory."""
    workdir = root
    for stage in lineage(dockerfile, "service"):
        for word, rest in stage.instructions:
            if word == "WORKDIR":
                workdir = root / rest.lstrip("/")
                workdir.mkdir(parents=True, exist_ok=True)
            elif word == "COPY" and not rest.startswith("--from"):
                source, target = rest.replace("${SERVICE}", service).split()
                _copy(CHECKOUT / source, workdir / target)
    return workdir


def _copy(source: Path, target: Path) -> None:
    """As COPY does: a folder's content, a file into a folder."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=_left_out, dirs_exist_ok=True)
    else:
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def sent() -> tuple[list[str], list[str]]:
    """What the engine is sent, and what of that it is not."""
    lines = [line for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    everything, *others = lines
    assert everything == "*", "what is not named would be sent"
    return [line[1:] for line in others if line.startswith("!")], [line for line in others if line[0] != "!"]


def _left_out(folder: str, names: list[str]) -> set[str]:
    inside = Path(folder).relative_to(CHECKOUT)
    paths = {name: (inside / name).as_posix() for name in names}
    return {name for name, path in paths.items() if any(_matches(path, pattern) for pattern in sent()[1])}


def _matches(path: str, pattern: str) -> bool:
    return fnmatch.fnmatch(path, pattern.replace("**/", "*/") if pattern.startswith("**/") else pattern)


def bases_are_pinned(dockerfile: Dockerfile) -> Iterator[str]:
    for stage in dockerfile.values():
        if stage.base not in dockerfile and not PINNED_BASE.match(stage.base):
            yield f"{stage.name} stands on {stage.base}"


def nobody_is_root(dockerfile: Dockerfile) -> Iterator[str]:
    for name in FINAL_STAGES:
        if not NOBODY_SPECIAL.match(dockerfile[name].last("USER")):
            yield f"{name} runs as {dockerfile[name].last('USER') or 'root'}"


def signals_arrive(dockerfile: Dockerfile) -> Iterator[str]:
    """In shell form a shell would be the first process, and would keep SIGTERM to itself."""
    for name in FINAL_STAGES:
        for word in ("ENTRYPOINT", "CMD"):
            for given in dockerfile[name].all(word):
                if not isinstance(_json(given), list):
                    yield f"{name}: {word} is in shell form"
        if not dockerfile[name].all("ENTRYPOINT"):
            yield f"{name} has no entry point"


def health_is_checked(dockerfile: Dockerfile) -> Iterator[str]:
    for name in FINAL_STAGES:
        command = _json(dockerfile[name].last("HEALTHCHECK").partition("CMD ")[2])
        if not isinstance(command, list) or command[:3] != ["python", "-m", "shared.runtime.probe"]:
            yield f"{name} is not checked by our probe"


def only_what_is_locked_is_installed(dockerfile: Dockerfile) -> Iterator[str]:
    runs = [run for stage in dockerfile.values() for run in stage.all("RUN") if " install " in run and "pip" in run]
    if not runs:
        yield "nothing is installed"
    for run in runs:
        if "--require-hashes" not in run or "--requirement requirements-runtime.lock" not in run:
            yield f"not from the lock: {run}"


def one_service_is_copied(dockerfile: Dockerfile) -> Iterator[str]:
    allowed = {"shared/ shared/", "services/__init__.py services/", "services/${SERVICE}/ services/${SERVICE}/"}
    allowed |= {"services/${SERVICE}/__main__.py ./"}
    for name in FINAL_STAGES:
        for stage in lineage(dockerfile, name):
            copied = {each for each in stage.all("COPY") if not each.startswith("--from")}
            yield from sorted(copied - allowed)
    if any("services" in each for stage in lineage(dockerfile, "issuer") for each in stage.all("COPY")):
        yield "the issuer needs no service"


def output_is_not_kept_back(dockerfile: Dockerfile) -> Iterator[str]:
    for name in FINAL_STAGES:
        if not any("PYTHONUNBUFFERED=1" in env for stage in lineage(dockerfile, name) for env in stage.all("ENV")):
            yield name


def images_say_what_they_are(dockerfile: Dockerfile) -> Iterator[str]:
    for name in FINAL_STAGES:
        labels = dockerfile[name].last("LABEL")
        for label in ("title", "description", "version", "revision"):
            if f"org.opencontainers.image.{label}=" not in labels:
                yield f"{name} has no {label}"


def _json(given: str) -> Any:
    try:
        return json.loads(given)
    except ValueError:
        return None


RULES: Final[tuple[Rule, ...]] = (
    bases_are_pinned,
    nobody_is_root,
    signals_arrive,
    health_is_checked,
    only_what_is_locked_is_installed,
    one_service_is_copied,
    output_is_not_kept_back,
    images_say_what_they_are,
)
