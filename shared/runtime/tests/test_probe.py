"""A container's health check asks the server of its own container."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from shared.runtime.probe import answers, main


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/livez" else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), _Server) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_it_is_well_if_200_comes(port: int) -> None:
    assert answers(port, "/livez")


def test_it_is_not_well_if_something_else_comes(port: int) -> None:
    assert not answers(port, "/readyz")


def test_it_is_not_well_if_nobody_listens(port: int) -> None:
    with HTTPServer(("127.0.0.1", 0), _Server) as closed:
        free = closed.server_port
    assert not answers(free, "/livez")


def test_the_port_is_the_service_s_and_no_proxy_is_asked(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAICHO_PORT", str(port))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert main(["/livez"]) == 0
    assert main(["/readyz"]) == 1
