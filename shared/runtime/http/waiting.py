"""A list that waits, for a bounded time, until it shows what its caller has just written."""

from typing import Final

from fastapi import Request, Response

from shared.runtime.application import running_of
from shared.runtime.http.consistency import LONGEST_WAIT, ConsistencyToken
from shared.runtime.service import Running

STALE: Final = {"Stale": "true"}


async def waited(request: Request, token: ConsistencyToken | None, view: str, response: Response) -> Running:
    """The running service, after its view has read what the token names, or with a header that says it has not."""
    running = running_of(request)
    if token is not None:
        read = running.subscriptions[view].has_read
        if not await read(token.stream, token.version, within=LONGEST_WAIT):
            response.headers.update(STALE)
    return running
