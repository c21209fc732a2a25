"""A real dev issuer in this process, and an authenticator that trusts it."""

from pathlib import Path
from typing import Any, Final

import httpx

from shared.runtime.auth import Authenticator
from shared.runtime.dev_issuer import DevIssuer, TokenRequest, issuer_app
from shared.runtime.settings import Settings

ISSUER: Final = "http://issuer.example.com"
AUDIENCE: Final = "daicho"


def settings(**changes: Any) -> Settings:
    values: dict[str, Any] = {
        "environment": "test",
        "database_url": "postgresql://127.0.0.1/none",
        "kafka_bootstrap_servers": "127.0.0.1:1",
        "oidc_issuer": ISSUER,
        "oidc_audience": AUDIENCE,
        "oidc_refetch_seconds": 0.000_001,
        **changes,
    }
    return Settings(**values)


class Network(httpx.AsyncBaseTransport):
    """The way to the issuer: counted, and it can be cut or made to answer something else."""

    def __init__(self, issuer: DevIssuer) -> None:
        self._way = httpx.ASGITransport(issuer_app(issuer))
        self.requests = 0
        self.cut = False
        self.instead: bytes | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        if self.cut:
            raise httpx.ConnectTimeout("cut")
        if self.instead is not None and request.url.path == "/jwks.json":
            return httpx.Response(200, content=self.instead)
        return await self._way.handle_async_request(request)


class World:
    def __init__(self, folder: Path, **changes: Any) -> None:
        self.issuer = DevIssuer(ISSUER, folder, AUDIENCE)
        self.network = Network(self.issuer)
        self.authenticator = Authenticator(settings(**changes), self.network)

    def token(self, sub: str = "P1", **changes: Any) -> str:
        return self.issuer.token(TokenRequest(sub=sub, **changes))

    async def subject(self, token: str) -> str:
        return (await self.authenticator.principal([f"Bearer {token}"])).subject
