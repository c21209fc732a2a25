"""Real services as processes of their own, that a test kills at moments of its choice and starts again."""

import os
import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from daicho.embedded.jars import CHECKOUT
from daicho.embedded.process import Child, spawn
from shared.testing.house import Town, eventually


@dataclass
class Replica:
    """`python -m services.<name>` on a town's servers."""

    service: str
    environment: dict[str, str]
    log: Path
    child: Child

    def killed(self) -> None:
        """`kill -9`, and a new one at once."""
        self.child.kill()
        self.child = _start(self.service, self.environment, self.log)


@contextmanager
def replicas(town: Town, service: str, dsn: str, ports: Sequence[int], **more: str) -> Iterator[list[Replica]]:
    """One for each port; 0 is any. All are gone at the end."""
    started = []
    try:
        for number, port in enumerate(ports):
            environment = _environment(town, dsn, port) | more
            log = town.folder / f"{service}{number}.log"
            started.append(Replica(service, environment, log, _start(service, environment, log)))
        yield started
    finally:
        for each in started:
            each.child.kill()


def _start(service: str, environment: dict[str, str], log: Path) -> Child:
    program = [sys.executable, "-m", f"services.{service}"]
    return spawn(program, log=log, env=os.environ | environment, cwd=CHECKOUT, append=True)


def _environment(town: Town, dsn: str, port: int) -> dict[str, str]:
    told = town.settings(dsn).model_dump(mode="json", exclude_none=True, exclude={"port"})
    return {f"DAICHO_{name.upper()}": str(value) for name, value in told.items()} | {"DAICHO_PORT": str(port)}


async def fetch(dsn: str, query: str, *values: Any) -> list[Any]:
    connection = await asyncpg.connect(dsn)
    try:
        return list(await connection.fetch(query, *values))
    finally:
        await connection.close()


async def reaches(dsn: str, query: str, wanted: int, *, within: float = 60) -> None:
    """Wait until a count is what it should be, or more: too many is for the test to say."""

    async def enough() -> bool:
        return int((await fetch(dsn, query))[0][0]) >= wanted

    await eventually(enough, within=within)


def dice(seed: int) -> random.Random:
    return random.Random(seed)
