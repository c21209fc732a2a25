"""What the services need under them, whoever runs it."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Parts:
    """Addresses of the two servers; the DSN's user may create databases."""

    postgres_dsn: str
    kafka: str


class Server(Protocol):
    """One PostgreSQL or Kafka: a local process, a container, or a server that somebody else runs.

    It is brought up in three steps, so that two servers can wait for themselves at the same time.
    """

    @property
    def address(self) -> str:
        """The DSN of PostgreSQL, `host:port` of Kafka; stays the same over `kill` and `restart`."""
        ...

    @property
    def pid(self) -> int | None:
        """None for a container and for a server that somebody else runs."""
        ...

    def prepare(self) -> None: ...

    def launch(self) -> None: ...

    def wait_ready(self) -> None: ...

    def alive(self) -> bool: ...

    def stop(self) -> None: ...

    def kill(self) -> None:
        """End it as a power cut would (`kill -9`)."""
        ...

    def restart(self) -> None:
        """Bring it back with the same data, and wait until it answers."""
        ...
