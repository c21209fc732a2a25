"""The keys of one issuer: found by discovery, kept while the issuer is down, renewed when it rotates them."""

import asyncio
import time
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from shared.runtime.auth.tokens import Key

FRESH_SECONDS: Final = 600.0
STALE_SECONDS: Final = 24 * 3600.0
FIRST_RETRY_SECONDS: Final = 1.0
MOST_BYTES: Final = 256 * 1024
LEAST_RSA_BITS: Final = 2048
log = structlog.get_logger()


class KeysUnavailable(Exception):  # noqa: N818 - the name of a state of affairs
    """The issuer gave us no keys yet, or none for a day: nobody can be recognised."""


class IssuerKeys:
    def __init__(self, issuer: str, client: httpx.AsyncClient, refetch_seconds: float) -> None:
        self.issuer = issuer
        self.generation = 0
        """Counts the changes of the key set: what was verified under an older one is verified again."""
        self._client = client
        self._refetch_seconds = refetch_seconds
        self._keys: dict[str, Key] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._fetch: asyncio.Task[None] | None = None

    @property
    def age(self) -> float | None:
        """Seconds since the issuer last gave its keys."""
        return None if self._fetched_at is None else time.monotonic() - self._fetched_at

    def keep_fresh(self) -> None:
        """Renew keys older than ten minutes, without keeping anybody waiting."""
        if self.age is None or self.age > FRESH_SECONDS:
            self._begin_fetch()

    async def key(self, kid: str) -> Key | None:
        """The key of this id, or None if the issuer does not have it. Raises KeysUnavailable."""
        self.keep_fresh()
        if kid not in self._keys:
            await self.settled()  # what is under way may have begun before the key was published
        if kid not in self._keys:
            self._begin_fetch()
            await self.settled()
        if self.age is None or self.age > STALE_SECONDS:
            raise KeysUnavailable
        return self._keys.get(kid)

    async def settled(self) -> None:
        """Wait for a fetch that is under way; one fetch serves all who wait."""
        if self._fetch is not None:
            await asyncio.shield(self._fetch)

    async def close(self) -> None:
        if self._fetch is not None:
            self._fetch.cancel()
            await asyncio.gather(self._fetch, return_exceptions=True)

    def _begin_fetch(self) -> None:
        """At most one at a time and one per `refetch_seconds`: unknown key ids must not become a flood."""
        now = time.monotonic()
        pause = self._refetch_seconds if self._keys else min(FIRST_RETRY_SECONDS, self._refetch_seconds)
        too_soon = self._tried_at is not None and now - self._tried_at < pause
        if too_soon or (self._fetch is not None and not self._fetch.done()):
            return
        self._tried_at = now
        self._fetch = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        try:
            keys = usable_keys(await self._published())
        except (httpx.HTTPError, ValueError, KeyError, TypeError, RecursionError) as error:
            log.warning("issuer_unreachable", error=type(error).__qualname__, issuer=self.issuer)
            return
        if thumbprints(keys) != thumbprints(self._keys):
            self.generation += 1
        self._keys, self._fetched_at = keys, time.monotonic()

    async def _published(self) -> dict[str, Any]:
        metadata = await self._get(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if metadata["issuer"] != self.issuer:
            raise ValueError("the metadata belong to another issuer")
        if urlsplit(self.issuer).scheme == "https" != urlsplit(metadata["jwks_uri"]).scheme:
            raise ValueError("the keys are not protected as the issuer is")
        return await self._get(metadata["jwks_uri"])

    async def _get(self, url: str) -> dict[str, Any]:
        answer = await self._client.get(url)
        if answer.status_code != httpx.codes.OK or len(answer.content) > MOST_BYTES:
            raise ValueError("the issuer did not answer as expected")
        document = answer.json()
        if not isinstance(document, dict):
            raise TypeError("the issuer did not answer with an object")
        return document


def usable_keys(document: dict[str, Any]) -> dict[str, Key]:
    """The signing keys we understand, by their id. Raises ValueError for none: nobody forgets good keys for that."""
    keys: dict[str, Key] = {}
    for entry in document["keys"]:
        key = _usable(entry)
        if key is not None:
            keys.setdefault(entry["kid"], key)
    if not keys:
        raise ValueError("the issuer publishes no key that can be used")
    return keys


def thumbprints(keys: dict[str, Key]) -> dict[str, str]:
    return {kid: key.thumbprint() for kid, key in keys.items()}


def _usable(entry: Any) -> Key | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str) or entry.get("use", "sig") != "sig":
        return None
    try:
        return _imported(entry)
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _imported(entry: dict[str, Any]) -> Key | None:
    if entry.get("kty") == "RSA":
        rsa = RSAKey.import_key(entry)
        return rsa if rsa.raw_value.key_size >= LEAST_RSA_BITS else None
    if entry.get("kty") == "EC" and entry.get("crv") == "P-256":
        return ECKey.import_key(entry)
    return None
