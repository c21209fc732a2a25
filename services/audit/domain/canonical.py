"""Bytes that are equal if and only if what they say is: RFC 8785, and the digest of a whole result."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import orjson

from services.audit.domain.interval import Interval, document


def canonical(value: Any) -> bytes:
    """The RFC 8785 form of a document of ours: ASCII names, text, whole numbers, true, false, null, lists.

    orjson writes just that for these, thirty times as fast as the reference implementation; a test compares the two.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


class ResultDigest:
    """SHA-256 over the RFC 8785 form of a result, a JSON array of rows, without ever holding all of it."""

    def __init__(self) -> None:
        self._hash = sha256(b"[")
        self.rows = 0

    def add(self, rows: Iterable[Interval]) -> None:
        """Rows in the order of the result."""
        for row in rows:
            self._hash.update((b"," if self.rows else b"") + canonical(document(row)))
            self.rows += 1

    def hexdigest(self) -> str:
        closed = self._hash.copy()
        closed.update(b"]")
        return closed.hexdigest()


def digest_of(rows: Iterable[Interval]) -> str:
    digest = ResultDigest()
    digest.add(rows)
    return digest.hexdigest()
