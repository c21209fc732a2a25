"""A token issuer for the embedded stack and the tests: anybody gets a token for anybody. Refuses to start elsewhere.

It uses real time, never the driven clock: a token's life has nothing to do with the business's calendar.
"""

import argparse
import os
import time
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import uuid4

import uvicorn
from fastapi import Body, FastAPI
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import BaseModel, ConfigDict, Field

from shared.runtime.settings import PREFIX, TWELVE_HOURS, refuse

DEV_CLIENT: Final = "daicho-dev"
KEPT: Final = 2
"""After a rotation the previous key is still published, so that its tokens live on; the one before is gone."""
_Id = Annotated[str, Field(pattern=r"^((person|client)/)?[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class TokenRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sub: _Id
    """A person's id, with or without `person/`; or `client/<id>` for a program that acts for itself."""
    client_id: _Id = DEV_CLIENT
    lifetime: Annotated[int, Field(ge=1, le=TWELVE_HOURS)] = TWELVE_HOURS
    """Seconds from now."""
    audience: str | None = None


class KeyStore:
    """The signing keys in a folder, newest last; they outlive the process, and so do the tokens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.signing_keys():
            self.rotate()

    def signing_keys(self) -> list[RSAKey]:
        return [self._load(path) for path in self._paths()]

    def rotate(self) -> None:
        """Sign with a new key from now on, and forget all but the one before."""
        number = int(self._paths()[-1].stem) + 1 if self._paths() else 1
        unfinished = self._folder / "new"
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(RSAKey.generate_key(2048).as_pem(private=True))
        unfinished.replace(self._folder / f"{number:06}.pem")
        self.forget(keep=KEPT)

    def forget(self, keep: int = 1) -> None:
        for path in self._paths()[:-keep]:
            path.unlink()

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob("*.pem"))

    def _load(self, path: Path) -> RSAKey:
        key = RSAKey.import_key(path.read_bytes())
        return RSAKey.import_key({**key.as_dict(private=True), "kid": key.thumbprint(), "use": "sig", "alg": "RS256"})


class DevIssuer:
    def __init__(self, issuer: str, folder: Path, audience: str) -> None:
        self.issuer = issuer
        self._audience = audience
        self._store = KeyStore(folder)
        self._keys = self._store.signing_keys()

    def token(self, request: TokenRequest) -> str:
        now = int(time.time())
        is_client = request.sub.startswith("client/")
        subject = request.sub.removeprefix("person/").removeprefix("client/")
        claims = {
            "iss": self.issuer,
            "sub": subject,
            "aud": request.audience or self._audience,
            "client_id": subject if is_client else request.client_id,
            "iat": now,
            "exp": now + request.lifetime,
            "jti": str(uuid4()),
        }
        return self.sign({"alg": "RS256", "typ": "at+jwt", "kid": self._keys[-1].kid}, claims)

    def sign(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """Whatever is asked, with the newest key."""
        return jwt.encode(header, claims, self._keys[-1], default_type=None)

    def rotate(self, *, overlap: bool = True) -> None:
        """Sign with a new key; without overlap the old ones are withdrawn at once."""
        self._store.rotate()
        if not overlap:
            self._store.forget()
        self._keys = self._store.signing_keys()

    def published(self) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in self._keys]}

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "jwks_uri": f"{self.issuer}/jwks.json",
            "token_endpoint": f"{self.issuer}/token",
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }


def issuer_app(issuer: DevIssuer) -> FastAPI:
    app = FastAPI(title="Dev issuer", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/.well-known/openid-configuration")
    async def metadata() -> dict[str, Any]:
        return issuer.metadata()

    @app.get("/jwks.json")
    async def jwks() -> dict[str, Any]:
        return issuer.published()

    @app.post("/token")
    async def token(request: Annotated[TokenRequest, Body()]) -> dict[str, Any]:
        access_token = issuer.token(request)
        return {"access_token": access_token, "token_type": "Bearer", "expires_in": request.lifetime}

    @app.post("/rotate", status_code=204)
    async def rotate(*, overlap: bool = True) -> None:
        issuer.rotate(overlap=overlap)

    return app


def main(arguments: list[str] | None = None) -> None:
    """Serve until SIGTERM; exit code 2 outside of the embedded stack and the tests."""
    environment = os.environ.get(PREFIX + "ENVIRONMENT")
    if environment not in {"embedded", "test"}:
        refuse([f"The dev issuer gives anybody a token: it starts only with {PREFIX}ENVIRONMENT=embedded or test."])
    asked = _parser().parse_args(arguments)
    address = asked.issuer or f"http://{asked.host}:{asked.port}"
    issuer = DevIssuer(address, asked.keys, os.environ.get(PREFIX + "OIDC_AUDIENCE") or "daicho")
    uvicorn.run(issuer_app(issuer), host=asked.host, port=asked.port, log_level="warning")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m shared.runtime.dev_issuer", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--keys", type=Path, required=True, help="folder of the signing keys; made if it is missing")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--issuer", help="the address in the tokens, if it differs from http://HOST:PORT")
    return parser


if __name__ == "__main__":
    main()
