"""An auditor asks how things stood, who is behind a number, and has a period worked out again."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from daicho.demo.acts.callers import AUDITOR
from daicho.demo.clients import People, Refused, pages
from daicho.demo.progress import Progress
from daicho.demo.script.moments import Moment
from daicho.demo.script.year import Script

PATIENCE: Final = 1_800.0
"""Seconds for which an answer that has to be worked out is waited for: one replay after the other, of a large group."""
POLL: Final = 0.02
"""Seconds after which he looks again whether a replay is done."""
ASKED_ABOUT: Final = date(2016, 10, 31)
"""The day about which the auditor asks, before HR tells of a leaving that lies before it."""
ASKED_ON: Final = date(2016, 11, 30)
FIGURES: Final = ("num", "den", "open", "excused")


@dataclass
class Auditor:
    people: People
    script: Script
    progress: Progress

    async def ask(self, moment: Moment) -> None:
        """What is answered in November must still be answered so when the year is over and more is known."""
        if moment == self.script.group.calendar.on(ASKED_ON):
            self.progress.keep("asked", dict(await self.standing(ASKED_ABOUT)))

    async def standing(self, day: date, known: datetime | None = None, rule: str = "C09") -> Mapping[str, Any]:
        """What audit says of the whole group at the end of a day. Raises Refused."""
        asked = {"as_of": day.isoformat(), "rule": rule, "unit": "group", "known_at": known and known.isoformat()}
        answer = await self._patiently("/v1/compliance", asked)
        return {name: answer["items"][0][name] for name in FIGURES}

    async def table(self, **asked: str) -> list[dict[str, Any]]:
        """The rows of the compliance table for a day (`as_of`) or a period (`from`, `to`). Raises Refused."""
        return [row async for row in self._listed("/v1/compliance", asked)]

    async def exceptions(self, rule: str, **asked: str) -> set[str]:
        """Who, says audit, counts and is not good: the subjects. Raises Refused."""
        rows = self._listed(f"/v1/compliance/{rule}/exceptions", asked)
        return {str(row["subject"]) async for row in rows}

    def _listed(self, path: str, asked: Mapping[str, Any]) -> AsyncIterator[dict[str, Any]]:
        return pages(lambda where: self._patiently(path, {**asked, **where}))

    async def _patiently(self, path: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """An answer that takes a replay is asked for until it is there."""
        deadline = time.monotonic() + PATIENCE
        query = {name: str(value) for name, value in asked.items() if value is not None}
        while time.monotonic() < deadline:
            answer = await self.people.ask(AUDITOR, "GET", "audit", path, params=query)
            if answer.is_error:
                raise Refused(path, answer.status_code, answer.text[:300])
            if answer.status_code != 202:
                document: dict[str, Any] = answer.json()
                return document
            await asyncio.sleep(0.3)
        raise Refused(path, 202, "no answer came")

    async def digest(self, begins: date, until: date) -> Mapping[str, Any]:
        """Of audit's live result of a period."""
        period = {"from": begins.isoformat(), "to": until.isoformat()}
        return await self.people.get(AUDITOR, "audit", "/v1/compliance/digest", **period)

    async def replay(self, begins: date, until: date, source: str, attempt: str) -> Mapping[str, Any]:
        """Order a replay and wait for its end; the same `attempt` is never worked out twice. Raises Refused."""
        order = {"from": begins.isoformat(), "to": until.isoformat(), "source": source}
        key = self.script.key(f"{attempt}/{source}")
        ordered = await self.people.post(AUDITOR, "audit", "/v1/replays", order, key)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            replay = await self.people.get(AUDITOR, "audit", f"/v1/replays/{ordered['replay_id']}")
            if replay["state"] in {"done", "failed", "cancelled"}:
                return replay
            await asyncio.sleep(POLL)
        raise Refused("the replay", 202, f"still {replay['state']}")
