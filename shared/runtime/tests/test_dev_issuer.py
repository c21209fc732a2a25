import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from shared.runtime.auth import Authenticator
from shared.runtime.dev_issuer import KeyStore
from shared.runtime.tests.issuer import World, settings


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(port: int, keys: Path, environment: str | None) -> "subprocess.Popen[str]":
    variables = {name: value for name, value in os.environ.items() if not name.startswith("DAICHO_")}
    if environment:
        variables["DAICHO_ENVIRONMENT"] = environment
    command = [sys.executable, "-m", "shared.runtime.dev_issuer", "--port", str(port), "--keys", str(keys)]
    return subprocess.Popen(command, env=variables, stderr=subprocess.PIPE, text=True)  # noqa: S603


def _wait(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(url, trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(url)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    port = _free_port()
    process = _start(port, tmp_path, "test")
    _wait(f"http://127.0.0.1:{port}/jwks.json")
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.communicate(timeout=10)


@pytest.mark.parametrize("environment", ["production", "staging", None])
def test_it_refuses_to_start_elsewhere(tmp_path: Path, environment: str | None) -> None:
    process = _start(_free_port(), tmp_path, environment)
    assert "DAICHO_ENVIRONMENT" in process.communicate(timeout=60)[1]
    assert process.returncode == 2
    assert not list(tmp_path.iterdir())


async def test_a_token_from_the_process_is_good_over_a_real_network(address: str) -> None:
    authenticator = Authenticator(settings(oidc_issuer=address))
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        answer = (await client.post("/token", json={"sub": "P7"})).json()
    principal = await authenticator.principal([f"Bearer {answer['access_token']}"])
    assert (principal.subject, answer["token_type"]) == ("person/P7", "Bearer")
    await authenticator.close()


def test_the_keys_outlive_the_process(tmp_path: Path) -> None:
    first = [key.kid for key in KeyStore(tmp_path).signing_keys()]
    assert [key.kid for key in KeyStore(tmp_path).signing_keys()] == first


def test_a_rotation_keeps_the_key_before_and_only_that(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    seen = [store.signing_keys()[-1].kid]
    for _ in range(3):
        store.rotate()
        seen.append(store.signing_keys()[-1].kid)
    assert [key.kid for key in store.signing_keys()] == seen[-2:]


def test_nobody_else_may_read_the_keys(tmp_path: Path) -> None:
    KeyStore(tmp_path / "keys")
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "keys").iterdir())


async def test_a_token_for_nobody_is_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with httpx.AsyncClient(transport=world.network) as client:
        for body in ({"sub": ""}, {"sub": "a b"}, {"sub": "P1", "lifetime": 10**6}, {"sub": "P1", "admin": True}):
            assert (await client.post("http://issuer.example.com/token", json=body)).status_code == 422
    await world.authenticator.close()
