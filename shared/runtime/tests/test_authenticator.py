import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.runtime.auth import keys
from shared.runtime.http.problems import Problem
from shared.runtime.tests.issuer import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    yield world
    await world.authenticator.close()


async def _refused(world: World, token: str) -> str:
    with pytest.raises(Problem) as refusal:
        await world.subject(token)
    return refusal.value.slug


async def test_a_person_and_a_program_are_told_apart(world: World) -> None:
    assert await world.subject(world.token("P1")) == "person/P1"
    assert await world.subject(world.token("person/P1")) == "person/P1"
    assert await world.subject(world.token("client/payroll")) == "client/payroll"


async def test_a_principal_names_the_person(world: World) -> None:
    person = await world.authenticator.principal([f"Bearer {world.token('P1')}"])
    program = await world.authenticator.principal([f"bearer {world.token('client/payroll')}"])
    assert (person.person_id, program.person_id) == ("P1", None)


async def test_the_keys_are_asked_for_once(world: World) -> None:
    await asyncio.gather(*(world.subject(world.token(f"P{number}")) for number in range(20)))
    assert world.network.requests == 2  # the metadata and the keys


async def test_after_a_rotation_old_and_new_tokens_are_good(world: World) -> None:
    old = world.token()
    await world.subject(old)
    world.issuer.rotate()
    assert await world.subject(world.token("P2")) == "person/P2"
    assert await world.subject(old) == "person/P1"


async def test_a_withdrawn_key_proves_nothing_any_more(world: World) -> None:
    old = world.token()
    await world.subject(old)
    world.issuer.rotate(overlap=False)
    await world.subject(world.token("P2"))
    assert await _refused(world, old) == "unauthenticated"


async def test_no_good_request_fails_during_a_rotation(world: World) -> None:
    async def call(number: int) -> str:
        if number == 20:
            world.issuer.rotate()
        return await world.subject(world.token(f"P{number}"))

    assert await asyncio.gather(*map(call, range(40))) == [f"person/P{number}" for number in range(40)]


async def test_unknown_keys_do_not_become_a_flood_of_requests(tmp_path: Path) -> None:
    world = World(tmp_path, oidc_refetch_seconds=3600)
    await world.subject(world.token())
    world.issuer.rotate()
    refused = [await _refused(world, world.token(f"P{number}")) for number in range(10)]
    assert set(refused) == {"unauthenticated"}
    assert world.network.requests == 2
    await world.authenticator.close()


async def test_known_keys_live_on_while_the_issuer_is_down(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.subject(world.token())
    world.network.cut = True
    monkeypatch.setattr(keys, "FRESH_SECONDS", 0.0)
    assert await world.subject(world.token("P2")) == "person/P2"


async def test_after_a_day_without_the_issuer_nobody_is_recognised(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.subject(world.token())
    world.network.cut = True
    monkeypatch.setattr(keys, "STALE_SECONDS", 0.0)
    assert await _refused(world, world.token("P2")) == "unavailable"


async def test_while_no_key_is_known_the_answer_is_503_with_a_time(world: World) -> None:
    world.network.cut = True
    with pytest.raises(Problem) as refusal:
        await world.subject(world.token())
    assert (refusal.value.slug, dict(refusal.value.headers)) == ("unavailable", {"Retry-After": "5"})


async def test_a_new_key_is_refused_while_the_issuer_is_down(world: World) -> None:
    await world.subject(world.token())
    world.network.cut = True
    world.issuer.rotate()
    assert await _refused(world, world.token()) == "unauthenticated"


NONSENSE: dict[str, Any] = {
    "no keys": {"keys": []},
    "no list": {"keys": None},
    "no object": [],
    "a key that is a text": {"keys": ["key"]},
    "a key without an id": {"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]},
    "a key that cannot be read": {"keys": [{"kid": "k", "kty": "RSA", "n": "!", "e": "AQAB"}]},
    "a secret": {"keys": [{"kid": "k", "kty": "oct", "k": "c2VjcmV0"}]},
    "a short RSA key": {"keys": [{"kid": "k", "kty": "RSA", "n": "AQAB", "e": "AQAB"}]},
}


@pytest.mark.parametrize("document", NONSENSE.values(), ids=NONSENSE.keys())
async def test_good_keys_are_not_forgotten_for_nonsense(world: World, document: Any) -> None:
    await world.subject(world.token())
    known = world.token("P3")
    world.network.instead = json.dumps(document).encode()
    world.issuer.rotate()
    assert await _refused(world, world.token("P2")) == "unauthenticated"
    assert await world.subject(known) == "person/P3"
    world.network.instead = None
    assert await world.subject(world.token("P2")) == "person/P2"


async def test_a_token_is_verified_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    token = world.token()
    await world.subject(token)
    before = world.network.requests
    for _ in range(5):
        assert await world.subject(token) == "person/P1"
    assert len(world.authenticator._remembered) == 1
    assert world.network.requests == before


async def test_a_remembered_token_expires(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    token = world.token()
    await world.subject(token)
    monkeypatch.setattr(time, "time", lambda: 2**33)
    assert await _refused(world, token) == "unauthenticated"


async def test_metadata_of_another_issuer_are_not_believed(world: World) -> None:
    token = world.token()
    world.issuer.issuer = "http://evil.example.com"
    assert await _refused(world, token) == "unavailable"
