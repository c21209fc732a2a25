"""From the Authorization header of a request to its principal."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Final, cast

import httpx
from fastapi import Depends, Request
from prometheus_client import Counter

from shared.runtime.auth.keys import IssuerKeys, KeysUnavailable
from shared.runtime.auth.tokens import MOST_BYTES, Expectation, Principal, Unauthenticated, judge, read, verify
from shared.runtime.http.problems import Problem, unavailable
from shared.runtime.settings import Settings

MOST_REMEMBERED: Final = 10_000
TIMEOUT: Final = httpx.Timeout(2.0)
REFUSED: Final = Counter("daicho_tokens_refused_total", "Access tokens that proved nothing", ["reason"])


class Authenticator:
    """Knows the trusted issuers. One for a process; `close` it at the end."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._expected = Expectation(settings.oidc_audience, settings.token_lifetime_cap)
        # A proxy named by the environment must not stand between the processes of one machine.
        inside = settings.environment != "production"
        self._client = httpx.AsyncClient(timeout=TIMEOUT, transport=transport, trust_env=not inside)
        self._issuers = {
            issuer: IssuerKeys(issuer, self._client, settings.oidc_refetch_seconds) for issuer in settings.issuers
        }
        self._remembered: OrderedDict[bytes, tuple[Principal, int]] = OrderedDict()

    async def principal(self, authorization: Sequence[str]) -> Principal:
        """Who sent these Authorization headers. Raises Problem 401, or 503 while no issuer's keys are known."""
        try:
            return await self._recognise(_bearer(authorization))
        except Unauthenticated as refusal:
            REFUSED.labels(refusal.reason).inc()
            raise _challenge(refusal.reason, has_token=bool(authorization)) from None
        except KeysUnavailable:
            raise unavailable("the issuer of access tokens does not answer") from None

    async def close(self) -> None:
        for keys in self._issuers.values():
            await keys.close()
        await self._client.aclose()

    async def _recognise(self, token: str) -> Principal:
        fingerprint = sha256(token.encode()).digest()
        known = self._recall(fingerprint)
        if known is not None:
            return known
        header, claims = read(token)
        keys = self._issuers.get(claims.iss)
        if keys is None:
            raise Unauthenticated("the issuer is not trusted")
        key = await keys.key(header.kid)
        if key is None:
            raise Unauthenticated("the key is not known to the issuer")
        verify(token, header, key)
        return self._remember(fingerprint, judge(claims, self._expected, time.time()), keys.generation)

    def _recall(self, fingerprint: bytes) -> Principal | None:
        """Verifying costs more than everything else in a small request; a token is verified once per set of keys."""
        principal, generation = self._remembered.get(fingerprint, (None, 0))
        if principal is None:
            return None
        keys = self._issuers[principal.issuer]
        keys.keep_fresh()
        if principal.expires_at <= time.time() or generation != keys.generation:
            del self._remembered[fingerprint]
            return None
        self._remembered.move_to_end(fingerprint)
        return principal

    def _remember(self, fingerprint: bytes, principal: Principal, generation: int) -> Principal:
        self._remembered[fingerprint] = (principal, generation)
        if len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)
        return principal


async def authenticate(request: Request) -> None:
    """Find out who is calling, before anything else of a request is looked at. Raises Problem 401 or 503.

    The application keeps its Authenticator in its state, a request its caller.
    """
    authenticator: Authenticator = request.app.state.authenticator
    request.state.caller = await authenticator.principal(request.headers.getlist("authorization"))


async def caller_of(request: Request) -> Principal:
    """Who sent an authenticated request."""
    return cast("Principal", request.state.caller)


Caller = Annotated[Principal, Depends(caller_of)]


def _bearer(authorization: Sequence[str]) -> str:
    if not authorization:
        raise Unauthenticated("no access token was sent")
    if len(authorization) > 1 or len(authorization[0]) > MOST_BYTES:
        raise Unauthenticated("the Authorization header is repeated or too long")
    scheme, _, token = authorization[0].partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("the Authorization header is not of the scheme Bearer")
    return token


def _challenge(reason: str, *, has_token: bool) -> Problem:
    """RFC 6750: who sent no credentials is not told of an error."""
    challenge = 'Bearer realm="daicho"' + (', error="invalid_token"' if has_token else "")
    return Problem("unauthenticated", reason, headers={"WWW-Authenticate": challenge})
