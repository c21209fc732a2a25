"""`python -m shared.runtime.probe /livez`: exit code 0 if this container's own server answers 200 there, else 1.

A container's health check: its image has no curl. Proxies of the environment are not asked.
"""

import http.client
import os
import sys
from typing import Final

SECONDS: Final = 4.0
DEFAULT_PORT: Final = 8000


def answers(port: int, path: str, seconds: float = SECONDS) -> bool:
    """Whether 200 comes within so many seconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main(arguments: list[str]) -> int:
    port = int(os.environ.get("DAICHO_PORT") or DEFAULT_PORT)
    return 0 if answers(port, arguments[0]) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
