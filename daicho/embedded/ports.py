"""Ports on this machine's own address."""

import random
import socket
from collections.abc import Container

HOST = "127.0.0.1"

# Below the range from which the kernel takes ports for outgoing connections: a client that retries against a stopped
# server could otherwise be given the server's own port.
QUIET_RANGE = range(15_000, 32_000)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port(preferred: int | None = None, *, avoid: Container[int] = ()) -> int:
    """`preferred` when nobody listens there, else any free port."""
    candidates = [preferred] if preferred is not None else []
    candidates += random.sample(QUIET_RANGE, 200)
    for port in candidates:
        if port not in avoid and is_free(port):
            return port
    raise OSError("no free port was found")


def answers(host: str, port: int, *, seconds: float = 2.0) -> bool:
    """Whether anybody accepts a connection there."""
    try:
        with socket.create_connection((host, port), timeout=seconds):
            return True
    except OSError:
        return False
