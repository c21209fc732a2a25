"""A server that somebody else runs and the environment points to."""

from dataclasses import dataclass

from daicho.embedded.faults import StackFault


@dataclass
class GivenServer:
    """We use it and never end it."""

    address: str
    pid: None = None

    def prepare(self) -> None:
        """Nothing to do: it is there."""

    def launch(self) -> None:
        """Nothing to do: it is there."""

    def wait_ready(self) -> None:
        """Nothing to do: it is there."""

    def alive(self) -> bool:
        return True

    def stop(self) -> None:
        """It was not started by us and goes on."""

    def kill(self) -> None:
        raise _not_ours(self.address)

    def restart(self) -> None:
        raise _not_ours(self.address)


def plain_dsn(url: str) -> str:
    """Without SQLAlchemy's driver name: `postgresql+asyncpg://…` becomes `postgresql://…`."""
    scheme, _, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"


def _not_ours(address: str) -> StackFault:
    return StackFault(
        f"the server at {address.rpartition('@')[2]} is not ours to kill",
        "unset DAICHO_DATABASE_URL or DAICHO_KAFKA_BOOTSTRAP_SERVERS to have local processes",
    )
