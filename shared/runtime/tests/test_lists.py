"""Cursors and consistency tokens, as a caller of a list meets them."""

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.runtime.http.consistency import ConsistencyToken
from shared.runtime.http.cursor import decode, encode
from shared.runtime.http.problems import Problem
from shared.runtime.tests.sample import ROWS, SHOWN, calling, open_app


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with calling(open_app()) as client:
        yield client


async def _walk(client: httpx.AsyncClient, url: str) -> list[list[str]]:
    pages = []
    while url:
        answer = await client.get(url)
        pages.append(answer.json()["items"])
        url = answer.links.get("next", {}).get("url", "")
    return pages


@pytest.mark.parametrize("limit", [1, 5, 11, 12, 200])
async def test_following_the_links_shows_every_row_once(client: httpx.AsyncClient, limit: int) -> None:
    pages = await _walk(client, f"/v1/things?limit={limit}&state=open")
    assert [row for page in pages for row in page] == ROWS
    assert all(len(page) <= limit for page in pages)


async def test_the_last_page_has_no_next_one(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/things?limit=11")
    assert answer.json()["next_cursor"] is None
    assert "link" not in answer.headers


async def test_a_cursor_belongs_to_its_filters(client: httpx.AsyncClient) -> None:
    cursor = (await client.get("/v1/things?limit=1&state=open")).json()["next_cursor"]
    assert (await client.get("/v1/things", params={"cursor": cursor, "state": "open", "limit": 9})).status_code == 200
    answer = await client.get("/v1/things", params={"cursor": cursor, "state": "closed"})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-cursor")


FORGED = {
    "nothing": "",
    "a word": "abc",
    "no base64": "!!!",
    "beyond ASCII": "台帳",
    "no checksum": urlsafe_b64encode(b'["row001"]').decode(),
    "a wrong checksum": urlsafe_b64encode(b"\0" * 8 + b'["row001"]').decode(),
    "no JSON": urlsafe_b64encode(b"\0" * 8 + b"[").decode(),
    "very deep": urlsafe_b64encode(b"\0" * 8 + b"[" * 1_400).decode(),
    "a number": urlsafe_b64encode(b"\0" * 8 + b"1").decode(),
}


@pytest.mark.parametrize("cursor", FORGED.values(), ids=FORGED.keys())
async def test_a_forged_cursor_answers_400(client: httpx.AsyncClient, cursor: str) -> None:
    assert (await client.get("/v1/things", params={"cursor": cursor})).status_code == 400


@given(
    st.lists(
        st.one_of(st.none(), st.integers(), st.text(st.characters(codec="utf-8", exclude_characters="\x00"))),
        min_size=1,
        max_size=4,
    )
)
def test_a_cursor_gives_back_its_keys(keys: list[str | int | None]) -> None:
    assert decode(encode(tuple(keys), "/v1/things?"), "/v1/things?") == tuple(keys)


def test_a_cursor_with_one_changed_character_is_refused() -> None:
    cursor = encode(("row001", 7), "/v1/things?")
    for index, old in enumerate(cursor):
        changed = cursor[:index] + ("A" if old != "A" else "B") + cursor[index + 1 :]
        with pytest.raises(Problem):
            decode(changed, "/v1/things?")


async def test_a_list_waits_until_it_shows_the_token(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/things", headers={"Wait-For": str(SHOWN)})
    assert (answer.status_code, "stale" in answer.headers) == (200, False)


async def test_a_list_that_stays_behind_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/things", headers={"Wait-For": "thing/T1:4"})
    assert (answer.status_code, answer.headers["stale"]) == (200, "true")


@pytest.mark.parametrize(
    "token", ["", "x", "thing/T1", "thing/T1:", "thing/T1:0", "thing/T1:-1", "a b:1", ":1", "a:1:"]
)
async def test_a_malformed_token_answers_400(client: httpx.AsyncClient, token: str) -> None:
    assert (await client.get("/v1/things", headers={"Wait-For": token})).status_code == 400


def test_a_token_is_read_as_it_is_written() -> None:
    token = ConsistencyToken("duty/P7#FY2017", 12)
    assert ConsistencyToken.parse(str(token)) == token
