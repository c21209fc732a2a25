"""What a process is told from outside: environment variables `DAICHO_…`, read once, all faults reported at once."""

import sys
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NoReturn
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PositiveFloat, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX: Final = "DAICHO_"
TWELVE_HOURS: Final = 12 * 3600
ONE_HOUR: Final = 3600

Environment = Literal["embedded", "test", "production"]
"""`embedded` and `test` may drive the clock and use the dev issuer; `production` may not."""


def _postgres(url: str) -> str:
    if urlsplit(url).scheme not in {"postgresql", "postgres"}:
        raise ValueError("must begin with postgresql://")
    return url


def _addresses(servers: str) -> str:
    for server in servers.split(","):
        host, _, port = server.strip().rpartition(":")
        if not host or not port.isdigit():
            raise ValueError("must be host:port, several separated by commas")
    return servers


def _issuers(issuers: str) -> str:
    for issuer in issuers.split(","):
        address = urlsplit(issuer.strip())
        if address.scheme not in {"http", "https"} or not address.hostname:
            raise ValueError("must be an http(s) address, several separated by commas")
    return issuers


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    environment: Environment
    database_url: Annotated[str, AfterValidator(_postgres), Field(repr=False)]
    """The service's own database; for the embedded stack and the tests, a server in which databases are made."""
    kafka_bootstrap_servers: Annotated[str, AfterValidator(_addresses)]
    oidc_issuer: Annotated[str, AfterValidator(_issuers)]
    """The allow-list of token issuers, separated by commas."""
    oidc_audience: str = "daicho"
    oidc_refetch_seconds: PositiveFloat = 30.0
    """How often at most the issuer is asked again because of a key that is not known."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    topic_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{0,64}$")] = ""
    """Before the name of every topic, so that several suites share one broker."""
    group_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{0,64}$")] = ""
    """Before the name of every consumer group, for the same reason."""
    clock_file: Path | None = None
    """Where the driven clock is kept; without it the clock of the machine is used."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    pool_min: Annotated[int, Field(ge=0, le=100)] = 1
    pool_max: Annotated[int, Field(ge=1, le=100)] = 10
    statement_timeout_seconds: PositiveFloat = 5.0

    @model_validator(mode="after")
    def _keep_production_safe(self) -> "Settings":
        faults = [*self._pool_faults(), *self._production_faults()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _pool_faults(self) -> list[str]:
        return ["DAICHO_POOL_MIN must not exceed DAICHO_POOL_MAX"] if self.pool_min > self.pool_max else []

    def _production_faults(self) -> list[str]:
        if self.environment != "production":
            return []
        faults = []
        if self.clock_file:
            faults.append("DAICHO_CLOCK_FILE drives the clock and is refused in production")
        if any(urlsplit(issuer).scheme != "https" for issuer in self.issuers):
            faults.append("DAICHO_OIDC_ISSUER must use https in production")
        return faults

    @property
    def issuers(self) -> tuple[str, ...]:
        return tuple(issuer.strip() for issuer in self.oidc_issuer.split(","))

    @property
    def token_lifetime_cap(self) -> int:
        """Seconds that a token may live from its issue."""
        return ONE_HOUR if self.environment == "production" else TWELVE_HOURS


def load_settings() -> Settings:
    """Read the environment; on any fault, print every one of them and leave with exit code 2."""
    try:
        return Settings()
    except ValidationError as error:
        refuse(["These settings cannot be used:", *(f"  {_fault(each)}" for each in error.errors())])


def refuse(lines: list[str]) -> NoReturn:
    """Say on standard error why this process does not start, and leave with exit code 2."""
    sys.stderr.write("\n".join(lines) + "\n")
    raise SystemExit(2)


def _fault(fault: Any) -> str:
    """One line, without the value: it may be a password."""
    message = str(fault["msg"]).removeprefix("Value error, ")
    if not fault["loc"]:
        return message
    name = PREFIX + "_".join(map(str, fault["loc"])).upper()
    return f"{name} is missing" if fault["type"] == "missing" else f"{name}: {message}"
