"""The page of a service's API, in a browser that can reach nobody but the service."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
import uvicorn

from daicho.embedded.ports import HOST, free_port
from shared.runtime.application import describe
from shared.runtime.http.app import Application
from shared.runtime.service import Service
from tests.contracts.corpus import services

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ALONE: Final = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}",
)
"""Every name but the service's own address is unknown to it."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@contextmanager
def serving(app: Application) -> Iterator[str]:
    """The application's address, while a real server answers for it."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, HOST, port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://{HOST}:{port}"
    finally:
        server.should_exit = True
        thread.join()


def seen(address: str, profile: Path) -> tuple[str, str]:
    """The page as it stands when its scripts have run, and what the browser complained of."""
    look = ("--virtual-time-budget=20000", "--enable-logging=stderr", "--dump-dom", address)
    command = [str(CHROMIUM), *ALONE, f"--user-data-dir={profile}", *look]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100)
    return ended.stdout, "\n".join(line for line in ended.stderr.splitlines() if "CONSOLE" in line)


@pytest.mark.parametrize("service", services(), ids=lambda each: each.name)
def test_the_operations_of_a_service_are_shown_with_nothing_from_elsewhere(service: Service, tmp_path: Path) -> None:
    app = describe(service)
    with serving(app) as address:
        page, complaints = seen(f"{address}/docs", tmp_path)
    paths = {path for path in app.openapi()["paths"] if path.startswith("/v1/")}
    assert {path for path in paths if f'data-path="{path}"' not in page} == set()
    assert complaints == ""
