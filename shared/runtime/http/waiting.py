"""A list that waits, for a bounded time, until it shows what its caller has just written."""

from math import inf

from fastapi import Request, Response

from shared.runtime.application import running_of
from shared.runtime.http.consistency import ConsistencyToken, catch_up
from shared.runtime.service import Running


async def waited(request: Request, token: ConsistencyToken | None, view: str, response: Response) -> Running:
    """The running service, after its view has read what the token names, or with a header that says it has not."""
    running = running_of(request)
    has_read = running.subscriptions[view].has_read
    await catch_up(token, lambda wanted: has_read(wanted.stream, wanted.version, within=inf), response)
    return running
