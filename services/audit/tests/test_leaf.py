"""What a leaf is made of, and that two implementations of RFC 8785 agree on it."""

import dataclasses
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from services.audit.domain.canonical import canonical
from services.audit.domain.leaf import LONGEST, Index, Leaf, headers_document, index_of, leaf_hash

LEAF = Leaf("hr.events", 3, 17, 1_459_468_800_000, b"person/P1", b"[]", b"{}")
UNSTORABLE = (
    b'{"id":"a\\u0000","source":"/hr","type":"t","subject":"s",'
    b'"time":"2016-04-01T00:00:00Z","recordedtime":"2016-04-01T00:00:00Z"}'
)
_VALUES = st.text() | st.integers(-(2**53) + 1, 2**53 - 1) | st.none() | st.booleans()


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), _VALUES | st.lists(_VALUES)))
def test_our_canonical_form_is_rfc_8785(document: dict[str, Any]) -> None:
    assert canonical(document) == rfc8785.dumps(document)


def test_the_hash_is_of_the_published_document() -> None:
    """Computed from the description of the format, not by the code."""
    digest = {name: hashlib.sha256(value).hexdigest() for name, value in (("k", b"person/P1"), ("h", b"{}"))}
    document = (
        f'{{"h":"{digest["h"]}","i":"e1","k":"{digest["k"]}","n":2,"o":17,"p":3,'
        '"t":"hr.events","ts":1459468800000,"v":1}'
    )
    assert leaf_hash(LEAF, "e1") == hashlib.sha256(b"\x00" + document.encode()).digest()


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"\xff",
        b"[" * 100_000,
        b'{"id":"a"}',
        f'{{"id":"{"x" * (LONGEST + 1)}"}}'.encode(),
        UNSTORABLE,
        b'{"id":"a","source":"/hr","type":"t","subject":"s","time":"2016-04-01T00:00:00","recordedtime":"x"}',
    ],
)
def test_what_can_not_be_read_is_not_indexed(value: bytes | None) -> None:
    assert index_of(value) == Index()


READABLE: dict[str, Any] = {
    "id": "e1",
    "source": "/hr",
    "type": "hr.EmployeeLeft.v1",
    "subject": "person/P1",
    "time": "2016-04-01T00:00:00Z",
    "recordedtime": "2016-04-01T00:00:01Z",
}


def indexed(**changes: Any) -> Index:
    return index_of(canonical(READABLE | changes))


def test_what_can_be_read_is_found_by_what_its_envelope_says() -> None:
    noon = datetime(2016, 4, 1, tzinfo=UTC)
    assert indexed(streamversion=7) == Index(
        "hr.EmployeeLeft.v1", "person/P1", "/hr", "e1", 7, noon, noon + timedelta(seconds=1)
    )
    assert indexed().stream_version is None


@pytest.mark.parametrize("name", ["id", "source", "type", "subject"])
def test_a_name_is_indexed_up_to_its_longest_and_without_a_nought(name: str) -> None:
    assert indexed(**{name: "x" * LONGEST}) != Index()
    assert indexed(**{name: "x" * (LONGEST + 1)}) == Index()
    assert indexed(**{name: "a\x00b"}) == Index()


@pytest.mark.parametrize("name", ["time", "recordedtime"])
def test_an_instant_without_a_zone_is_none(name: str) -> None:
    assert indexed(**{name: "2016-04-01T00:00:00"}) == Index()


@pytest.mark.parametrize("sign", [1, -1])
def test_a_version_is_indexed_as_far_as_its_column_goes(sign: int) -> None:
    assert indexed(streamversion=sign * (2**31 - 1)).stream_version == sign * (2**31 - 1)
    assert indexed(streamversion=sign * 2**31) == Index()


def test_a_leaf_without_a_value_has_no_length() -> None:
    empty = dataclasses.replace(LEAF, value=None)
    document = {"v": 1, "i": None, "t": "hr.events", "p": 3, "o": 17, "k": _sha(b"person/P1"), "ts": LEAF.timestamp}
    assert leaf_hash(empty, None) == hashlib.sha256(b"\x00" + rfc8785.dumps(document | {"h": None, "n": 0})).digest()


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_headers_are_kept_in_their_order_and_as_they_came() -> None:
    kept = headers_document([("b", b"\xff"), ("a", None), ("b", b"")])
    assert kept == b'[["b","/w=="],["a",null],["b",""]]'
