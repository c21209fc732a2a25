"""Tokens that must prove nothing: each answers 401 with a challenge, never 200 and never 500."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from shared.runtime.auth.tokens import Unauthenticated, read
from shared.runtime.http.body import MOST_BYTES
from shared.runtime.settings import TWELVE_HOURS
from shared.runtime.tests.issuer import AUDIENCE, ISSUER, World
from shared.runtime.tests.sample import calling, sample_app

FOREIGN = RSAKey.generate_key(2048)
EC = ECKey.generate_key("P-256")
Forge = Callable[[World], str]


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    world = World(tmp_path_factory.mktemp("keys"))
    yield world
    await world.authenticator.close()


async def _ask(world: World, *authorization: str | bytes) -> httpx.Response:
    app = sample_app()
    app.state.authenticator = world.authenticator
    async with calling(app) as client:
        headers = [(b"Authorization", value if isinstance(value, bytes) else value.encode()) for value in authorization]
        return await client.get("/v1/me", headers=headers)


def _kid(world: World) -> str:
    return str(world.issuer.published()["keys"][-1]["kid"])


def _claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {"iss": ISSUER, "sub": "P1", "aud": AUDIENCE, "client_id": "c1", "iat": now, "exp": now + 60, "jti": "j1"}
    return {name: value for name, value in {**claims, **changes}.items() if value is not ...}


def _header(world: World, **changes: Any) -> dict[str, Any]:
    header = {"alg": "RS256", "typ": "at+jwt", "kid": _kid(world)}
    return {name: value for name, value in {**header, **changes}.items() if value is not ...}


def _signed(world: World, payload: bytes, header: dict[str, Any] | None = None) -> str:
    """With the issuer's true key, whatever it says."""
    registry = jws.JWSRegistry(strict_check_header=False)
    return jws.serialize_compact(header or _header(world), payload, world.issuer._keys[-1], registry=registry)


def claims(**changes: Any) -> Forge:
    return lambda world: _signed(world, json.dumps(_claims(**changes)).encode())


def header(**changes: Any) -> Forge:
    return lambda world: _signed(world, json.dumps(_claims()).encode(), _header(world, **changes))


def payload(raw: bytes) -> Forge:
    return lambda world: _signed(world, raw)


def part(value: bytes | dict[str, Any]) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(raw).decode().rstrip("=")


def unsigned(**changes: Any) -> Forge:
    return lambda world: f"{part(_header(world, **changes))}.{part(_claims())}."


def good(world: World) -> str:
    return claims()(world)


def cut(world: World, index: int, value: str) -> str:
    parts = good(world).split(".")
    parts[index] = value
    return ".".join(parts)


def hmac_with_public_key(world: World) -> str:
    """The classic confusion: the public key, which everybody knows, taken as the secret of HS256."""
    content = f"{part(_header(world, alg='HS256'))}.{part(_claims())}"
    secret = world.issuer._keys[-1].as_pem(private=False)
    return f"{content}.{part(hmac.digest(secret, content.encode(), 'sha256'))}"


def signed_by(key: RSAKey | ECKey, alg: str = "RS256", **changes: Any) -> Forge:
    def forge(world: World) -> str:
        registry = jws.JWSRegistry(strict_check_header=False, algorithms=[alg])
        content = json.dumps(_claims()).encode()
        return jws.serialize_compact(_header(world, alg=alg, **changes), content, key, registry=registry)

    return forge


NOW = int(time.time())
FIVE_HOURS = 5 * 3600
"""Longer than any run of the tests, which may be long after this module was read."""
HOSTILE: dict[str, Forge] = {
    "nothing": lambda _: "",
    "a word": lambda _: "token",
    "two dots": lambda _: "..",
    "two parts": lambda world: good(world).rpartition(".")[0],
    "four parts": lambda world: good(world) + ".x",
    "five parts": lambda _: ".".join([part(b"{}")] * 5),
    "spaces inside": lambda world: good(world).replace(".", ". "),
    "characters outside of base64url": lambda world: cut(world, 2, "+/=="),
    "an impossible length of base64": lambda world: cut(world, 1, "a"),
    "a header of invalid UTF-8": lambda world: cut(world, 0, part(b'{"alg":"\xff"}')),
    "a header that is a list": lambda world: cut(world, 0, part(b"[]")),
    "a very deep header": lambda world: cut(world, 0, part(b"[" * 3_000)),
    "claims that are a list": payload(b"[]"),
    "claims that are no JSON": payload(b"no"),
    "very deep claims": payload(b'{"a":' * 500),
    "claims of invalid UTF-8": payload(b'{"iss": "\xff"}'),
    "more than 8 KiB": claims(padding="x" * 9_000),
    "alg none": unsigned(alg="none"),
    "alg None": unsigned(alg="None"),
    "alg none with a signature": lambda world: unsigned(alg="none")(world) + "c2ln",
    "alg a number": unsigned(alg=1),
    "no alg": lambda world: unsigned(alg=...)(world) + "c2ln",
    "HS256 with the public key": hmac_with_public_key,
    "RS512": signed_by(FOREIGN, "RS512"),
    "PS256": signed_by(FOREIGN, "PS256"),
    "ES256 for an RSA key": signed_by(EC, "ES256"),
    "a foreign key under a known id": signed_by(FOREIGN),
    "a foreign key under its own id": signed_by(FOREIGN, kid="foreign"),
    "no key id": header(kid=...),
    "an empty key id": header(kid=""),
    "a key id that is a path": header(kid="../../etc/passwd"),
    "a key id that is a list": lambda world: cut(world, 0, part(_header(world, kid=[1]))),
    "typ JWT": header(typ="JWT"),
    "typ of an ID token": header(typ="id_token+jwt"),
    "no typ": header(typ=...),
    "jku": header(jku="https://evil.example.com/jwks.json"),
    "x5u": header(x5u="https://evil.example.com/x.pem"),
    "an embedded key": header(jwk=FOREIGN.as_dict(private=False)),
    "crit": lambda world: cut(world, 0, part(_header(world, crit=["exp"]))),
    "a changed payload": lambda world: cut(world, 1, part(_claims(sub="P2"))),
    "a changed header": lambda world: cut(world, 0, part(_header(world, extra=1))),
    "a signature of another token": lambda world: cut(world, 2, claims(jti="j2")(world).rpartition(".")[2]),
    "expired": claims(iat=NOW - 120, exp=NOW - 1),
    "expired long ago": claims(iat=1, exp=60),
    "no exp": claims(exp=...),
    "exp a text": claims(exp=str(NOW + 60)),
    "exp true": claims(exp=True),
    "exp null": claims(exp=None),
    "exp negative": claims(exp=-1),
    "exp enormous": payload(b'{"exp": 1e400}'),
    "a life too long": claims(iat=NOW, exp=NOW + TWELVE_HOURS + 60),
    "a life of nothing": claims(iat=NOW + 20, exp=NOW + 20),
    "issued in the future": claims(iat=NOW + FIVE_HOURS, exp=NOW + FIVE_HOURS + 60),
    "not yet valid": claims(nbf=NOW + FIVE_HOURS),
    "nbf a text": claims(nbf="0"),
    "no iat": claims(iat=...),
    "no jti": claims(jti=...),
    "no client_id": claims(client_id=...),
    "no sub": claims(sub=...),
    "an empty sub": claims(sub=""),
    "sub a number": claims(sub=1),
    "sub with a slash": claims(sub="client/admin"),
    "sub with NUL": claims(sub="P1\x00"),
    "sub with a line break": claims(sub="P1\n"),
    "no aud": claims(aud=...),
    "another audience": claims(aud="payroll"),
    "other audiences": claims(aud=["payroll", "mail"]),
    "an audience that begins alike": claims(aud=AUDIENCE + "-test"),
    "no iss": claims(iss=...),
    "another issuer": claims(iss="http://evil.example.com"),
    "the issuer with a slash": claims(iss=ISSUER + "/"),
    "the issuer in capitals": claims(iss=ISSUER.upper()),
}


@pytest.mark.parametrize("forge", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_token_proves_nothing(world: World, forge: Forge) -> None:
    answer = await _ask(world, f"Bearer {forge(world)}")
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated")
    assert answer.headers["www-authenticate"] == 'Bearer realm="daicho", error="invalid_token"'


@pytest.mark.parametrize("name", ["jku", "x5u", "an embedded key", "crit"])
def test_a_token_that_brings_its_own_rules_is_refused_before_any_key_is_sought(world: World, name: str) -> None:
    with pytest.raises(Unauthenticated, match="brings its own keys or rules"):
        read(HOSTILE[name](world))


async def test_the_honest_twin_of_the_table_is_accepted(world: World) -> None:
    answer = await _ask(world, f"Bearer {good(world)}")
    assert (answer.status_code, answer.json()) == (200, {"subject": "person/P1"})


def test_the_table_is_large_enough() -> None:
    assert len(HOSTILE) >= 40


HEADERS: dict[str, tuple[str | bytes, ...]] = {
    "basic": ("Basic dTpw",),
    "no scheme": ("eyJ.eyJ.c2ln",),
    "two headers": ("Bearer a", "Bearer b"),
    "bytes above ASCII": (b"Bearer \xff\xfe",),
    "far too long": ("Bearer " + "a" * 70_000,),
}


@pytest.mark.parametrize("authorization", HEADERS.values(), ids=HEADERS.keys())
async def test_a_strange_header_proves_nothing(world: World, authorization: tuple[str | bytes, ...]) -> None:
    assert (await _ask(world, *authorization)).status_code == 401


async def test_who_sends_no_token_is_told_of_no_error(world: World) -> None:
    answer = await _ask(world)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="daicho"')


async def test_the_caller_is_recognised_before_his_body_is_read(world: World) -> None:
    app = sample_app()
    app.state.authenticator = world.authenticator
    async with calling(app) as client:
        answer = await client.post("/v1/things?nonsense=1", content="{", headers={"content-type": "text/plain"})
    assert answer.status_code == 401


def test_the_keys_of_the_table_are_not_in_the_folder(tmp_path: Path) -> None:
    published = World(tmp_path).issuer.published()["keys"]
    assert FOREIGN.thumbprint() not in {key["kid"] for key in published}
    assert all("d" not in key for key in published)


async def test_who_is_not_recognised_learns_nothing_else(world: World) -> None:
    app = sample_app()
    app.state.authenticator = world.authenticator
    async with calling(app) as client:
        strange = await client.get("/v1/things?unheard=of")
        large = await client.post("/v1/things", content=b" " * (MOST_BYTES + 1))
    assert (strange.status_code, large.status_code) == (401, 401)
