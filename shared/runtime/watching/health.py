"""Alive is not ready: `/livez` asks whether a restart would help, `/readyz` whether requests should come here."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import structlog
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from shared.runtime.http.problems import Problem
from shared.runtime.tasks import Tasks

CHECK_SECONDS: Final = 2.0
KEPT_SECONDS: Final = 1.0
"""A probe within this time gets the last answer: probes must not be a load."""
log = structlog.get_logger()

Check = Callable[[], Awaitable[None]]
"""Returns if all is well; raises NotReady with a reason that is safe to show, or anything else."""


class NotReady(Exception):  # noqa: N818 - the name of a state of affairs
    """What is missing; shown to operators, so no addresses and no secrets."""


@dataclass(frozen=True, slots=True)
class Finding:
    ok: bool
    reason: str | None
    at: float
    """Monotonic seconds."""

    def shown(self) -> dict[str, Any]:
        age = round(time.monotonic() - self.at, 3)
        return {"ok": self.ok, "age_seconds": age, **({"reason": self.reason} if self.reason else {})}


class Health:
    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._checks: dict[str, Check] = {}
        self._findings: dict[str, Finding] = {}

    def add(self, name: str, check: Check) -> None:
        """Ask this before saying that requests may come. Raises ValueError for a name already in use."""
        if name in self._checks:
            raise ValueError(f"the check {name} is added twice")
        self._checks[name] = check

    async def readiness(self) -> dict[str, Finding]:
        """Every check's finding, none older than a second."""
        await asyncio.gather(*(self._renew(name) for name in self._checks))
        return dict(self._findings)

    def dead_tasks(self) -> list[str]:
        return self._tasks.dead

    async def _renew(self, name: str) -> None:
        known = self._findings.get(name)
        if known is None or time.monotonic() - known.at > KEPT_SECONDS:
            self._findings[name] = await _find(name, self._checks[name])


async def _find(name: str, check: Check) -> Finding:
    reason = None
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except NotReady as missing:
        reason = str(missing)
    except TimeoutError:
        reason = f"no answer within {CHECK_SECONDS:g} s"
    except Exception as error:
        reason = type(error).__qualname__
        log.warning("check_failed", check=name, exc_info=error)
    return Finding(reason is None, reason, time.monotonic())


def health_router(health: Health) -> APIRouter:
    """The two probes, public and outside of the OpenAPI description."""
    router = APIRouter(tags=["operation"])

    @router.get("/livez", include_in_schema=False)
    async def livez() -> Response:
        dead = health.dead_tasks()
        if dead:
            raise Problem("unavailable", "background tasks are dead", extra={"tasks": dead})
        return JSONResponse({"status": "ok"})

    @router.get("/readyz", include_in_schema=False)
    async def readyz() -> Response:
        findings = await health.readiness()
        checks = {name: finding.shown() for name, finding in findings.items()}
        failed = [name for name, finding in findings.items() if not finding.ok]
        if failed:
            raise Problem("unavailable", "not ready: " + ", ".join(failed), extra={"checks": checks}, headers=_SOON)
        return JSONResponse({"status": "ok", "checks": checks})

    return router


_SOON: Final = {"Retry-After": "1"}
