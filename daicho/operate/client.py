"""One HTTP client of a running stack, in the name of one of its people."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from daicho.embedded.faults import StackFault
from daicho.endpoints import ask_token, read_endpoints
from daicho.personas import PERSONAS


@contextmanager
def client_of(directory: Path, service: str, persona: str) -> Iterator[httpx.Client]:
    """Speaks to one service with a fresh token. Raises StackFault when no stack runs there."""
    endpoints = read_endpoints(directory)
    if endpoints is None:
        raise StackFault("no stack is running", "`make up`")
    headers = {"Authorization": f"Bearer {ask_token(endpoints['issuer'], PERSONAS[persona])}"}
    with httpx.Client(base_url=endpoints[service], headers=headers, trust_env=False, timeout=120) as client:
        yield client


def get(client: httpx.Client, path: str, **query: Any) -> Any:
    return _answered(client.get(path, params={name: value for name, value in query.items() if value is not None}))


def post(client: httpx.Client, path: str, body: dict[str, Any] | None = None) -> Any:
    """A change under a key of its own."""
    return _answered(client.post(path, json=body, headers={"Idempotency-Key": str(uuid4())}))


def pages(client: httpx.Client, path: str) -> Iterator[dict[str, Any]]:
    """Every item of a list, page by page."""
    cursor = None
    while True:
        page = get(client, path, limit=200, cursor=cursor)
        yield from page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return


def _answered(answer: httpx.Response) -> Any:
    """The document, or a StackFault with what the problem says and its cure."""
    if answer.is_success:
        return answer.json()
    problem = answer.json()
    page = httpx.URL(str(answer.url)).join(problem["type"])
    raise StackFault(f"{problem['status']} {problem['title']}: {problem.get('detail', '')}", f"see {page}")
