"""Whether what an earlier start left in a folder can be gone on with: asked by the start and by the doctor."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from daicho.embedded.faults import StackFault

CLEAN: Final = "`make clean` throws the embedded data away"
WHOLE_POSTGRES: Final = ("data/PG_VERSION", "data/global/pg_control", "password")


def faults_of_postgres(directory: Path, release: str) -> Iterator[StackFault]:
    data = directory / "data"
    written_by = data / "PG_VERSION"
    if not data.exists():
        return
    if written_by.exists() and (found := written_by.read_text().strip()) != release:
        yield StackFault(f"{data} was written by PostgreSQL {found}, this one is {release}", CLEAN)
    elif lost := [name for name in WHOLE_POSTGRES if not (directory / name).exists()]:
        yield StackFault(f"{directory} is damaged: {', '.join(lost)} is missing", CLEAN)


def faults_of_kafka(directory: Path) -> Iterator[StackFault]:
    """`formatted` is written last."""
    data = directory / "data"
    if (data / "formatted").exists() and not _cluster(directory):
        yield StackFault(f"{data} is damaged: meta.properties is missing or names no cluster", CLEAN)


def faults_of_pair(directory: Path) -> Iterator[StackFault]:
    """PostgreSQL knows how far Kafka was read: with another Kafka, history would be missing or doubled in silence."""
    seen = _pair(directory)
    if not seen.exists():
        return
    if not (directory / "postgres" / "data").exists() or seen.read_text() != _cluster(directory / "kafka"):
        yield StackFault(f"PostgreSQL's and Kafka's data in {directory} are not of the same stack", CLEAN)


def remember_pair(directory: Path) -> None:
    """Once both have answered; a start that was killed before it leaves two that need not fit."""
    _pair(directory).write_text(_cluster(directory / "kafka"))


def _pair(directory: Path) -> Path:
    return directory / "kafka-of-postgres"


def _cluster(directory: Path) -> str:
    """Empty when it has none."""
    properties = directory / "data" / "meta.properties"
    lines = properties.read_text().splitlines() if properties.exists() else []
    return next((line.partition("=")[2] for line in lines if line.startswith("cluster.id=")), "")
