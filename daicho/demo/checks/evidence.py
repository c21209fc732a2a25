"""What the checks look at."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from daicho.demo.acts.auditor import Auditor
from daicho.demo.acts.callers import OFFICE
from daicho.demo.clients import People
from daicho.demo.endpoints import Stack
from daicho.demo.quiet import Look
from daicho.demo.screen import Check
from daicho.demo.script.moments import YEAR
from daicho.demo.script.planted import Planted
from daicho.demo.script.pledging import Count
from daicho.demo.script.year import Script
from daicho.demo.verify import Verdict


@dataclass(frozen=True)
class Evidence:
    """`kept` is what was seen within the year, `refused` what people were told when they could not do something."""

    script: Script
    stack: Stack
    people: People
    auditor: Auditor
    kept: Mapping[str, Any]
    refused: list[str]
    look: Look
    verdict: Verdict
    _read: dict[str, asyncio.Task[list[dict[str, Any]]]] = field(default_factory=dict)

    @property
    def planted(self) -> Planted:
        return self.script.planted

    async def pledges(self) -> list[dict[str, Any]]:
        """Of everybody, as training lists them."""
        return await self.listed("training", "/v1/pledges", fy=YEAR.label)

    async def listed(self, service: str, path: str, **which: str) -> list[dict[str, Any]]:
        """The whole of a list that the office may see; read once, however many ask for it."""
        mark = f"{service}{path}{sorted(which.items())}"
        if mark not in self._read:
            self._read[mark] = asyncio.create_task(self._all(service, path, which))
        return await self._read[mark]

    async def _all(self, service: str, path: str, which: Mapping[str, str]) -> list[dict[str, Any]]:
        return [each async for each in self.people.everything(OFFICE, service, path, **which)]


Question: TypeAlias = Callable[[Evidence], Awaitable[Check]]
YEAR_ASKED = {"from": YEAR.start.isoformat(), "to": YEAR.end.isoformat()}
"""The whole fiscal year, as a period."""


def figures(count: Count) -> dict[str, int]:
    return {"num": count.num, "den": count.den, "open": len(count.open), "excused": len(count.excused)}


def part(row: Mapping[str, Any]) -> str:
    return f"{row['num']:,} of {row['den']:,}"
