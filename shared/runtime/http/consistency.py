"""Read your own writes: a change gives a token, and a list can wait until it shows what the token names."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Final, Self

from fastapi import Depends, Header, Response

from shared.runtime.http.problems import Problem

LONGEST_WAIT: Final = 2.0
HEADER: Final = "Consistency-Token"
_TOKEN: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9._/#-]{0,199}):([1-9][0-9]{0,9})")
_DESCRIPTION: Final = "A Consistency-Token; the list waits up to 2 s for it, then answers with `Stale: true`."


@dataclass(frozen=True, slots=True)
class ConsistencyToken:
    stream: str
    version: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises Problem 400 unless the text is `<stream>:<version>`."""
        parts = _TOKEN.fullmatch(text)
        if parts is None:
            why = {"header": "Wait-For", "detail": "must be a Consistency-Token as it was received"}
            raise Problem("malformed-header", errors=[why])
        return cls(parts[1], int(parts[2]))

    def __str__(self) -> str:
        return f"{self.stream}:{self.version}"


async def wait_for(
    token: Annotated[str | None, Header(alias="Wait-For", description=_DESCRIPTION, examples=["slip/S1:3"])] = None,
) -> ConsistencyToken | None:
    """Raises Problem 400 for a malformed token."""
    return None if token is None else ConsistencyToken.parse(token)


WaitFor = Annotated[ConsistencyToken | None, Depends(wait_for)]
Shown = Callable[[ConsistencyToken], Awaitable[object]]
"""Returns as soon as the view shows what the token names; may take for ever."""


async def catch_up(
    token: ConsistencyToken | None, shown: Shown, response: Response, longest: float = LONGEST_WAIT
) -> bool:
    """Wait for the token, at most `longest` seconds; False, and a header that says so, if the list is still behind."""
    if token is None:
        return True
    try:
        async with asyncio.timeout(longest):
            await shown(token)
    except TimeoutError:
        response.headers["Stale"] = "true"
        return False
    return True
