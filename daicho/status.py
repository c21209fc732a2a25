"""What runs in a folder, seen from outside."""

from pathlib import Path
from typing import Any

import httpx

from daicho.embedded.ports import answers
from daicho.endpoints import read_endpoints
from daicho.programs import SERVICES
from daicho.up import running


def status(directory: Path) -> dict[str, Any]:
    """`up` is true when every part answers: the services `/readyz`, the servers under them a connection."""
    endpoints = read_endpoints(directory)
    if endpoints is None:
        return {"up": False, "supervised": running(directory), "parts": {}}
    parts = {name: readiness(endpoints[name]) for name in SERVICES if name in endpoints}
    parts |= {name: _accepts(address) for name, address in _servers(endpoints).items()}
    healthy = all(state == "ready" for state in parts.values())
    return {"up": healthy, "supervised": running(directory), "parts": parts}


def readiness(url: str) -> str:
    try:
        with httpx.Client(trust_env=False, timeout=3) as client:
            code = client.get(f"{url}/readyz").status_code
    except httpx.HTTPError as error:
        return f"unreachable: {error}"
    return "ready" if code == 200 else f"not ready ({code})"


def _servers(endpoints: dict[str, Any]) -> dict[str, str]:
    dsn = str(next(iter(endpoints["postgres"].values())))
    servers = {"postgres": dsn.rpartition("@")[2].partition("/")[0], "kafka": endpoints["kafka"].split(",")[0]}
    return servers | ({"smtp": endpoints["smtp"]} if endpoints.get("smtp") else {})


def _accepts(address: str) -> str:
    host, _, port = address.rpartition(":")
    return "ready" if answers(host, int(port)) else "unreachable"
