"""A change may be sent again without harm: its key names it, and its hash tells whether it is the same one.

A request may hold a text that is erased one day, and what is short can be guessed from a plain hash. So the hash is
keyed by the caller's own key, and of the key only a hash is kept: who has the rows can not try texts out.
"""

import hmac
import re
from hashlib import sha256
from typing import Annotated, Final

from fastapi import Header, Request

from shared.runtime.http.problems import Problem
from shared.runtime.writing.event_store import Claim

REPLAYED: Final = {"Idempotency-Replayed": "true"}
"""The header of an answer that was given before."""
_KEY: Final = re.compile(r"[A-Za-z0-9._:~-]{1,128}")
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        description="A fresh UUID; the same one when the request is repeated.",
        examples=["0197a3f0-7d2e-7c3b-9f61-3b1f0a5d2c11"],
        json_schema_extra={"pattern": f"^{_KEY.pattern}$"},
    ),
]


async def claimed(request: Request, principal: str, key: str) -> Claim:
    """The key with the hash of what it stands for, as they are kept: neither says what the caller sent.

    Raises Problem 400 if the key is repeated, or not 1 to 128 letters, digits or `.` `_` `:` `~` `-`.
    """
    _check(request, key)
    target = f"{request.url.path}?{request.url.query}"
    return Claim(principal, kept_key(key), request_hash(key, request.method, target, await request.body()))


def _check(request: Request, key: str) -> None:
    if len(request.headers.getlist("idempotency-key")) > 1 or not _KEY.fullmatch(key):
        why = {"header": "Idempotency-Key", "detail": "must be one key of 1 to 128 letters, digits or . _ : ~ -"}
        raise Problem("malformed-header", errors=[why])


def kept_key(key: str) -> str:
    """What is kept of a caller's key."""
    return sha256(b"idempotency-key:" + key.encode()).hexdigest()


def request_hash(key: str, method: str, path: str, body: bytes) -> bytes:
    """HMAC under the key over the other three, each with its length, so that no two requests run together."""
    digest = hmac.new(key.encode(), digestmod=sha256)
    for part in (method.encode(), path.encode(), body):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()
