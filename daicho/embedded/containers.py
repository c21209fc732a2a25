"""For tests where a Docker engine answers: the same two servers as containers, removed by testcontainers."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from daicho.embedded.jars import VERSION as KAFKA_VERSION
from daicho.embedded.kafka import SETTINGS as KAFKA_SETTINGS
from daicho.embedded.kafka import STARTED
from daicho.embedded.ports import HOST, free_port
from daicho.embedded.postgres import SETTINGS as POSTGRES_SETTINGS
from daicho.embedded.postgres import VERSION as POSTGRES_VERSION

START_SECONDS = 120
POSTGRES_READY = "database system is ready to accept connections"


def engine_answers() -> bool:
    try:
        import_module("docker").from_env(timeout=2).ping()  # only tests have it installed
    except Exception:  # noqa: BLE001 - whatever is wrong with Docker, the answer is to do without
        return False
    return True


@dataclass
class ContainerServer:
    """`make` gives a container that is configured and not yet started; its port on the host stays the same."""

    address: str
    make: Callable[[], Any]
    ready_line: str
    times: int = 1
    pid: None = None
    container: Any = field(default=None, repr=False)
    launched_at: int = 0

    def prepare(self) -> None:
        self.container = self.make()

    def launch(self) -> None:
        self.launched_at = int(time.time())
        self.container.start()

    def wait_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self._log().count(self.ready_line) < self.times:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the container did not say {self.ready_line!r}")
            time.sleep(0.1)

    def alive(self) -> bool:
        wrapped = self.container.get_wrapped_container()
        wrapped.reload()
        return bool(wrapped.status == "running")

    def stop(self) -> None:
        if self.container is not None:
            self.container.stop()

    def kill(self) -> None:
        if self.container is not None:
            self.container.get_wrapped_container().kill()

    def restart(self) -> None:
        self.launched_at, self.times = int(time.time()), 1  # the first start of PostgreSQL says it twice
        self.container.get_wrapped_container().restart()
        self.wait_ready()

    def _log(self) -> str:
        return str(self.container.get_wrapped_container().logs(since=self.launched_at).decode(errors="replace"))


def postgres_container() -> ContainerServer:
    port, password = free_port(), "test"

    def make() -> Any:
        from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - only tests have it installed

        options = [word for name, value in POSTGRES_SETTINGS.items() for word in ("-c", f"{name}={value}")]
        container = DockerContainer(f"postgres:{POSTGRES_VERSION}").with_bind_ports(5432, port)
        return container.with_env("POSTGRES_PASSWORD", password).with_command(options)

    return ContainerServer(f"postgresql://postgres:{password}@{HOST}:{port}/postgres", make, POSTGRES_READY, times=2)


def kafka_container() -> ContainerServer:
    """Apache's own image; a setting `a.b` is given to it as `KAFKA_A_B`."""
    port = free_port()
    addresses = {
        "listeners": f"PLAINTEXT://0.0.0.0:{port},CONTROLLER://localhost:9093",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{port}",
        "controller.quorum.voters": "1@localhost:9093",
    }

    def make() -> Any:
        from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - only tests have it installed

        container = DockerContainer(f"apache/kafka:{KAFKA_VERSION}").with_bind_ports(port, port)
        for name, value in (KAFKA_SETTINGS | addresses).items():
            container.with_env(f"KAFKA_{name.upper().replace('.', '_')}", value)
        return container

    return ContainerServer(f"{HOST}:{port}", make, STARTED)
