"""What a trustworthy access token is (RFC 9068, RFC 8725). No IO: keys and the time are given."""

import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

MOST_BYTES: Final = 8 * 1024
LEEWAY: Final = 30
"""Seconds by which the issuer's clock may be ahead of ours. An expired token gets none."""
KEY_TYPES: Final = {"RS256": RSAKey, "ES256": ECKey}
"""The algorithms in use, each with the only kind of key it may be verified with."""

_COMPACT: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+")
_TYPES: Final = frozenset({"at+jwt", "application/at+jwt"})
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

Key = RSAKey | ECKey
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
_Seconds = Annotated[int, msgspec.Meta(ge=0, le=2**40)]


class Unauthenticated(Exception):  # noqa: N818 - the name of a state of affairs
    """The token proves nothing; the reason is safe to show."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: `person/<id>`, or `client/<id>` where a program acts for itself; `client_id` is the program used."""

    subject: str
    client_id: str
    issuer: str
    token_id: str
    expires_at: int

    @property
    def person_id(self) -> str | None:
        """The person's id, or None where a program acts for itself."""
        kind, _, identifier = self.subject.partition("/")
        return identifier if kind == "person" else None


class Header(msgspec.Struct):
    alg: _Text
    typ: _Text
    kid: _Text
    # Each would let the token bring its own key or change the rules of verification.
    jku: Any = None
    jwk: Any = None
    x5u: Any = None
    x5c: Any = None
    crit: Any = None
    b64: Any = None
    zip: Any = None

    def brings_its_own_rules(self) -> bool:
        return any((self.jku, self.jwk, self.x5u, self.x5c, self.crit, self.b64, self.zip))


class Claims(msgspec.Struct):
    iss: _Text
    sub: _Text
    aud: _Text | list[str]
    exp: _Seconds
    iat: _Seconds
    jti: _Text
    client_id: _Text
    nbf: _Seconds = 0


@dataclass(frozen=True, slots=True)
class Expectation:
    audience: str
    lifetime_cap: int
    """Seconds from issue to expiry that we accept at most."""


_header_decoder: Final = msgspec.json.Decoder(Header)
_claims_decoder: Final = msgspec.json.Decoder(Claims)


def read(token: str) -> tuple[Header, Claims]:
    """What the token says of itself, not yet believed. Raises Unauthenticated if it is no RFC 9068 token."""
    parts = _COMPACT.fullmatch(token) if len(token) <= MOST_BYTES else None
    if parts is None:
        raise Unauthenticated("the token is malformed")
    try:
        header = _header_decoder.decode(_decode(parts[1]))
        claims = _claims_decoder.decode(_decode(parts[2]))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Unauthenticated("the token is malformed or lacks what RFC 9068 requires") from None
    _check_header(header)
    return header, claims


def verify(token: str, header: Header, key: Key) -> None:
    """Raises Unauthenticated unless this key signed the token with the algorithm it names."""
    if not isinstance(key, KEY_TYPES[header.alg]) or (key.alg or header.alg) != header.alg:
        raise Unauthenticated("the key does not belong to the algorithm")
    try:
        jws.deserialize_compact(token, key, algorithms=[header.alg])
    except (JoseError, ValueError):
        raise Unauthenticated("the signature is invalid") from None


def judge(claims: Claims, expected: Expectation, now: float) -> Principal:
    """Raises Unauthenticated unless the verified claims are meant for us and for this moment."""
    audiences = claims.aud if isinstance(claims.aud, list) else [claims.aud]
    if expected.audience not in audiences:
        raise Unauthenticated("the token is for another audience")
    if claims.exp <= now:
        raise Unauthenticated("the token has expired")
    if max(claims.iat, claims.nbf) > now + LEEWAY:
        raise Unauthenticated("the token is not yet valid")
    if not 0 < claims.exp - claims.iat <= expected.lifetime_cap:
        raise Unauthenticated("the token lives too long")
    return Principal(_subject(claims), claims.client_id, claims.iss, claims.jti, claims.exp)


def _check_header(header: Header) -> None:
    if header.alg not in KEY_TYPES:
        raise Unauthenticated("the algorithm is not allowed")
    if header.typ.lower() not in _TYPES:
        raise Unauthenticated("the token is not an access token")
    if header.brings_its_own_rules():
        raise Unauthenticated("the token brings its own keys or rules")


def _subject(claims: Claims) -> str:
    """RFC 9068: where no person is involved, `sub` is the client itself."""
    if claims.sub == claims.client_id:
        kind, identifier = "client", claims.sub
    else:
        kind, identifier = "person", claims.sub.removeprefix("person/")
    if not _IDENTIFIER.fullmatch(identifier):
        raise Unauthenticated("the subject is not an identifier of this system")
    return f"{kind}/{identifier}"


def _decode(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))
