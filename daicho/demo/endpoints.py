"""What the demo needs to know of the stack it plays on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg

from daicho.embedded.faults import StackFault
from daicho.endpoints import read_endpoints
from daicho.stack import KEYS
from shared.runtime.clock import DrivenClock

NEEDED: Final = ("training", "audit")
CLOCK: Final = "clock.json"


@dataclass(frozen=True)
class Stack:
    """Addresses by service; `databases` by service as well. `prefix` stands before every topic's name."""

    directory: Path
    urls: dict[str, str]
    databases: dict[str, str]
    kafka: str
    issuer: str
    prefix: str = ""

    @property
    def clock(self) -> DrivenClock:
        return DrivenClock(self.directory / CLOCK)

    @property
    def keys(self) -> Path:
        """What the stack's issuer signs with."""
        return self.directory / KEYS

    @property
    def untouched(self) -> bool:
        """Nobody has driven the clock yet, so it shows the real time."""
        return not (self.directory / CLOCK).exists()

    async def fetch(self, service: str, query: str) -> Any:
        """One value out of a service's database."""
        connection = await asyncpg.connect(self.databases[service])
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()


def find_stack(directory: Path, prefix: str = "") -> Stack:
    """Raises StackFault when none is running there, or not the services that the demo plays with."""
    endpoints = read_endpoints(directory)
    if endpoints is None:
        raise StackFault("no stack is running", "`make up`")
    databases: dict[str, str] = endpoints["postgres"]
    missing = [name for name in NEEDED if name not in databases]
    if missing:
        raise StackFault(f"the stack runs without {', '.join(missing)}", "`make down`, then `make up`")
    urls: dict[str, Any] = {name: endpoints[name] for name in databases}
    return Stack(directory, urls, databases, endpoints["kafka"], endpoints["issuer"], prefix)
